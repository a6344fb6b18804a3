"""The tables of the screening service.

``screening`` has one row a contact. Beside it are what was decided and why (``decision``), what social
workers found (``note``), what each use of a special tool gave (``tool_result``), when the clock stood still
(``pause``), and which fields each version changed (``change``), from which a stale change is told what it
missed. ``disagreement`` is a challenge of what was decided, and ``disagreement_stage`` each stage that it
came to, with the answer given there. What people wrote, what was found and where it was read are sealed under
the key of the contact.
"""

from __future__ import annotations

import sqlalchemy as sa
from mash.db import metadata as shared_metadata
from mash.db.tables import Sealed, Time
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = shared_metadata()

_texts = ARRAY(sa.Text)

screening = sa.Table(
    "screening",
    metadata,
    sa.Column("contact_id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("source_code", sa.Text, nullable=False),
    sa.Column("referrer_kind", sa.Text, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Column("child_count", sa.Integer, nullable=False),
    sa.Column("unborn", sa.Boolean, nullable=False),
    sa.Column("repeat_count", sa.Integer, nullable=False),
    sa.Column("immediate_danger", sa.Boolean, nullable=False),
    sa.Column("needs_person", sa.Boolean, nullable=False),
    sa.Column("out_of_hours", sa.Boolean, nullable=False),
    sa.Column("may_write", sa.Boolean, nullable=False),
    sa.Column("missing", _texts, nullable=False),
    sa.Column("contact_version", sa.Integer, nullable=False),
    sa.Column("considered_version", sa.Integer, nullable=False),
    sa.Column("contact_changed_at", Time),
    sa.Column("threshold_version", sa.Text, nullable=False),
    sa.Column("opened_at", Time, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("due_soon_at", Time, nullable=False),
    sa.Column("raised_due_soon_at", Time),
    sa.Column("raised_overdue_at", Time),
    sa.Column("paused_at", Time),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("worker", sa.Text),
    sa.Column("rating", sa.Text),
    sa.Column("level", sa.Integer),
    sa.Column("pathway", sa.Text),
    sa.Column("fast_track_alongside", sa.Boolean, nullable=False),
    sa.Column("outcomes", _texts, nullable=False),
    sa.Column("decided_at", Time),
    sa.Column("enquiry_id", sa.Uuid),
    sa.Column("enquiry_state", sa.Text),
    sa.Column("enquiry_outcome", sa.Text),
    sa.Column("findings", Sealed),
    sa.Column("findings_at", Time),
    sa.Column("tools", Sealed),
    sa.Column("known", Sealed),
    sa.Column("shown", JSONB(none_as_null=True)),
    sa.Column("analysis", Sealed),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index(
        "ix_screening_open",
        "partnership",
        "due_at",
        "contact_id",
        postgresql_where=sa.text("state <> 'decided'"),
    ),
    sa.Index("ix_screening_due_at", "due_at", "contact_id"),
    sa.Index("ix_screening_reference", "reference"),
    sa.Index(
        "ix_screening_news",
        "partnership",
        "due_at",
        postgresql_where=sa.text("contact_version > considered_version"),
    ),
    info={"case": "contact_id"},
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("rating", sa.Text),
    sa.Column("level", sa.Integer),
    sa.Column("pathway", sa.Text),
    sa.Column("fast_track_alongside", sa.Boolean, nullable=False),
    sa.Column("outcomes", _texts, nullable=False),
    sa.Column("agencies", _texts, nullable=False),
    sa.Column("services", _texts, nullable=False),
    sa.Column("worker", sa.Text),
    sa.Column("recommended_rating", sa.Text),
    sa.Column("recommended_level", sa.Integer),
    sa.Column("recommended_pathway", sa.Text),
    sa.Column("differs", sa.Boolean, nullable=False),
    sa.Column("rationale", Sealed),
    sa.Column("advice", Sealed),
    sa.Column("insight", Sealed),
    sa.Index("ix_decision_contact_id", "contact_id", "at"),
    info={"case": "contact_id"},
)

note = sa.Table(
    "note",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("spoke_to_parents", sa.Boolean, nullable=False),
    sa.Column("parents", Sealed, nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("pathway", sa.Text, nullable=False),
    sa.Column("analysis", Sealed, nullable=False),
    sa.Index("ix_note_contact_id", "contact_id", "at"),
    info={"case": "contact_id"},
)

pause = sa.Table(
    "pause",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("from_at", Time, nullable=False),
    sa.Column("until_at", Time),
    sa.Column("reason", Sealed, nullable=False),
    sa.Column("paused_by", sa.Text, nullable=False),
    sa.Column("resumed_by", sa.Text),
    sa.Index("uq_pause_running", "contact_id", unique=True, postgresql_where=sa.text("until_at IS NULL")),
    sa.Index("ix_pause_contact_id", "contact_id", "from_at"),
    info={"case": "contact_id"},
)

tool_result = sa.Table(
    "tool_result",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("tool", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("result", Sealed, nullable=False),
    sa.Index("ix_tool_result_contact_id", "contact_id", "at"),
    info={"case": "contact_id"},
)

change = sa.Table(
    "change",
    metadata,
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("fields", _texts, nullable=False),
)

disagreement = sa.Table(
    "disagreement",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("challenger_kind", sa.Text, nullable=False),
    sa.Column("raised_by", sa.Text, nullable=False),
    sa.Column("on_behalf", sa.Boolean, nullable=False),
    sa.Column("agency", sa.Text),
    sa.Column("reason", Sealed, nullable=False),
    sa.Column("raised_at", Time, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("closed_at", Time),
    sa.Column("closed_because", sa.Text),
    sa.Column("closing_words", Sealed),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index(
        "uq_disagreement_open",
        "contact_id",
        "raised_by",
        "on_behalf",
        "about",
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
    sa.Index("ix_disagreement_due_at", "due_at", "id"),
    sa.Index("ix_disagreement_contact_id", "contact_id"),
    info={"case": "contact_id"},
)

disagreement_stage = sa.Table(
    "disagreement_stage",
    metadata,
    sa.Column("disagreement_id", sa.Uuid, sa.ForeignKey("disagreement.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("why", Sealed),
    sa.Column("began_at", Time, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("answered_at", Time),
    sa.Column("answered_by", sa.Text),
    sa.Column("result", sa.Text),
    sa.Column("response", Sealed),
    sa.UniqueConstraint("disagreement_id", "stage"),
    info={"case": "contact_id"},
)

suggested = sa.Table(
    "suggested",
    metadata,
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("contact_version", sa.Integer, nullable=False),
    sa.Column("places", Sealed, nullable=False),
    sa.Column("at", Time, nullable=False),
    info={"case": "contact_id"},
)

suggestion_answer = sa.Table(
    "suggestion_answer",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("screening.contact_id"), nullable=False),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("indicator", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("places", Sealed, nullable=False),
    sa.Column("contact_version", sa.Integer, nullable=False),
    sa.Column("threshold_version", sa.Text, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Index("ix_suggestion_answer_contact_id", "contact_id", "at"),
    info={"case": "contact_id"},
)
