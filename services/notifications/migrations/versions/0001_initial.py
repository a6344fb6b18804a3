"""The shared tables, and those of notifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from mash.db.migrations import create_shared_tables
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None

_TIME = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    create_shared_tables(op, version=1)
    op.create_table(
        "contact",
        sa.Column("contact_id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("reference", sa.Text),
        sa.Column("decided_at", _TIME),
        sa.Column("reopened_at", _TIME),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("decision_kind", sa.Text),
        sa.Column("decision", sa.Text),
        sa.Column("services", ARRAY(sa.Text), nullable=False),
        sa.Column("about_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("trying_since", _TIME, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("queued_at", _TIME),
        sa.Column("sent_at", _TIME),
        sa.Column("told_how", sa.Text),
        sa.Column("subject", sa.LargeBinary),
        sa.Column("text", sa.LargeBinary),
        sa.Column("stage", sa.Text),
        sa.UniqueConstraint("contact_id", "purpose", "cause"),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("notification_id", sa.Uuid, sa.ForeignKey("notification.id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("code", sa.Integer),
        sa.Index("ix_attempt_notification_id", "notification_id", "at"),
    )
    op.create_table(
        "disagreement",
        sa.Column("disagreement_id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("notification_id", sa.Uuid, sa.ForeignKey("notification.id")),
        sa.Column("enquiry_id", sa.Uuid),
        sa.Column("agency", sa.Text),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("raised_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME),
        sa.Column("done_by", sa.Text),
        sa.Column("how", sa.Text),
        sa.Column("note", sa.LargeBinary),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("stage", sa.Text),
        sa.Column("subject", sa.Text),
        sa.Index("uq_task_open", "kind", "about", unique=True, postgresql_where=sa.text("done_at IS NULL")),
        sa.Index("ix_task_due_at", "due_at", "id"),
        sa.Index("ix_task_contact_id", "contact_id"),
    )
