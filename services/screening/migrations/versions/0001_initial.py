"""The shared tables, and those of screening."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from mash.db.migrations import create_shared_tables
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None

_TIME = sa.TIMESTAMP(timezone=True)
_TEXTS = ARRAY(sa.Text)


def upgrade() -> None:
    create_shared_tables(op, version=1)
    op.create_table(
        "screening",
        sa.Column("contact_id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source_code", sa.Text, nullable=False),
        sa.Column("referrer_kind", sa.Text, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("child_count", sa.Integer, nullable=False),
        sa.Column("unborn", sa.Boolean, nullable=False),
        sa.Column("repeat_count", sa.Integer, nullable=False),
        sa.Column("immediate_danger", sa.Boolean, nullable=False),
        sa.Column("needs_person", sa.Boolean, nullable=False),
        sa.Column("out_of_hours", sa.Boolean, nullable=False),
        sa.Column("may_write", sa.Boolean, nullable=False),
        sa.Column("missing", _TEXTS, nullable=False),
        sa.Column("contact_version", sa.Integer, nullable=False),
        sa.Column("considered_version", sa.Integer, nullable=False),
        sa.Column("contact_changed_at", _TIME),
        sa.Column("threshold_version", sa.Text, nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("due_soon_at", _TIME, nullable=False),
        sa.Column("raised_due_soon_at", _TIME),
        sa.Column("raised_overdue_at", _TIME),
        sa.Column("paused_at", _TIME),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("rating", sa.Text),
        sa.Column("level", sa.Integer),
        sa.Column("pathway", sa.Text),
        sa.Column("fast_track_alongside", sa.Boolean, nullable=False),
        sa.Column("decided_at", _TIME),
        sa.Column("enquiry_id", sa.Uuid),
        sa.Column("enquiry_state", sa.Text),
        sa.Column("enquiry_outcome", sa.Text),
        sa.Column("findings", JSONB(none_as_null=True)),
        sa.Column("findings_at", _TIME),
        sa.Column("known", JSONB(none_as_null=True)),
        sa.Column("shown", JSONB(none_as_null=True)),
        sa.Column("analysis", JSONB(none_as_null=True)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Index(
            "ix_screening_open",
            "partnership",
            "due_at",
            "contact_id",
            postgresql_where=sa.text("state <> 'decided'"),
        ),
        sa.Index("ix_screening_due_at", "due_at", "contact_id"),
        sa.Index(
            "ix_screening_news",
            "partnership",
            "due_at",
            postgresql_where=sa.text("contact_version > considered_version"),
        ),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("rating", sa.Text),
        sa.Column("level", sa.Integer),
        sa.Column("pathway", sa.Text),
        sa.Column("fast_track_alongside", sa.Boolean, nullable=False),
        sa.Column("agencies", _TEXTS, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("recommended_rating", sa.Text),
        sa.Column("recommended_level", sa.Integer),
        sa.Column("recommended_pathway", sa.Text),
        sa.Column("differs", sa.Boolean, nullable=False),
        sa.Column("rationale", sa.Text),
        sa.Column("advice", sa.Text),
        sa.Index("ix_decision_contact_id", "contact_id", "at"),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("spoke_to_parents", sa.Boolean, nullable=False),
        sa.Column("parents", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("pathway", sa.Text, nullable=False),
        sa.Column("analysis", sa.Text, nullable=False),
        sa.Index("ix_note_contact_id", "contact_id", "at"),
    )
    op.create_table(
        "pause",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("from_at", _TIME, nullable=False),
        sa.Column("until_at", _TIME),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("paused_by", sa.Text, nullable=False),
        sa.Column("resumed_by", sa.Text),
        sa.Index("uq_pause_running", "contact_id", unique=True, postgresql_where=sa.text("until_at IS NULL")),
        sa.Index("ix_pause_contact_id", "contact_id", "from_at"),
    )
    op.create_table(
        "change",
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("fields", _TEXTS, nullable=False),
    )
