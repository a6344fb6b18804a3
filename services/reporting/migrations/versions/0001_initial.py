"""The event log, and the facts folded from it."""

import sqlalchemy as sa
from alembic import op
from mash.db.migrations import create_shared_tables
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None

Time = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    create_shared_tables(op, version=1)
    op.create_table(
        "event_log",
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("at", Time, nullable=False),
        sa.Column("data", JSONB, nullable=False),
    )
    op.create_index("ix_event_log_contact_id", "event_log", ["contact_id"])
    op.create_table(
        "contact",
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
    )
    op.create_index("ix_contact_partnership_received_at", "contact", ["partnership", "received_at"])
    op.create_table(
        "enquiry",
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
    )
    op.create_index("ix_enquiry_contact_id", "enquiry", ["contact_id"])
    op.create_index("ix_enquiry_partnership_opened_at", "enquiry", ["partnership", "opened_at"])
    op.create_table(
        "request",
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
    )
    op.create_index("ix_request_contact_id", "request", ["contact_id"])
    op.create_index("ix_request_partnership_requested_at", "request", ["partnership", "requested_at"])
    op.create_table(
        "notification",
        sa.Column("notification_id", sa.Uuid, primary_key=True),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("since_at", Time),
        sa.Column("due_at", Time),
        sa.Column("sent_at", Time),
        sa.Column("failed_at", Time),
        sa.Column("dropped_at", Time),
    )
    op.create_index("ix_notification_contact_id", "notification", ["contact_id"])
    op.create_index("ix_notification_partnership_due_at", "notification", ["partnership", "due_at"])
    op.create_table(
        "disagreement_stage",
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
    )
    op.create_index("ix_disagreement_stage_contact_id", "disagreement_stage", ["contact_id"])
    op.create_index(
        "ix_disagreement_stage_partnership_began_at", "disagreement_stage", ["partnership", "began_at"]
    )
    op.create_table(
        "meeting_rating",
        sa.Column("meeting_id", sa.Uuid, primary_key=True),
        sa.Column("contact_id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("first_rating", sa.Text),
        sa.Column("final_rating", sa.Text, nullable=False),
        sa.Column("rated_at", Time, nullable=False),
    )
    op.create_index("ix_meeting_rating_partnership_rated_at", "meeting_rating", ["partnership", "rated_at"])
    op.create_table(
        "case_grade",
        sa.Column("case_audit_id", sa.Uuid, primary_key=True),
        sa.Column("contact_id", sa.Uuid, primary_key=True),
        sa.Column("agency", sa.Text, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("audited_at", Time, nullable=False),
    )
    op.create_index("ix_case_grade_partnership_audited_at", "case_grade", ["partnership", "audited_at"])
