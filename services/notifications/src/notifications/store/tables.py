"""The tables of the notifications service.

``notification`` has one row for each thing that a referrer is to be told, and ``attempt`` each try at sending
it. ``task`` is what a person has to do. ``contact`` holds what is needed to say which contact they are about,
and ``disagreement`` when one last changed.
Nobody's address is kept here: intake is asked for it each time a message is sent. What was sent is sealed
under the key of the contact.
"""

from __future__ import annotations

import sqlalchemy as sa
from mash.db import metadata as shared_metadata
from mash.db.tables import Sealed, Time
from sqlalchemy.dialects.postgresql import ARRAY

metadata = shared_metadata()

contact = sa.Table(
    "contact",
    metadata,
    sa.Column("contact_id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("reference", sa.Text),
    sa.Column("decided_at", Time),
    sa.Column("reopened_at", Time),
)

notification = sa.Table(
    "notification",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("decision_kind", sa.Text),
    sa.Column("decision", sa.Text),
    sa.Column("services", ARRAY(sa.Text), nullable=False),
    sa.Column("about_at", Time, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("trying_since", Time, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("queued_at", Time),
    sa.Column("sent_at", Time),
    sa.Column("told_how", sa.Text),
    sa.Column("subject", Sealed),
    sa.Column("text", Sealed),
    sa.Column("stage", sa.Text),
    sa.UniqueConstraint("contact_id", "purpose", "cause"),
    info={"case": "contact_id"},
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("notification_id", sa.Uuid, sa.ForeignKey("notification.id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("code", sa.Integer),
    sa.Index("ix_attempt_notification_id", "notification_id", "at"),
)

disagreement = sa.Table(
    "disagreement",
    metadata,
    sa.Column("disagreement_id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("changed_at", Time, nullable=False),
)

task = sa.Table(
    "task",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", sa.Uuid, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("notification_id", sa.Uuid, sa.ForeignKey("notification.id")),
    sa.Column("enquiry_id", sa.Uuid),
    sa.Column("agency", sa.Text),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("raised_at", Time, nullable=False),
    sa.Column("done_at", Time),
    sa.Column("done_by", sa.Text),
    sa.Column("how", sa.Text),
    sa.Column("note", Sealed),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("stage", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Index("uq_task_open", "kind", "about", unique=True, postgresql_where=sa.text("done_at IS NULL")),
    sa.Index("ix_task_due_at", "due_at", "id"),
    sa.Index("ix_task_contact_id", "contact_id"),
    info={"case": "contact_id"},
)
