"""The tables of a gateway, which are the agency's own and hold nobody else's words but the hub's requests.

``request`` has one row a request. Beside it are what was asked, version by version (``asked``), each message
of the hub (``notice``), which fields each change touched (``change``), and each message of the agency's own
(``answer``). ``draft`` is what a researcher has written and not sent yet. ``ledger`` says what left, what did
not, and why; ``record`` is what the agency holds.
``release_ask`` and ``release_item`` are what the hub asks to let go to others, and what was decided;
``product`` is what the hub sent of others' information, ``discussion`` which strategy discussions the agency
must attend. Words of these are in their ``content`` alone.
What was asked, answered and released is sealed under the key of its enquiry.
``subscription`` has the agency's own systems that are told by webhook, ``delivery`` what each is to be told,
which goes out in the order of ``seq``, and ``attempt`` each try.
"""

from __future__ import annotations

import sqlalchemy as sa
from mash.db import metadata as shared_metadata
from mash.db.tables import Sealed, Time
from sqlalchemy.dialects.postgresql import ARRAY

metadata = shared_metadata()

_texts = ARRAY(sa.Text)

request = sa.Table(
    "request",
    metadata,
    sa.Column("request_id", sa.Uuid, primary_key=True),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("rating", sa.Text, nullable=False),
    sa.Column("requested_at", Time, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Column("child_count", sa.Integer, nullable=False),
    sa.Column("adult_count", sa.Integer, nullable=False),
    sa.Column("question_count", sa.Integer, nullable=False),
    sa.Column("asked_version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("waiting", sa.Boolean, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("answer_version", sa.Integer, nullable=False),
    sa.Column("answered_at", Time),
    sa.Column("reminders", sa.Integer, nullable=False),
    sa.Column("chases", sa.Integer, nullable=False),
    sa.Column("reminded_at", Time),
    sa.Column("raised_at", Time),
    sa.Column("closed_at", Time),
    sa.Column("decided_at", Time),
    sa.Column("outcome", sa.Text),
    sa.Column("taken_by", sa.Text),
    sa.Column("taken_at", Time),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_request_waiting", "due_at", "request_id", postgresql_where=sa.text("waiting")),
    sa.Index("ix_request_due_at", "due_at", "request_id"),
)

asked = sa.Table(
    "asked",
    metadata,
    sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.request_id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    info={"case": "enquiry_id"},
)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("message_id", sa.Uuid, primary_key=True),
    sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.request_id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Index("ix_notice_request_id", "request_id", "received_at"),
)

change = sa.Table(
    "change",
    metadata,
    sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.request_id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("fields", _texts, nullable=False),
)

answer = sa.Table(
    "answer",
    metadata,
    sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.request_id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("message_id", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("asked_version", sa.Integer, nullable=False),
    sa.Column("searched", Sealed),
    sa.Column("reason", Sealed, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    info={"case": "enquiry_id"},
)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.request_id"), primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("seen_version", sa.Integer, nullable=False),
    sa.Column("saved_at", Time, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    info={"case": "enquiry_id"},
)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    # Not a reference, as a line outlives its request.
    sa.Column("request_id", sa.Uuid, nullable=False),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("answer_version", sa.Integer, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("record_id", sa.Text),
    sa.Column("text", Sealed),
    sa.Column("edited", sa.Boolean),
    sa.Column("about", Sealed),
    sa.Column("recorded_on", sa.Date),
    sa.Column("source", sa.Text),
    sa.Column("lawful_basis", sa.Text),
    sa.Column("rationale", Sealed),
    sa.Column("caveat", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("explanation", Sealed),
    sa.Column("corrected_at", Time),
    sa.Column("withdrawn_at", Time),
    sa.Column("of_item", sa.Uuid),
    sa.Column("product_id", sa.Uuid),
    sa.Column("product_item_id", sa.Uuid),
    sa.Column("receiver", sa.Text),
    sa.Column("used_at", Time),
    sa.Index("ix_ledger_product_item_id", "product_item_id"),
    sa.Index("ix_ledger_at", "at", "id"),
    sa.Index("ix_ledger_enquiry_id", "enquiry_id", "at", "id"),
    sa.Index("ix_ledger_request_id", "request_id"),
    info={"case": "enquiry_id"},
)

record = sa.Table(
    "record",
    metadata,
    sa.Column("partnership", sa.Text, primary_key=True),
    sa.Column("record_id", sa.Text, primary_key=True),
    # Records of one file are sealed with one key.
    sa.Column("import_id", sa.Uuid, nullable=False),
    sa.Column("recorded_on", sa.Date),
    sa.Column("sensitive", sa.Boolean, nullable=False),
    sa.Column("match_keys", ARRAY(sa.LargeBinary), nullable=False),
    sa.Column("imported_at", Time, nullable=False),
    sa.Column("imported_by", sa.Text, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    sa.Index("ix_record_match_keys", "match_keys", postgresql_using="gin"),
    info={"case": "import_id"},
)

subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("events", _texts, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("ended_because", sa.Text),
    sa.Column("secrets", Sealed),
    sa.Column("former_secret_until", Time),
    sa.Column("made_at", Time, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("changed_at", Time, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_subscription_partnership", "partnership", "made_at"),
    info={"case": "id"},
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("id", sa.Uuid, nullable=False, unique=True),
    sa.Column("subscription_id", sa.Uuid, sa.ForeignKey("subscription.id"), nullable=False),
    sa.Column("enquiry_id", sa.Uuid),
    sa.Column("about_id", sa.Uuid),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("next_at", Time, nullable=False),
    sa.Column("claimed_until", Time),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("first_at", Time),
    sa.Column("ended_at", Time),
    sa.Index("ix_delivery_due", "next_at", postgresql_where=sa.text("state = 'waiting'")),
    sa.Index(
        "ix_delivery_line",
        "subscription_id",
        "about_id",
        "seq",
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index("ix_delivery_subscription_id", "subscription_id", "created_at", "id"),
    sa.Index("ix_delivery_enquiry_id", "enquiry_id"),
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("delivery_id", sa.Uuid, sa.ForeignKey("delivery.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("milliseconds", sa.Integer, nullable=False),
    sa.Index("ix_attempt_delivery_id", "delivery_id", "at"),
)

release_ask = sa.Table(
    "release_ask",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("product_id", sa.Uuid, nullable=False),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("asked_at", Time, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Column("hub_version", sa.Integer, nullable=False),
    sa.Column("waiting", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("answer_version", sa.Integer, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    sa.Index("ix_release_ask_product_id", "product_id"),
    sa.Index("ix_release_ask_asked_at", "asked_at", "id"),
    info={"case": "enquiry_id"},
)

release_item = sa.Table(
    "release_item",
    metadata,
    sa.Column("ask_id", sa.Uuid, sa.ForeignKey("release_ask.id"), primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("product_id", sa.Uuid, nullable=False),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("item_id", sa.Uuid, nullable=False),
    sa.Column("request_id", sa.Uuid, nullable=False),
    sa.Column("answer_version", sa.Integer, nullable=False),
    sa.Column("hub_version", sa.Integer, nullable=False),
    sa.Column("recorded_on", sa.Date),
    sa.Column("caveat", sa.Text),
    sa.Column("decision", sa.Text),
    sa.Column("refused_because", sa.Text),
    sa.Column("decided_at", Time),
    sa.Column("decided_by", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("outcome_at", Time),
    sa.Column("content", Sealed, nullable=False),
    sa.Index("ix_release_item_id", "id"),
    sa.Index("ix_release_item_product_id", "product_id"),
    info={"case": "enquiry_id"},
)

product = sa.Table(
    "product",
    metadata,
    sa.Column("product_id", sa.Uuid, primary_key=True),
    sa.Column("message_id", sa.Uuid, nullable=False),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("sent_at", Time, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    sa.Index("ix_product_received_at", "received_at", "product_id"),
    info={"case": "enquiry_id"},
)

discussion = sa.Table(
    "discussion",
    metadata,
    sa.Column("discussion_id", sa.Uuid, primary_key=True),
    sa.Column("enquiry_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("asked_at", Time, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    sa.Index("ix_discussion_asked_at", "asked_at", "discussion_id"),
    info={"case": "enquiry_id"},
)
