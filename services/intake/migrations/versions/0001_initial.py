"""The first tables of the service."""

import sqlalchemy as sa
from alembic import op
from mash.db.migrations import create_shared_tables
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_shared_tables(op, version=1)
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("reading", sa.LargeBinary(), nullable=True),
        sa.Column("repeat_of", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("review_reason", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_received", "message", ["partnership", "received_at", "id"], unique=False)
    op.create_index(
        "ix_message_unreviewed",
        "message",
        ["partnership", "received_at", "id"],
        unique=False,
        postgresql_where=sa.text("status <> 'taken_in' AND reviewed_at IS NULL"),
    )
    op.create_index(
        "uq_message_identity",
        "message",
        ["partnership", "identity"],
        unique=True,
        postgresql_where=sa.text("repeat_of IS NULL"),
    )
    op.create_index("uq_message_repeat", "message", ["repeat_of", "body_digest"], unique=True)
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_code", sa.Text(), nullable=False),
        sa.Column("referrer_kind", sa.Text(), nullable=False),
        sa.Column("is_professional", sa.Boolean(), nullable=False),
        sa.Column("may_write", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("child_count", sa.Integer(), nullable=False),
        sa.Column("unborn", sa.Boolean(), nullable=False),
        sa.Column("repeat_count_6_months", sa.Integer(), nullable=False),
        sa.Column("repeat_count_ever", sa.Integer(), nullable=False),
        sa.Column("immediate_danger", sa.Boolean(), nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("out_of_hours", sa.Boolean(), nullable=False),
        sa.Column("missing", postgresql.JSONB(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("reading", sa.LargeBinary(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("follows_contact_id", sa.Uuid(), nullable=True),
        sa.Column("written_form_due_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("completed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["follows_contact_id"], ["contact.id"], name=op.f("fk_contact_follows_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_contact_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("reference", name=op.f("uq_contact_reference")),
        sa.UniqueConstraint("seq", name=op.f("uq_contact_seq")),
    )
    op.create_index(
        "ix_contact_follows",
        "contact",
        ["follows_contact_id"],
        unique=False,
        postgresql_where=sa.text("follows_contact_id IS NOT NULL"),
    )
    op.create_index(
        "ix_contact_message_id",
        "contact",
        ["message_id"],
        unique=False,
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_index(
        "ix_contact_needs_person",
        "contact",
        ["partnership", "received_at", "id"],
        unique=False,
        postgresql_where=sa.text("needs_person"),
    )
    op.create_index("ix_contact_received", "contact", ["partnership", "received_at", "id"], unique=False)
    op.create_index("ix_contact_sent_by", "contact", ["sent_by", "received_at", "id"], unique=False)
    op.create_table(
        "match_key",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_match_key_contact_id_contact")),
        sa.PrimaryKeyConstraint("digest", "contact_id", name=op.f("pk_match_key")),
    )
    op.create_index("ix_match_key_contact_id", "match_key", ["contact_id"], unique=False)
    op.create_table(
        "change",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_change_contact_id_contact")),
        sa.PrimaryKeyConstraint("contact_id", "version", name=op.f("pk_change")),
    )
    op.create_table(
        "addition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("by_referrer", sa.Boolean(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_addition_contact_id_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addition")),
    )
    op.create_index("ix_addition_contact_id", "addition", ["contact_id", "version"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_document_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index("ix_document_message_id", "document", ["message_id", "position"], unique=False)
    op.create_table(
        "ending",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("counted_by", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_ending_contact_id_contact")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_ending")),
    )
    op.create_index(
        "ix_ending_keep_until",
        "ending",
        ["keep_until"],
        unique=False,
        postgresql_where=sa.text("decision IS NOT NULL"),
    )
    op.create_table(
        "challenge",
        sa.Column("disagreement_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_challenge_contact_id_contact")),
        sa.PrimaryKeyConstraint("disagreement_id", name=op.f("pk_challenge")),
    )
    op.create_index("ix_challenge_contact_id", "challenge", ["contact_id"], unique=False)
    op.create_table(
        "hold",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_hold_contact_id_contact")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_hold")),
    )
    op.create_table(
        "restriction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("managers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_restriction_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
    )
    op.create_index("ix_restriction_contact_id", "restriction", ["contact_id", "at"], unique=False)
    op.create_table(
        "linked",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_linked_contact_id_contact")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_linked")),
    )
    op.create_table(
        "lado_person",
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("partnership", "subject", name=op.f("pk_lado_person")),
    )
    op.create_table(
        "person_key",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_person_key_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("digest", "contact_id", name=op.f("pk_person_key")),
    )
    op.create_index("ix_person_key_contact_id", "person_key", ["contact_id"], unique=False)
    op.create_table(
        "staff_key",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "subject", name=op.f("pk_staff_key")),
    )
    op.create_index("ix_staff_key_subject", "staff_key", ["subject", "partnership"], unique=False)
    op.create_table(
        "staff_register",
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("partnership", "subject", name=op.f("pk_staff_register")),
    )
    op.create_table(
        "access_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("extended_by_months", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("extension_reason", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
    )
    op.create_index(
        "ix_access_request_due_on", "access_request", ["partnership", "due_on", "id"], unique=False
    )
    op.create_table(
        "access_contact",
        sa.Column("access_request_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["access_request_id"],
            ["access_request.id"],
            name=op.f("fk_access_contact_access_request_id_access_request"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_access_contact_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("access_request_id", "contact_id", name=op.f("pk_access_contact")),
    )
    op.create_index("ix_access_contact_contact_id", "access_contact", ["contact_id"], unique=False)
    op.create_table(
        "access_decision",
        sa.Column("access_request_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("exemption", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("cut", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["access_request_id"],
            ["access_request.id"],
            name=op.f("fk_access_decision_access_request_id_access_request"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_access_decision_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("access_request_id", "contact_id", "item", name=op.f("pk_access_decision")),
    )
    op.create_table(
        "public_count",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_public_count")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index(
        "ix_draft_sent_by",
        "draft",
        ["sent_by", "changed_at"],
        unique=False,
        postgresql_where=sa.text("NOT public"),
    )
    op.create_table(
        "draft_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_file_draft_id_draft")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_file")),
    )
    op.create_index("ix_draft_file_draft_id", "draft_file", ["draft_id", "position"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_attachment_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_contact_id", "attachment", ["contact_id", "position"], unique=False)
    op.create_table(
        "mention",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("alleged", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_mention_contact_id_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("contact_id", "digest", name=op.f("uq_mention_contact_id_digest")),
    )
    op.create_index("ix_mention_person_id", "mention", ["person_id"], unique=False)
    op.create_index(
        "ix_mention_again",
        "mention",
        ["partnership", "received_at"],
        unique=False,
        postgresql_where=sa.text("person_id <> id"),
    )
    op.create_table(
        "mention_key",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("mention_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_mention_key_mention_id_mention")
        ),
        sa.PrimaryKeyConstraint("digest", "mention_id", name=op.f("pk_mention_key")),
    )
    op.create_index("ix_mention_key_mention_id", "mention_key", ["mention_id"], unique=False)
    op.create_table(
        "match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("mention_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_match_mention_id_mention")),
        sa.ForeignKeyConstraint(["other_id"], ["mention.id"], name=op.f("fk_match_other_id_mention")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
        sa.UniqueConstraint("mention_id", "other_id", name=op.f("uq_match_mention_id_other_id")),
    )
    op.create_index("ix_match_other_id", "match", ["other_id"], unique=False)
    op.create_table(
        "match_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_match_step_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_match_step_match_id_match")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_step")),
    )
    op.create_index("ix_match_step_contact_id", "match_step", ["contact_id"], unique=False)
    op.create_index("ix_match_step_match_id", "match_step", ["match_id", "at"], unique=False)
