"""The shared tables, and those of the enquiry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from mash.db.migrations import create_shared_tables
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None

_TIME = sa.TIMESTAMP(timezone=True)

# The broker's acknowledgement of a message is written on its row of the outbox, which is tidied away after a
# week; the proof of who was told is kept.
_NOTE_ACCEPTED = (
    """
    CREATE FUNCTION note_accepted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE notice SET accepted_at = NEW.sent_at WHERE message_id = NEW.message_id;
      RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER note_accepted AFTER UPDATE OF sent_at ON outbox
    FOR EACH ROW WHEN (NEW.sent_at IS NOT NULL) EXECUTE FUNCTION note_accepted()
    """,
)

# But for the end of a case, when all of it goes (``mash.retention``).
_UNALTERED = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND current_setting('mash.erasing', true) = 'on' THEN RETURN NULL; END IF;
      RAISE EXCEPTION 'a row of % is never altered', TG_TABLE_NAME;
    END $$
    """,
    """
    CREATE TRIGGER returned_unaltered BEFORE UPDATE ON returned
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER product_sent_unaltered BEFORE UPDATE ON product_sent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER decision_unaltered BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)


def upgrade() -> None:
    create_shared_tables(op, version=1)
    op.create_table(
        "enquiry",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("contact_decided_at", _TIME, nullable=False),
        sa.Column("fast_track_alongside", sa.Boolean, nullable=False),
        sa.Column("concerns", ARRAY(sa.Text), nullable=False),
        sa.Column("first_rating", sa.Text, nullable=False),
        sa.Column("rating", sa.Text, nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("ready", sa.Text),
        sa.Column("ready_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.Column("contact_changed_at", _TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("contact_id", "contact_decided_at"),
        sa.Index("uq_enquiry_open", "contact_id", unique=True, postgresql_where=sa.text("closed_at IS NULL")),
        sa.Index(
            "ix_enquiry_by_due", "partnership", "due_at", "id", postgresql_where=sa.text("closed_at IS NULL")
        ),
        sa.Index("ix_enquiry_partnership_due_at", "partnership", "due_at", "id"),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("enquiry_id", sa.Uuid, sa.ForeignKey("enquiry.id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("questions", JSONB, nullable=False),
        sa.Column("requested_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("received_at", _TIME),
        sa.Column("cancelled_at", _TIME),
        sa.Column("answer", sa.Text),
        sa.Column("answer_version", sa.Integer),
        sa.Column("returned_at", _TIME),
        sa.Column("first_returned_at", _TIME),
        sa.Column("withdrawn_version", sa.Integer),
        sa.Column("withdrawn_at", _TIME),
        sa.Index("ix_request_enquiry_id", "enquiry_id"),
    )
    op.create_table(
        "returned",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("request.id"), nullable=False),
        sa.Column("enquiry_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("returned_at", _TIME, nullable=False),
        sa.Column("arrived_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("after_closing", sa.Boolean, nullable=False),
        sa.Column("source_fresh_on", sa.Date),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Index("ix_returned_request_id", "request_id"),
        sa.Index("ix_returned_enquiry_id", "enquiry_id"),
    )
    op.create_table(
        "notice",
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
        sa.Column("told_at", _TIME, nullable=False),
        sa.Column("accepted_at", _TIME),
        sa.Column("received_at", _TIME),
        sa.Index("ix_notice_enquiry_id", "enquiry_id"),
        sa.Index("ix_notice_request_id", "request_id"),
    )
    op.create_table(
        "history",
        sa.Column("enquiry_id", sa.Uuid, sa.ForeignKey("enquiry.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("request_id", sa.Uuid),
        sa.Column("agency", sa.Text),
        sa.Column("rating", sa.Text),
        sa.Column("due_at", _TIME),
        sa.Column("rationale", sa.LargeBinary),
    )
    op.create_table(
        "decision",
        sa.Column("enquiry_id", sa.Uuid, sa.ForeignKey("enquiry.id"), primary_key=True),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("decided_at", _TIME, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("first_rating", sa.Text, nullable=False),
        sa.Column("final_rating", sa.Text),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("rationale", sa.LargeBinary, nullable=False),
        sa.Column("silent_rationale", sa.LargeBinary),
        sa.Column("services", ARRAY(sa.Text), nullable=False),
        sa.Column("standings", JSONB, nullable=False),
    )
    _create_products()
    _create_discussions()
    _create_heard()
    _create_meetings()
    _create_meeting_actions()
    _create_audits()
    for statement in (*_NOTE_ACCEPTED, *_UNALTERED):
        op.execute(statement)


def _create_products() -> None:
    op.create_table(
        "product",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("enquiry_id", sa.Uuid, sa.ForeignKey("enquiry.id"), nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("receiver_kind", sa.Text, nullable=False),
        sa.Column("receiver_agency", sa.Text),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("sent_at", _TIME),
        sa.Column("sent_by", sa.Text),
        sa.Column("received_at", _TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Index("ix_product_enquiry_id", "enquiry_id"),
    )
    op.create_table(
        "product_item",
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
        sa.Column("asked_at", _TIME),
        sa.Column("answered_at", _TIME),
        sa.Column("release_version", sa.Integer, nullable=False),
        sa.Column("refused_because", sa.Text),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Index("ix_product_item_product_id", "product_id", "place"),
        sa.Index("ix_product_item_request_id", "request_id"),
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("product_id", sa.Uuid, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("asked_in", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("arrived_at", _TIME, nullable=False),
        sa.Column("answered_at", _TIME, nullable=False),
        sa.Column("answered_by", sa.Text, nullable=False),
        sa.Column("after_closing", sa.Boolean, nullable=False),
        sa.Column("items", JSONB, nullable=False),
        sa.UniqueConstraint("asked_in", "version"),
        sa.Index("ix_release_product_id", "product_id"),
    )
    op.create_table(
        "product_sent",
        sa.Column("product_id", sa.Uuid, sa.ForeignKey("product.id"), primary_key=True),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("sent_at", _TIME, nullable=False),
        sa.Column("sent_by", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _create_discussions() -> None:
    op.create_table(
        "discussion",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("enquiry_id", sa.Uuid, sa.ForeignKey("enquiry.id"), nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("meets_at", _TIME),
        sa.Column("ended_at", _TIME),
        sa.Column("ended_by", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("conduct", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Index("ix_discussion_enquiry_id", "enquiry_id"),
    )


def _create_heard() -> None:
    op.create_table(
        "contact_heard",
        sa.Column("contact_id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("reference", sa.Text),
        sa.Column("kind", sa.Text),
        sa.Column("out_of_hours", sa.Boolean),
        sa.Column("received_at", _TIME),
        sa.Column("heard_at", _TIME),
        sa.Column("rating", sa.Text),
        sa.Column("rated_at", _TIME),
        sa.Column("pathway", sa.Text),
        sa.Column("standing_at", _TIME),
        sa.Index("ix_contact_heard_partnership_heard_at", "partnership", "heard_at"),
        sa.Index(
            "ix_contact_heard_open", "partnership", "rating", postgresql_where=sa.text("pathway IS NULL")
        ),
    )


def _create_meetings() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("agenda_closes_at", _TIME, nullable=False),
        sa.Column("starts_at", _TIME, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", _TIME),
        sa.Column("ended_at", _TIME),
        sa.Column("ended_by", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.UniqueConstraint("partnership", "held_on"),
    )
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("meeting_id", sa.Uuid, sa.ForeignKey("meeting.id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("because", ARRAY(sa.Text), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("added_by", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("rating_before", sa.Text),
        sa.Column("rating_after", sa.Text),
        sa.Column("rated_at", _TIME),
        sa.Column("rated_by", sa.Text),
        sa.Column("applied", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.UniqueConstraint("meeting_id", "contact_id"),
        sa.Index("ix_agenda_item_contact_id", "contact_id"),
    )


def _create_meeting_actions() -> None:
    op.create_table(
        "meeting_action",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("meeting_id", sa.Uuid, sa.ForeignKey("meeting.id"), nullable=False),
        sa.Column("agenda_item_id", sa.Uuid, sa.ForeignKey("agenda_item.id")),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid),
        sa.Column("sealed_under", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("done_at", _TIME),
        sa.Column("done_by", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Index("ix_meeting_action_meeting_id", "meeting_id"),
        sa.Index("ix_meeting_action_agenda_item_id", "agenda_item_id"),
        sa.Index("ix_meeting_action_contact_id", "contact_id"),
        sa.Index(
            "ix_meeting_action_outstanding",
            "partnership",
            "due_on",
            postgresql_where=sa.text("done_at IS NULL"),
        ),
    )


def _create_audits() -> None:
    op.create_table(
        "case_audit",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
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
    op.create_table(
        "audited_case",
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
    op.create_table(
        "audit_finding",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("audited_case_id", sa.Uuid, sa.ForeignKey("audited_case.id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("audited_case_id", "agency"),
        sa.Index("ix_audit_finding_contact_id", "contact_id"),
    )
