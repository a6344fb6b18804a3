"""The tables that every service has, beside its own.

They are in each service's own database, so that a change, the events that tell of it, the timers it sets
and the line in the audit commit together or not at all.

Lines of the audit go in by the function ``append_audit`` alone (``mash.db.migrations``): the service's own
role may read ``audit`` and ``audit_head`` and change neither. ``audit_signature`` says how far each chain had
come when it was signed, and ``witness`` what others signed of theirs. ``case_scope`` and ``case_person`` say
which cases only named people may know of, and whose own family a case is about; a case without a row is an
ordinary one. ``case_key`` says which data key a case's words are encrypted with, and ``erased_case`` which
cases are gone for good, so that a late event does not bring one back.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Time = sa.TIMESTAMP(timezone=True)


def metadata() -> sa.MetaData:
    """Return a service's metadata, with the shared tables in it."""
    shared = sa.MetaData(naming_convention=_NAMING)
    for table in SHARED:
        table.to_metadata(shared)
    return shared


class Sealed(sa.LargeBinary):
    """A column of words, kept encrypted under the data key of its case (``mash.vault``)."""

    cache_ok = True


_own = sa.MetaData(naming_convention=_NAMING)

outbox = sa.Table(
    "outbox",
    _own,
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("message_id", sa.Uuid, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("case_id", sa.Uuid),
    sa.Column("traceparent", sa.Text),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("sent_at", Time),
    sa.Index("ix_outbox_unsent", "seq", postgresql_where=sa.text("sent_at IS NULL")),
    sa.Index("ix_outbox_sent_at", "sent_at"),
)

inbox = sa.Table(
    "inbox",
    _own,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("message_id", sa.Uuid, primary_key=True),
    sa.Column("received_at", Time, nullable=False),
    sa.Index("ix_inbox_received_at", "received_at"),
)

dead_letter = sa.Table(
    "dead_letter",
    _own,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("stream_sequence", sa.BigInteger, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("deliveries", sa.Integer, nullable=False),
    sa.Column("set_aside_at", Time, nullable=False),
    sa.Column("replayed_at", Time),
    sa.UniqueConstraint("consumer", "stream", "stream_sequence"),
    sa.Index("ix_dead_letter_waiting", "set_aside_at", postgresql_where=sa.text("replayed_at IS NULL")),
)

timer = sa.Table(
    "timer",
    _own,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("payload", JSONB, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("claimed_until", Time),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("fired_at", Time),
    sa.Column("traceparent", sa.Text),
    sa.Index("uq_timer_unfired", "kind", "key", unique=True, postgresql_where=sa.text("fired_at IS NULL")),
    sa.Index("ix_timer_due", "due_at", postgresql_where=sa.text("fired_at IS NULL")),
)

audit = sa.Table(
    "audit",
    _own,
    sa.Column("chain", sa.Uuid, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("case_id", sa.Uuid),
    sa.Column("purpose", sa.Text),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("detail", JSONB, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Index("ix_audit_case_id_at", "case_id", "at", postgresql_where=sa.text("case_id IS NOT NULL")),
    sa.Index("ix_audit_subject_at", "subject", "at"),
    sa.Index(
        "ix_audit_listed",
        sa.text("(detail -> 'contacts')"),
        postgresql_using="gin",
        postgresql_where=sa.text("jsonb_exists(detail, 'contacts')"),
    ),
)

audit_head = sa.Table(
    "audit_head",
    _own,
    sa.Column("chain", sa.Uuid, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)

audit_signature = sa.Table(
    "audit_signature",
    _own,
    sa.Column("chain", sa.Uuid, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("partnership", sa.Text),
    sa.Column("signed_at", Time, nullable=False),
    sa.Column("jws", sa.Text, nullable=False),
)

# What other services signed, kept by those who did not write it: a second copy outside its owner's reach.
witness = sa.Table(
    "witness",
    _own,
    sa.Column("service", sa.Text, primary_key=True),
    sa.Column("chain", sa.Uuid, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("jws", sa.Text, nullable=False),
    sa.Column("signed_at", Time, nullable=False),
    sa.Column("heard_at", Time, nullable=False),
    sa.Column("passed_on_at", Time),
    sa.Index("ix_witness_signed_at", "signed_at", "chain"),
    sa.Index("ix_witness_waiting", "partnership", postgresql_where=sa.text("passed_on_at IS NULL")),
)

case_key = sa.Table(
    "case_key",
    _own,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("key_id", sa.Uuid, nullable=False),
    sa.Column("destroyed_at", Time),
)

case_scope = sa.Table(
    "case_scope",
    _own,
    sa.Column("contact_id", sa.Uuid, primary_key=True),
    sa.Column("partnership", sa.Text, nullable=False),
    sa.Column("restricted", sa.Boolean, nullable=False),
    sa.Column("changed_at", Time, nullable=False),
    # Who works on it and whether a decision has closed it, which other events tell of.
    sa.Column("worker", sa.Text),
    sa.Column("closed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("standing_at", Time),
)

case_person = sa.Table(
    "case_person",
    _own,
    sa.Column("contact_id", sa.Uuid, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("relation", sa.Text, primary_key=True),
    sa.Column("until", Time),
    sa.CheckConstraint("relation IN ('named', 'own')", name="relation"),
    sa.Index("ix_case_person_own", "subject", "contact_id", postgresql_where=sa.text("relation = 'own'")),
)

erased_case = sa.Table(
    "erased_case",
    _own,
    sa.Column("contact_id", sa.Uuid, primary_key=True),
    sa.Column("erased_at", Time, nullable=False),
)

idempotency = sa.Table(
    "idempotency",
    _own,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("answer", JSONB),
    sa.Column("created_at", Time, nullable=False),
)

SHARED = (
    outbox,
    inbox,
    dead_letter,
    timer,
    audit,
    audit_head,
    audit_signature,
    witness,
    case_key,
    case_scope,
    case_person,
    erased_case,
    idempotency,
)
