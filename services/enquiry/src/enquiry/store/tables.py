"""The tables of the enquiry service.

What agencies returned, their words and what they searched, is in one column: ``returned.content``. What was
cut out of it for others is in ``product_item.content`` and, as it was sent, in ``product_sent.content``; what
a product says of itself is in ``product.content``, and why a strategy discussion was asked for and what was
agreed there in ``discussion.content``. What a daily meeting said of a case is in ``agenda_item.content``, who
is to do what in ``meeting_action.content``, who came in ``meeting.content``, and what an audit found in
``audit_finding.content``. Nothing else here holds such words, so that they are
sealed, shown and erased in a few places. Rows of ``returned``, ``decision`` and ``product_sent`` are never
altered: a trigger refuses it.
"""

from __future__ import annotations

import sqlalchemy as sa
from mash.db import metadata as shared_metadata
from mash.db.tables import Sealed, Time
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = shared_metadata()

enquiry = sa.Table(
    "enquiry",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("contact_decided_at", Time, nullable=False),
    sa.Column("fast_track_alongside", sa.Boolean, nullable=False),
    sa.Column("concerns", ARRAY(sa.Text), nullable=False),
    sa.Column("first_rating", sa.Text, nullable=False),
    sa.Column("rating", sa.Text, nullable=False),
    sa.Column("opened_at", Time, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("ready", sa.Text),
    sa.Column("ready_at", Time),
    sa.Column("closed_at", Time),
    sa.Column("contact_changed_at", Time),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("contact_id", "contact_decided_at"),
    sa.Index("uq_enquiry_open", "contact_id", unique=True, postgresql_where=sa.text("closed_at IS NULL")),
    sa.Index(
        "ix_enquiry_by_due", "partnership", "due_at", "id", postgresql_where=sa.text("closed_at IS NULL")
    ),
    sa.Index("ix_enquiry_partnership_due_at", "partnership", "due_at", "id"),
)

request = sa.Table(
    "request",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("enquiry_id", sa.Uuid, sa.ForeignKey("enquiry.id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("questions", JSONB, nullable=False),
    sa.Column("requested_at", Time, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("received_at", Time),
    sa.Column("cancelled_at", Time),
    sa.Column("answer", sa.Text),
    sa.Column("answer_version", sa.Integer),
    sa.Column("returned_at", Time),
    sa.Column("first_returned_at", Time),
    sa.Column("withdrawn_version", sa.Integer),
    sa.Column("withdrawn_at", Time),
    sa.Index("ix_request_enquiry_id", "enquiry_id"),
)

returned = sa.Table(
    "returned",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.id"), nullable=False),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("returned_at", Time, nullable=False),
    sa.Column("arrived_at", Time, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("after_closing", sa.Boolean, nullable=False),
    sa.Column("source_fresh_on", sa.Date),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    sa.Index("ix_returned_request_id", "request_id"),
    sa.Index("ix_returned_enquiry_id", "enquiry_id"),
    info={"case": "contact_id"},
)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("message_id", sa.Uuid, primary_key=True),
    sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.id")),
    sa.Column("product_id", sa.Uuid),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("means", sa.Text, nullable=False),
    sa.Column("told_at", Time, nullable=False),
    sa.Column("accepted_at", Time),
    sa.Column("received_at", Time),
    sa.Index("ix_notice_enquiry_id", "enquiry_id"),
    sa.Index("ix_notice_request_id", "request_id"),
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("enquiry_id", sa.Uuid, sa.ForeignKey("enquiry.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("request_id", sa.Uuid),
    sa.Column("agency", sa.Text),
    sa.Column("rating", sa.Text),
    sa.Column("due_at", Time),
    sa.Column("rationale", Sealed),
    info={"case": "contact_id"},
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("enquiry_id", sa.Uuid, sa.ForeignKey("enquiry.id"), primary_key=True),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("decided_at", Time, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("first_rating", sa.Text, nullable=False),
    sa.Column("final_rating", sa.Text),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("rationale", Sealed, nullable=False),
    sa.Column("silent_rationale", Sealed),
    sa.Column("services", ARRAY(sa.Text), nullable=False),
    sa.Column("standings", JSONB, nullable=False),
    info={"case": "contact_id"},
)

product = sa.Table(
    "product",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("enquiry_id", sa.Uuid, sa.ForeignKey("enquiry.id"), nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("receiver_kind", sa.Text, nullable=False),
    sa.Column("receiver_agency", sa.Text),
    sa.Column("made_at", Time, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("sent_at", Time),
    sa.Column("sent_by", sa.Text),
    sa.Column("received_at", Time),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    sa.Index("ix_product_enquiry_id", "enquiry_id"),
    info={"case": "contact_id"},
)

product_item = sa.Table(
    "product_item",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("product_id", sa.Uuid, sa.ForeignKey("product.id"), nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("agency", sa.Text),
    sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.id")),
    sa.Column("item_id", sa.Uuid),
    sa.Column("answer_version", sa.Integer),
    sa.Column("asked_in", sa.Uuid),
    sa.Column("asked_at", Time),
    sa.Column("answered_at", Time),
    sa.Column("release_version", sa.Integer, nullable=False),
    sa.Column("refused_because", sa.Text),
    sa.Column("content", Sealed, nullable=False),
    sa.Index("ix_product_item_product_id", "product_id", "place"),
    sa.Index("ix_product_item_request_id", "request_id"),
    info={"case": "contact_id"},
)

release = sa.Table(
    "release",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("product_id", sa.Uuid, sa.ForeignKey("product.id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("asked_in", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("arrived_at", Time, nullable=False),
    sa.Column("answered_at", Time, nullable=False),
    sa.Column("answered_by", sa.Text, nullable=False),
    sa.Column("after_closing", sa.Boolean, nullable=False),
    sa.Column("items", JSONB, nullable=False),
    sa.UniqueConstraint("asked_in", "version"),
    sa.Index("ix_release_product_id", "product_id"),
)

product_sent = sa.Table(
    "product_sent",
    metadata,
    sa.Column("product_id", sa.Uuid, sa.ForeignKey("product.id"), primary_key=True),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("sent_at", Time, nullable=False),
    sa.Column("sent_by", sa.Text, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    info={"case": "contact_id"},
)

discussion = sa.Table(
    "discussion",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("enquiry_id", sa.Uuid, sa.ForeignKey("enquiry.id"), nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked_at", Time, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("meets_at", Time),
    sa.Column("ended_at", Time),
    sa.Column("ended_by", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("conduct", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    sa.Index("ix_discussion_enquiry_id", "enquiry_id"),
    info={"case": "contact_id"},
)

contact_heard = sa.Table(
    "contact_heard",
    metadata,
    sa.Column("contact_id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("reference", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("out_of_hours", sa.Boolean),
    sa.Column("received_at", Time),
    sa.Column("heard_at", Time),
    sa.Column("rating", sa.Text),
    sa.Column("rated_at", Time),
    sa.Column("pathway", sa.Text),
    sa.Column("standing_at", Time),
    sa.Index("ix_contact_heard_partnership_heard_at", "partnership", "heard_at"),
    sa.Index("ix_contact_heard_open", "partnership", "rating", postgresql_where=sa.text("pathway IS NULL")),
)

meeting = sa.Table(
    "meeting",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("held_on", sa.Date, nullable=False),
    sa.Column("agenda_closes_at", Time, nullable=False),
    sa.Column("starts_at", Time, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("opened_at", Time),
    sa.Column("ended_at", Time),
    sa.Column("ended_by", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", Sealed),
    sa.UniqueConstraint("partnership", "held_on"),
    # Its words are of no one case: who came, and what was learnt in general.
    info={"case": "id"},
)

agenda_item = sa.Table(
    "agenda_item",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("meeting_id", sa.Uuid, sa.ForeignKey("meeting.id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("because", ARRAY(sa.Text), nullable=False),
    sa.Column("added_at", Time, nullable=False),
    sa.Column("added_by", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("rating_before", sa.Text),
    sa.Column("rating_after", sa.Text),
    sa.Column("rated_at", Time),
    sa.Column("rated_by", sa.Text),
    sa.Column("applied", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", Sealed),
    sa.UniqueConstraint("meeting_id", "contact_id"),
    sa.Index("ix_agenda_item_contact_id", "contact_id"),
    info={"case": "contact_id"},
)

meeting_action = sa.Table(
    "meeting_action",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("meeting_id", sa.Uuid, sa.ForeignKey("meeting.id"), nullable=False),
    sa.Column("agenda_item_id", sa.Uuid, sa.ForeignKey("agenda_item.id")),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("contact_id", sa.Uuid),
    # The contact's id, or the meeting's where the action is about no one case.
    sa.Column("sealed_under", sa.Uuid, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("made_at", Time, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("done_at", Time),
    sa.Column("done_by", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    sa.Index("ix_meeting_action_meeting_id", "meeting_id"),
    sa.Index("ix_meeting_action_agenda_item_id", "agenda_item_id"),
    sa.Index("ix_meeting_action_contact_id", "contact_id"),
    sa.Index(
        "ix_meeting_action_outstanding", "partnership", "due_on", postgresql_where=sa.text("done_at IS NULL")
    ),
    info={"case": "sealed_under"},
)

case_audit = sa.Table(
    "case_audit",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("made_at", Time, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("from_on", sa.Date, nullable=False),
    sa.Column("to_on", sa.Date, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("final_rating", sa.Text),
    sa.Column("wanted_count", sa.Integer, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("pool_count", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Index("ix_case_audit_partnership_made_at", "partnership", "made_at"),
)

audited_case = sa.Table(
    "audited_case",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("case_audit_id", sa.Uuid, sa.ForeignKey("case_audit.id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("enquiry_id", sa.Uuid, sa.ForeignKey("enquiry.id"), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.UniqueConstraint("case_audit_id", "place"),
    sa.Index("ix_audited_case_contact_id", "contact_id"),
    sa.Index("ix_audited_case_enquiry_id", "enquiry_id"),
)

audit_finding = sa.Table(
    "audit_finding",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("audited_case_id", sa.Uuid, sa.ForeignKey("audited_case.id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("grade", sa.Text, nullable=False),
    sa.Column("made_at", Time, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    sa.UniqueConstraint("audited_case_id", "agency"),
    sa.Index("ix_audit_finding_contact_id", "contact_id"),
    info={"case": "contact_id"},
)
