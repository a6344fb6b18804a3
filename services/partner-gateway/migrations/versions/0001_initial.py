"""The shared tables, and those of a gateway."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from mash.db.migrations import create_shared_tables
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None

_TIME = sa.TIMESTAMP(timezone=True)
_TEXTS = ARRAY(sa.Text)


def upgrade() -> None:
    create_shared_tables(op, version=1)
    _create_sharing()
    _create_discussions()
    op.create_table(
        "request",
        sa.Column("request_id", sa.Uuid, primary_key=True),
        sa.Column("enquiry_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("rating", sa.Text, nullable=False),
        sa.Column("requested_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("child_count", sa.Integer, nullable=False),
        sa.Column("adult_count", sa.Integer, nullable=False),
        sa.Column("question_count", sa.Integer, nullable=False),
        sa.Column("asked_version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("answer_version", sa.Integer, nullable=False),
        sa.Column("answered_at", _TIME),
        sa.Column("reminders", sa.Integer, nullable=False),
        sa.Column("chases", sa.Integer, nullable=False),
        sa.Column("reminded_at", _TIME),
        sa.Column("raised_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.Column("decided_at", _TIME),
        sa.Column("outcome", sa.Text),
        sa.Column("taken_by", sa.Text),
        sa.Column("taken_at", _TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Index("ix_request_waiting", "due_at", "request_id", postgresql_where=sa.text("waiting")),
        sa.Index("ix_request_due_at", "due_at", "request_id"),
    )
    op.create_table(
        "asked",
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.request_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("enquiry_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "notice",
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.request_id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Index("ix_notice_request_id", "request_id", "received_at"),
    )
    op.create_table(
        "change",
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.request_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("fields", _TEXTS, nullable=False),
    )
    op.create_table(
        "answer",
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.request_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("enquiry_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("asked_version", sa.Integer, nullable=False),
        sa.Column("searched", sa.LargeBinary),
        sa.Column("reason", sa.LargeBinary, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.create_table(
        "draft",
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.request_id"), primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("enquiry_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("seen_version", sa.Integer, nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("enquiry_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("answer_version", sa.Integer, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("record_id", sa.Text),
        sa.Column("text", sa.LargeBinary),
        sa.Column("edited", sa.Boolean),
        sa.Column("about", sa.LargeBinary),
        sa.Column("recorded_on", sa.Date),
        sa.Column("source", sa.Text),
        sa.Column("lawful_basis", sa.Text),
        sa.Column("rationale", sa.LargeBinary),
        sa.Column("caveat", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("explanation", sa.LargeBinary),
        sa.Column("corrected_at", _TIME),
        sa.Column("withdrawn_at", _TIME),
        sa.Column("of_item", sa.Uuid),
        sa.Column("product_id", sa.Uuid),
        sa.Column("product_item_id", sa.Uuid),
        sa.Column("receiver", sa.Text),
        sa.Column("used_at", _TIME),
        sa.Index("ix_ledger_product_item_id", "product_item_id"),
        sa.Index("ix_ledger_at", "at", "id"),
        sa.Index("ix_ledger_enquiry_id", "enquiry_id", "at", "id"),
        sa.Index("ix_ledger_request_id", "request_id"),
    )
    op.create_table(
        "record",
        sa.Column("partnership", sa.Text, primary_key=True),
        sa.Column("record_id", sa.Text, primary_key=True),
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("recorded_on", sa.Date),
        sa.Column("sensitive", sa.Boolean, nullable=False),
        sa.Column("match_keys", ARRAY(sa.LargeBinary), nullable=False),
        sa.Column("imported_at", _TIME, nullable=False),
        sa.Column("imported_by", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Index("ix_record_match_keys", "match_keys", postgresql_using="gin"),
    )
    _create_webhook_tables()


def _create_webhook_tables() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("events", _TEXTS, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("ended_because", sa.Text),
        sa.Column("secrets", sa.LargeBinary),
        sa.Column("former_secret_until", _TIME),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Index("ix_subscription_partnership", "partnership", "made_at"),
    )
    op.create_table(
        "delivery",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False, unique=True),
        sa.Column("subscription_id", sa.Uuid, sa.ForeignKey("subscription.id"), nullable=False),
        sa.Column("enquiry_id", sa.Uuid),
        sa.Column("about_id", sa.Uuid),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("claimed_until", _TIME),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_at", _TIME),
        sa.Column("ended_at", _TIME),
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
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("delivery_id", sa.Uuid, sa.ForeignKey("delivery.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Index("ix_attempt_delivery_id", "delivery_id", "at"),
    )


def _create_sharing() -> None:
    op.create_table(
        "release_ask",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("enquiry_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("hub_version", sa.Integer, nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("answer_version", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Index("ix_release_ask_product_id", "product_id"),
        sa.Index("ix_release_ask_asked_at", "asked_at", "id"),
    )
    op.create_table(
        "release_item",
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
        sa.Column("decided_at", _TIME),
        sa.Column("decided_by", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("outcome_at", _TIME),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Index("ix_release_item_id", "id"),
        sa.Index("ix_release_item_product_id", "product_id"),
    )
    op.create_table(
        "product",
        sa.Column("product_id", sa.Uuid, primary_key=True),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("enquiry_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("sent_at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Index("ix_product_received_at", "received_at", "product_id"),
    )


def _create_discussions() -> None:
    op.create_table(
        "discussion",
        sa.Column("discussion_id", sa.Uuid, primary_key=True),
        sa.Column("enquiry_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Index("ix_discussion_asked_at", "asked_at", "discussion_id"),
    )
