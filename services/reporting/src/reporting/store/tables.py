"""What reporting keeps: every event as it came, and the facts folded from them.

The facts can be thrown away and made again from the events at any time. None of them has a name, an
address or a narrative in it, for no event has.
"""

from __future__ import annotations

import sqlalchemy as sa
from mash.db import metadata as shared_metadata
from mash.db.tables import Time
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = shared_metadata()

event_log = sa.Table(
    "event_log",
    metadata,
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("data", JSONB, nullable=False),
    sa.Index("ix_event_log_contact_id", "contact_id"),
)

contact = sa.Table(
    "contact",
    metadata,
    sa.Column("contact_id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("reference", sa.Text),
    sa.Column("received_at", Time),
    sa.Column("channel", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("source_code", sa.Text),
    sa.Column("child_count", sa.Integer),
    sa.Column("unborn", sa.Boolean),
    sa.Column("repeat_count", sa.Integer),
    sa.Column("concerns", ARRAY(sa.Text)),
    sa.Column("restricted", sa.Boolean, nullable=False),
    sa.Column("due_at", Time),
    sa.Column("rating", sa.Text),
    sa.Column("first_rating", sa.Text),
    sa.Column("pathway", sa.Text),
    sa.Column("level", sa.Integer),
    sa.Column("decided_at", Time),
    sa.Index("ix_contact_partnership_received_at", "partnership", "received_at"),
)

enquiry = sa.Table(
    "enquiry",
    metadata,
    sa.Column("enquiry_id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("opened_at", Time),
    sa.Column("due_at", Time),
    sa.Column("rating", sa.Text),
    sa.Column("first_rating", sa.Text),
    sa.Column("final_rating", sa.Text),
    sa.Column("level", sa.Integer),
    sa.Column("outcome", sa.Text),
    sa.Column("decided_at", Time),
    sa.Column("withdrawn_at", Time),
    sa.Index("ix_enquiry_contact_id", "contact_id"),
    sa.Index("ix_enquiry_partnership_opened_at", "partnership", "opened_at"),
)

request = sa.Table(
    "request",
    metadata,
    sa.Column("request_id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("rating", sa.Text, nullable=False),
    sa.Column("requested_at", Time),
    sa.Column("due_at", Time),
    sa.Column("queued_at", Time),
    sa.Column("answer", sa.Text),
    sa.Column("returned_at", Time),
    sa.Column("corrections", sa.Integer, nullable=False),
    sa.Column("withdrawals", sa.Integer, nullable=False),
    sa.Column("item_count", sa.Integer, nullable=False),
    sa.Column("lacking_item_count", sa.Integer, nullable=False),
    sa.Column("closed_at", Time),
    sa.Index("ix_request_contact_id", "contact_id"),
    sa.Index("ix_request_partnership_requested_at", "partnership", "requested_at"),
)

notification = sa.Table(
    "notification",
    metadata,
    sa.Column("notification_id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("since_at", Time),
    sa.Column("due_at", Time),
    sa.Column("sent_at", Time),
    sa.Column("failed_at", Time),
    sa.Column("dropped_at", Time),
    sa.Index("ix_notification_contact_id", "contact_id"),
    sa.Index("ix_notification_partnership_due_at", "partnership", "due_at"),
)

disagreement_stage = sa.Table(
    "disagreement_stage",
    metadata,
    sa.Column("disagreement_id", sa.Uuid, primary_key=True),
    sa.Column("stage", sa.Text, primary_key=True),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("began_at", Time),
    sa.Column("due_at", Time),
    sa.Column("answered_at", Time),
    sa.Column("result", sa.Text),
    sa.Column("left_at", Time),
    sa.Column("left_because", sa.Text),
    sa.Index("ix_disagreement_stage_contact_id", "contact_id"),
    sa.Index("ix_disagreement_stage_partnership_began_at", "partnership", "began_at"),
)

meeting_rating = sa.Table(
    "meeting_rating",
    metadata,
    sa.Column("meeting_id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("first_rating", sa.Text),
    sa.Column("final_rating", sa.Text, nullable=False),
    sa.Column("rated_at", Time, nullable=False),
    sa.Index("ix_meeting_rating_partnership_rated_at", "partnership", "rated_at"),
)

case_grade = sa.Table(
    "case_grade",
    metadata,
    sa.Column("case_audit_id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("grade", sa.Text, nullable=False),
    sa.Column("audited_at", Time, nullable=False),
    sa.Index("ix_case_grade_partnership_audited_at", "partnership", "audited_at"),
)

FACTS = {
    "contact": contact,
    "enquiry": enquiry,
    "request": request,
    "notification": notification,
    "disagreement_stage": disagreement_stage,
    "meeting_rating": meeting_rating,
    "case_grade": case_grade,
}
