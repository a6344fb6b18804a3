"""The service's own tables.

A contact is one row: what lists and counts need in columns, all that was said in ``document``. The digests
in ``match_key`` name nobody. A message is kept raw, whatever became of it. Words are sealed under the key of
their contact, or of their message.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from mash.db import metadata as shared_metadata
from mash.db.tables import Sealed, Time
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from intake.store.people_tables import match_tables, mention_tables

metadata = shared_metadata()

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("identity", sa.LargeBinary, nullable=False),
    sa.Column("body_digest", sa.LargeBinary, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Column("sent_by", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("raw", Sealed, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("reading", Sealed),
    # Not a reference, as the first may be erased before the one that bears its identity.
    sa.Column("repeat_of", sa.Uuid),
    sa.Column("reviewed_at", Time),
    sa.Column("reviewed_by", sa.Text),
    sa.Column("review_reason", Sealed),
    # The first message of an identity is the one that counts; others that bear it are kept beside it.
    sa.Index(
        "uq_message_identity",
        "partnership",
        "identity",
        unique=True,
        postgresql_where=sa.text("repeat_of IS NULL"),
    ),
    sa.Index("uq_message_repeat", "repeat_of", "body_digest", unique=True),
    sa.Index("ix_message_received", "partnership", "received_at", "id"),
    sa.Index(
        "ix_message_unreviewed",
        "partnership",
        "received_at",
        "id",
        postgresql_where=sa.text("status <> 'taken_in' AND reviewed_at IS NULL"),
    ),
    info={"case": "id"},
)

contact = sa.Table(
    "contact",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    # The order of taking in, which the counting of earlier contacts goes by.
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True), nullable=False, unique=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("source_code", sa.Text, nullable=False),
    sa.Column("referrer_kind", sa.Text, nullable=False),
    sa.Column("is_professional", sa.Boolean, nullable=False),
    sa.Column("may_write", sa.Boolean, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Column("sent_by", sa.Text, nullable=False),
    sa.Column("child_count", sa.Integer, nullable=False),
    sa.Column("unborn", sa.Boolean, nullable=False),
    sa.Column("repeat_count_6_months", sa.Integer, nullable=False),
    sa.Column("repeat_count_ever", sa.Integer, nullable=False),
    sa.Column("immediate_danger", sa.Boolean, nullable=False),
    sa.Column("needs_person", sa.Boolean, nullable=False),
    sa.Column("out_of_hours", sa.Boolean, nullable=False),
    sa.Column("missing", JSONB, nullable=False),
    sa.Column("document", Sealed, nullable=False),
    sa.Column("reading", Sealed),
    sa.Column("message_id", sa.Uuid, sa.ForeignKey("message.id")),
    sa.Column("follows_contact_id", sa.Uuid, sa.ForeignKey("contact.id")),
    sa.Column("written_form_due_at", Time),
    sa.Column("completed_at", Time),
    sa.Index("ix_contact_received", "partnership", "received_at", "id"),
    sa.Index("ix_contact_sent_by", "sent_by", "received_at", "id"),
    sa.Index(
        "ix_contact_needs_person",
        "partnership",
        "received_at",
        "id",
        postgresql_where=sa.text("needs_person"),
    ),
    sa.Index("ix_contact_message_id", "message_id", postgresql_where=sa.text("message_id IS NOT NULL")),
    sa.Index(
        "ix_contact_follows",
        "follows_contact_id",
        postgresql_where=sa.text("follows_contact_id IS NOT NULL"),
    ),
    info={"case": "id"},
)

match_key = sa.Table(
    "match_key",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    # A telephone contact and the written form that follows it are one occasion, and count once.
    sa.Column("occasion_id", sa.Uuid, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Index("ix_match_key_contact_id", "contact_id"),
)

change = sa.Table(
    "change",
    metadata,
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("changed_at", Time, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.Column("fields", JSONB, nullable=False),
    # The sections as they were before, so that nothing that was ever recorded is lost.
    sa.Column("before", Sealed, nullable=False),
    info={"case": "contact_id"},
)

addition = sa.Table(
    "addition",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("added_at", Time, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("by_referrer", sa.Boolean, nullable=False),
    sa.Column("text", Sealed, nullable=False),
    sa.Column("facts", JSONB, nullable=False),
    sa.Index("ix_addition_contact_id", "contact_id", "version"),
    info={"case": "contact_id"},
)

document = sa.Table(
    "document",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("message_id", sa.Uuid, sa.ForeignKey("message.id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", Sealed, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("content", Sealed, nullable=False),
    sa.Index("ix_document_message_id", "message_id", "position"),
    info={"case": "message_id"},
)

# A form that somebody has begun and not sent. The public's is whoever's cookie holds its id.
draft = sa.Table(
    "draft",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("sent_by", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("begun_at", Time, nullable=False),
    sa.Column("changed_at", Time, nullable=False),
    sa.Column("document", Sealed, nullable=False),
    sa.Index("ix_draft_sent_by", "sent_by", "changed_at", postgresql_where=sa.text("NOT public")),
    info={"case": "id"},
)


def _files(owner: str) -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(f"{owner}_id", sa.Uuid, sa.ForeignKey(f"{owner}.id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", Sealed, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("content", Sealed, nullable=False),
    )


# The files with a form: of the draft under its key, and once it was sent of the contact under that one's.
draft_file = sa.Table(
    "draft_file",
    metadata,
    *_files("draft"),
    sa.Index("ix_draft_file_draft_id", "draft_id", "position"),
    info={"case": "draft_id"},
)

attachment = sa.Table(
    "attachment",
    metadata,
    *_files("contact"),
    sa.Index("ix_attachment_contact_id", "contact_id", "position"),
    info={"case": "contact_id"},
)

# How a contact stands as far as its end is concerned: one row for each that was ever decided. ``decision`` is
# none while it is open; ``heard_at`` is the time of the newest event that says so. What follows from it and
# from the partnership's periods is counted each night; ``counted_by`` is a digest of what it was counted by.
ending = sa.Table(
    "ending",
    metadata,
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("heard_at", Time, nullable=False),
    sa.Column("decision", sa.Text),
    sa.Column("rule", sa.Text),
    sa.Column("keep_until", sa.Date),
    sa.Column("counted_by", sa.LargeBinary),
    sa.Index("ix_ending_keep_until", "keep_until", postgresql_where=sa.text("decision IS NOT NULL")),
)

# Challenges of what was decided; a case is kept while one of them is open.
challenge = sa.Table(
    "challenge",
    metadata,
    sa.Column("disagreement_id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Index("ix_challenge_contact_id", "contact_id"),
)

hold = sa.Table(
    "hold",
    metadata,
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("placed_at", Time, nullable=False),
    sa.Column("placed_by", sa.Text, nullable=False),
    sa.Column("reason", Sealed, nullable=False),
    info={"case": "contact_id"},
)

# Each time that somebody said for whom a contact is open: restricted it, named others, lifted that, or opened
# it in an emergency. The people themselves are in the shared ``case_person``.
restriction = sa.Table(
    "restriction",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("why", sa.Text),
    sa.Column("managers", ARRAY(sa.Text), nullable=False),
    sa.Column("until", Time),
    sa.Column("reason", Sealed),
    sa.Index("ix_restriction_contact_id", "contact_id", "at"),
    info={"case": "contact_id"},
)

# The two contacts of one allegation, each by the other; only who may know of both sees that they belong
# together.
linked = sa.Table(
    "linked",
    metadata,
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), primary_key=True),
    # Not a reference, as the one may be erased before the other.
    sa.Column("other_id", sa.Uuid, nullable=False),
)

# Who is named for an allegation from the first, by their ids at the sign-in.
lado_person = sa.Table(
    "lado_person",
    metadata,
    sa.Column("partnership", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
)

# By what the people and homes of a contact, and those of the hub's own staff, are found to be the same.
person_key = sa.Table(
    "person_key",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), primary_key=True),
    sa.Index("ix_person_key_contact_id", "contact_id"),
)

staff_key = sa.Table(
    "staff_key",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Index("ix_staff_key_subject", "subject", "partnership"),
)

staff_register = sa.Table(
    "staff_register",
    metadata,
    sa.Column("partnership", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("changed_at", Time, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
)

# Somebody asked what is held about them. ``who`` says whom it is about.
access_request = sa.Table(
    "access_request",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("received_on", sa.Date, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("made_at", Time, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("extended_by_months", sa.Integer, nullable=False),
    sa.Column("answered_at", Time),
    sa.Column("who", Sealed, nullable=False),
    sa.Column("extension_reason", Sealed),
    sa.Index("ix_access_request_due_on", "partnership", "due_on", "id"),
    info={"case": "id"},
)

access_contact = sa.Table(
    "access_contact",
    metadata,
    sa.Column("access_request_id", sa.Uuid, sa.ForeignKey("access_request.id"), primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), primary_key=True),
    sa.Index("ix_access_contact_contact_id", "contact_id"),
)

# What the data protection officer decided of each thing that is held: the things themselves are asked for
# afresh each time. ``digest`` is of the words that were looked at, so that others are looked at anew.
access_decision = sa.Table(
    "access_decision",
    metadata,
    sa.Column("access_request_id", sa.Uuid, sa.ForeignKey("access_request.id"), primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("exemption", sa.Text),
    sa.Column("decided_at", Time, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("cut", Sealed),
    info={"case": "contact_id"},
)

# How many concerns came by the public's form within an hour. The digest is keyed and another one each hour.
public_count = sa.Table(
    "public_count",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("begun_at", Time, nullable=False),
    sa.Column("taken", sa.Integer, nullable=False),
)

# Who is who across contacts.
mention, mention_key = mention_tables(metadata)
match, match_step = match_tables(metadata)
