"""Audits of cases: what was drawn, from what and by which seed, and what each agency found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know
from mash.errors import NotFound
from mash.hub import Transaction
from mash.ids import new_id
from mash.web import StaleVersion

from enquiry.domain.sampling import AuditedCase, CaseAudit, Finding
from enquiry.store.tables import audit_finding as finding
from enquiry.store.tables import audited_case as case
from enquiry.store.tables import case_audit as table
from enquiry.store.tables import decision, enquiry


class UnknownCaseAudit(NotFound):
    """There is no such audit in the caller's partnerships."""


class UnknownAuditedCase(NotFound):
    """The audit has no such case, or none that the caller may know of."""


async def list_pool(
    tx: Transaction,
    caller: Caller,
    partnership: str,
    *,
    since: datetime,
    before: datetime,
    outcome: str | None,
    final_rating: str | None,
) -> Mapping[UUID, UUID]:
    """The decided enquiries that the caller may know of, each with its contact."""
    wanted = [decision.c.decided_at >= since, decision.c.decided_at < before]
    if outcome is not None:
        wanted.append(decision.c.outcome == outcome)
    if final_rating is not None:
        wanted.append(decision.c.final_rating == final_rating)
    statement = (
        sa.select(enquiry.c.id, enquiry.c.contact_id)
        .join(decision)
        .where(enquiry.c.partnership == partnership, *wanted)
        .where(may_know(caller, enquiry.c.contact_id, tx.now))
    )
    return {row.id: row.contact_id for row in await tx.execute(statement)}


async def add_audit(tx: Transaction, new: CaseAudit, drawn: Sequence[tuple[UUID, UUID]]) -> None:
    """Write a draw with its cases, each an enquiry and its contact, in the order drawn."""
    await tx.execute(sa.insert(table).values(vars(new)))
    rows = [
        {
            "id": new_id(),
            "case_audit_id": new.id,
            "partnership": new.partnership,
            "contact_id": contact_id,
            "enquiry_id": enquiry_id,
            "place": place,
        }
        for place, (enquiry_id, contact_id) in enumerate(drawn, start=1)
    ]
    await tx.execute(sa.insert(case), rows)


async def list_audits(tx: Transaction, caller: Caller, *, limit: int) -> Sequence[CaseAudit]:
    """The audits of the caller's partnerships, the last first."""
    statement = sa.select(table).where(_ours(caller)).order_by(table.c.made_at.desc(), table.c.id)
    return [CaseAudit(**row) for row in (await tx.execute(statement.limit(limit))).mappings()]


async def get_audit(tx: Transaction, caller: Caller, id: UUID) -> CaseAudit:
    """An audit of the caller's partnerships. Raises :class:`UnknownCaseAudit`."""
    row = (await tx.execute(sa.select(table).where(table.c.id == id, _ours(caller)))).mappings().one_or_none()
    if row is None:
        raise UnknownCaseAudit("There is no such audit.")
    return CaseAudit(**row)


async def list_cases(tx: Transaction, caller: Caller, audit_id: UUID) -> Sequence[AuditedCase]:
    """The cases of an audit that the caller may know of, in the order drawn."""
    statement = (
        sa.select(
            *(case.c[name] for name in ("id", "case_audit_id", "partnership", "contact_id", "enquiry_id")),
            case.c.place,
            enquiry.c.reference,
            decision.c.first_rating,
            decision.c.final_rating,
            decision.c.outcome,
            decision.c.decided_at,
        )
        .select_from(case.join(enquiry).join(decision, decision.c.enquiry_id == enquiry.c.id))
        .where(case.c.case_audit_id == audit_id, may_know(caller, case.c.contact_id, tx.now))
        .order_by(case.c.place)
    )
    return [AuditedCase(**row) for row in (await tx.execute(statement)).mappings()]


async def list_findings(tx: Transaction, cases: Collection[AuditedCase]) -> Sequence[Finding]:
    """What agencies found in cases that the caller was found to see."""
    ids = [one.id for one in cases]
    statement = (
        sa.select(finding).where(finding.c.audited_case_id.in_(ids)).order_by(finding.c.made_at, finding.c.id)
    )
    return await _read(tx, (await tx.execute(statement)).all())


async def keep_finding(tx: Transaction, of: AuditedCase, version: int, new: Finding) -> Finding:
    """Write what an agency found in place of what was read at ``version``; 0 is that there was nothing.

    Raises ``StaleVersion``.
    """
    # Two who write of one case wait for each other.
    await tx.execute(sa.select(table.c.id).where(table.c.id == of.case_audit_id).with_for_update())
    there = next((one for one in await list_findings(tx, [of]) if one.agency == new.agency), None)
    current = there.version if there else 0
    if current != version:
        raise StaleVersion("What this agency found", current=current)
    (row,) = await tx.sealed(finding, [{**vars(new), "version": version + 1}])
    statement: sa.Insert | sa.Update
    if there is None:
        statement = sa.insert(finding).values(row)
    else:
        row["id"] = there.id
        statement = sa.update(finding).where(finding.c.id == there.id).values(row)
    (kept,) = await _read(tx, [(await tx.execute(statement.returning(*finding.c))).one()])
    return kept


def _ours(caller: Caller) -> sa.ColumnElement[bool]:
    return table.c.partnership.in_(sorted(caller.partnerships))


async def _read(tx: Transaction, rows: Sequence[sa.Row[Any]]) -> list[Finding]:
    names = [one.name for one in fields(Finding)]
    return [Finding(**{name: row[name] for name in names}) for row in await tx.opened(finding, rows)]
