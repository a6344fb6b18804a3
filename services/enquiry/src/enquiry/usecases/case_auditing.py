"""Cases are drawn for an audit by several agencies, and each records what it found."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.contracts.enquiry import CaseAudited
from mash.errors import Invalid
from mash.hub import Transaction
from mash.ids import new_id

from enquiry.domain.meeting import end_of_day, require_agencies
from enquiry.domain.sampling import GRADES, AuditedCase, CaseAudit, Finding, Grade, digest_of, draw
from enquiry.store import case_audits as store
from enquiry.store.case_audits import UnknownAuditedCase
from enquiry.usecases.meeting_planning import UnknownPartnership

MOST_LISTED = 100
SEED_BITS = 63


class NothingToDraw(Invalid):
    """No enquiry was decided in this time with this outcome and rating."""


class DatesNotInOrder(Invalid):
    """The last day is before the first."""


@dataclass(frozen=True)
class Wanted:
    """How many cases are wanted, decided from one day to another, perhaps of one outcome or rating."""

    partnership: str
    count: int
    from_on: date
    to_on: date
    outcome: str | None = None
    final_rating: str | None = None


@dataclass(frozen=True)
class WholeAudit:
    """An audit with the cases that the caller may know of, and what was found in each."""

    audit: CaseAudit
    cases: Sequence[AuditedCase]
    findings: Sequence[Finding]

    @property
    def grades(self) -> Mapping[str, Mapping[Grade, int]]:
        """How often each agency gave each grade."""
        counted = Counter((one.agency, one.grade) for one in self.findings)
        agencies = sorted({agency for agency, _ in counted})
        return {agency: {grade: counted[agency, grade] for grade in GRADES} for agency in agencies}

    def require_case(self, id: UUID) -> AuditedCase:
        """A case of the audit. Raises ``UnknownAuditedCase``."""
        for case in self.cases:
            if case.id == id:
                return case
        raise UnknownAuditedCase("The audit has no such case.")

    def found_in(self, case: AuditedCase) -> list[Finding]:
        """What was found in one case."""
        return [one for one in self.findings if one.audited_case_id == case.id]


async def draw_cases(tx: Transaction, caller: Caller, wanted: Wanted) -> CaseAudit:
    """Draw cases at random from those decided. The seed is kept, so that the draw can be made again.

    Raises ``UnknownPartnership``, ``DatesNotInOrder``, ``NothingToDraw``.
    """
    if not caller.may_see(wanted.partnership):
        raise UnknownPartnership("There is no such partnership.")
    if wanted.to_on < wanted.from_on:
        raise DatesNotInOrder("The last day is before the first.", field="to_on")
    pool = await store.list_pool(
        tx,
        caller,
        wanted.partnership,
        since=end_of_day(wanted.from_on - timedelta(days=1)),
        before=end_of_day(wanted.to_on),
        outcome=wanted.outcome,
        final_rating=wanted.final_rating,
    )
    if not pool:
        raise NothingToDraw("No enquiry that you may know of was decided so in this time.", field="from_on")
    seed = secrets.randbits(SEED_BITS)
    drawn = draw(pool, seed, wanted.count)
    made = CaseAudit(
        id=new_id(),
        partnership=wanted.partnership,
        made_at=tx.now,
        made_by=caller.subject,
        from_on=wanted.from_on,
        to_on=wanted.to_on,
        outcome=wanted.outcome,
        final_rating=wanted.final_rating,
        wanted_count=wanted.count,
        seed=seed,
        pool_count=len(pool),
        digest=digest_of(list(pool)),
    )
    await store.add_audit(tx, made, [(id, pool[id]) for id in drawn])
    contacts = sorted(str(pool[id]) for id in drawn)
    tx.audit(action="case_audit.drawn", detail={"case_audit_id": str(made.id), "contacts": contacts})
    return made


async def list_audits(tx: Transaction, caller: Caller) -> Sequence[CaseAudit]:
    """The audits of the caller's partnerships, the last first."""
    found = await store.list_audits(tx, caller, limit=MOST_LISTED)
    tx.audit(action="case_audit.listed", detail={"case_audits": [str(one.id) for one in found]})
    return found


async def look_at_audit(tx: Transaction, caller: Caller, id: UUID) -> WholeAudit:
    """One audit with what was found."""
    audit = await store.get_audit(tx, caller, id)
    cases = await store.list_cases(tx, caller, id)
    contacts = sorted(str(one.contact_id) for one in cases)
    tx.audit(action="case_audit.viewed", detail={"case_audit_id": str(id), "contacts": contacts})
    return WholeAudit(audit, cases, await store.list_findings(tx, cases))


async def record_finding(
    tx: Transaction,
    caller: Caller,
    audit_id: UUID,
    case_id: UUID,
    version: int,
    *,
    agency: str,
    grade: Grade,
    words: Mapping[str, str],
) -> Finding:
    """Keep what an agency found in a case, in place of what it had found before."""
    audit = await store.get_audit(tx, caller, audit_id)
    case = WholeAudit(audit, await store.list_cases(tx, caller, audit_id), ()).require_case(case_id)
    require_agencies([agency], partnerships.get(audit.partnership), "agency")
    new = Finding(
        id=new_id(),
        audited_case_id=case.id,
        partnership=case.partnership,
        contact_id=case.contact_id,
        agency=agency,
        grade=grade,
        made_at=tx.now,
        made_by=caller.subject,
        version=0,
        content=words,
    )
    tx.emit(
        CaseAudited(
            partnership=case.partnership,
            contact_id=case.contact_id,
            case_audit_id=audit.id,
            agency=agency,
            grade=grade,
            audited_at=tx.now,
        )
    )
    tx.audit(action="case_audit.found", case=case.contact_id, detail={"case_audit_id": str(audit_id)})
    return await store.keep_finding(tx, case, version, new)
