"""The tables of who is who across contacts. They name nobody: who a mention is says its contact's document.

A ``mention`` is a person of one contact, found there by the digest of their label. ``match`` holds two
mentions that may be, or are, the same person, the later one first. ``mention.person_id`` is the id of the
oldest mention that is held to be the same person, directly or through others: it is worked out from the
matches and is nothing by itself, so that whatever was put together can be taken apart.
"""

from __future__ import annotations

import sqlalchemy as sa
from mash.db.tables import Sealed, Time
from sqlalchemy.dialects.postgresql import ARRAY


def mention_tables(metadata: sa.MetaData) -> tuple[sa.Table, sa.Table]:
    """Return the mentions, and by what they meet others."""
    mention = sa.Table(
        "mention",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        # Whether the contact says that this person did the harm.
        sa.Column("alleged", sa.Boolean, nullable=False),
        sa.Column("received_at", Time, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.UniqueConstraint("contact_id", "digest"),
        sa.Index("ix_mention_person_id", "person_id"),
        # Whoever was seen more than once.
        sa.Index(
            "ix_mention_again", "partnership", "received_at", postgresql_where=sa.text("person_id <> id")
        ),
    )
    mention_key = sa.Table(
        "mention_key",
        metadata,
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("mention_id", sa.Uuid, sa.ForeignKey("mention.id"), primary_key=True),
        sa.Column("weight", sa.SmallInteger, nullable=False),
        sa.Index("ix_mention_key_mention_id", "mention_id"),
    )
    return mention, mention_key


def match_tables(metadata: sa.MetaData) -> tuple[sa.Table, sa.Table]:
    """Return the matches between mentions, and each step of those."""
    match = sa.Table(
        "match",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("mention_id", sa.Uuid, sa.ForeignKey("mention.id"), nullable=False),
        sa.Column("other_id", sa.Uuid, sa.ForeignKey("mention.id"), nullable=False),
        sa.Column("score", sa.SmallInteger, nullable=False),
        sa.Column("reasons", ARRAY(sa.Text), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        # Whether a person has said anything of it: the service by itself then leaves it alone.
        sa.Column("by_hand", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", Time, nullable=False),
        sa.UniqueConstraint("mention_id", "other_id"),
        sa.Index("ix_match_other_id", "other_id"),
    )
    match_step = sa.Table(
        "match_step",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("match_id", sa.Uuid, sa.ForeignKey("match.id"), nullable=False),
        # The contact on whose page it was said.
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contact.id"), nullable=False),
        sa.Column("partnership", sa.Text, nullable=False),
        sa.Column("at", Time, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("reason", Sealed),
        sa.Index("ix_match_step_match_id", "match_id", "at"),
        sa.Index("ix_match_step_contact_id", "contact_id"),
        info={"case": "contact_id"},
    )
    return match, match_step
