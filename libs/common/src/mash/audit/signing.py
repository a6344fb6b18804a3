"""Signs how far each chain of a service's audit has come, and tells it to others who keep it.

One process of a service does it, that which leads, every ``AUDIT_SIGNING_SECONDS``; only heads that have
moved since are signed. What is signed of a case is told in ``AuditSigned``, which others keep and the
agencies of the case are given; a chain of what somebody did outside any case is signed and kept here alone.
What vanishes between two signings is not seen to have been there.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from mash.audit.cases import Cases
from mash.audit.signatures import Head, Signer, digest_of_signature
from mash.contracts.base import CASE_SERVICES
from mash.contracts.shared import AuditSigned
from mash.db.tables import audit, audit_head, audit_signature
from mash.sealing.keys import NoSuchKey

if TYPE_CHECKING:
    from mash.hub import Hub, Transaction
    from mash.settings import ServiceSettings

BATCH = 500


class NoAuditKey(RuntimeError):
    """A service was started without what it signs its audit with."""


def make_signer(settings: ServiceSettings) -> Signer | None:
    """Return what signs a service's audit; only a development service may do without."""
    if settings.audit_keys_dir is None:
        if not settings.is_development:
            raise NoAuditKey("AUDIT_KEYS_DIR is needed: without it nobody could show that lines were cut.")
        return None
    owner = settings.agency or settings.service
    try:
        return Signer(settings.audit_keys_dir, owner)
    except NoSuchKey:
        raise NoAuditKey(f"AUDIT_KEYS_DIR has no private key of audit-{owner}.") from None


async def sign_for_ever(hub: Hub, signer: Signer, cases: Cases | None) -> None:
    """Sign again and again, as long as this process leads."""
    while True:
        # Not at once: a service that is only being restarted has nothing new to say.
        await asyncio.sleep(hub.settings.audit_signing_seconds)
        if await hub.listener.leads():
            await sign_moved(hub, signer, cases)


async def sign_moved(hub: Hub, signer: Signer, cases: Cases | None) -> int:
    """Sign every head that has moved since it was last signed, and return how many there were."""
    count = 0
    while True:
        async with hub.transaction() as tx:
            signed = await _sign_batch(tx, signer, cases)
        count += signed
        if signed < BATCH:
            return count


async def _sign_batch(tx: Transaction, signer: Signer, cases: Cases | None) -> int:
    rows = (await tx.execute(_moved)).all()
    if not rows:
        return 0
    ids = [row.case_id for row in rows if row.case_id]
    whose = await cases.partnerships_of(tx, ids) if cases else {}
    signatures = []
    for row in rows:
        before = digest_of_signature(row.before) if row.before else None
        head = Head(signer.service, row.chain, row.seq, row.hash, tx.now, before)
        signatures.append(
            {
                "chain": row.chain,
                "seq": row.seq,
                "partnership": whose.get(row.case_id),
                "signed_at": tx.now,
                "jws": signer.sign(head),
            }
        )
    await tx.execute(sa.insert(audit_signature), signatures)
    if signer.service in CASE_SERVICES:
        _tell(tx, signer.service, rows, signatures)
    return len(rows)


def _tell(tx: Transaction, service: str, rows: Any, signatures: list[dict[str, Any]]) -> None:
    for row, signature in zip(rows, signatures, strict=True):
        if row.case_id and signature["partnership"]:
            tx.emit(
                AuditSigned(
                    partnership=signature["partnership"],
                    contact_id=row.case_id,
                    service=service,
                    seq=row.seq,
                    hash=row.hash.hex(),
                    jws=signature["jws"],
                    signed_at=tx.now,
                )
            )


_before = (
    sa.select(audit_signature.c.jws)
    .where(audit_signature.c.chain == audit_head.c.chain)
    .order_by(audit_signature.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
_signed = sa.exists().where(
    audit_signature.c.chain == audit_head.c.chain, audit_signature.c.seq == audit_head.c.seq
)
# A head whose line is not there is none of ours to sign.
_moved = (
    sa.select(
        audit_head.c.chain, audit_head.c.seq, audit_head.c.hash, audit.c.case_id, _before.label("before")
    )
    .join(audit, (audit.c.chain == audit_head.c.chain) & (audit.c.seq == audit_head.c.seq))
    .where(~_signed)
    .limit(BATCH)
)
