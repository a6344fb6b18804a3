"""What screeners record: findings, the analysis in their own words, a social worker's note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.errors import Invalid
from mash.hub import Transaction

from screening.domain.analysis import check_framework
from screening.domain.findings import Findings, check_findings
from screening.domain.screening import Screening, require_open
from screening.store.records import add_note
from screening.store.screenings import get_for_change, save


async def record_findings(
    tx: Transaction, caller: Caller, contact_id: UUID, version: int, findings: Findings
) -> Screening:
    """Keep the indicators, criteria, concerns and facts that were found, in place of those before.

    The recommendation has to be looked at anew.
    """
    screening = await get_for_change(tx, caller, contact_id, version)
    require_open(screening)
    partnership = partnerships.get(screening.partnership)
    check_findings(findings, partnership, partnership.thresholds(screening.threshold_version))
    tx.audit(action="screening.findings_recorded", case=contact_id)
    return await save(
        tx,
        screening,
        ["findings"],
        by=caller.subject,
        findings=findings,
        findings_at=tx.now,
        shown=None,
        considered_version=screening.contact_version,
    )


async def write_analysis(
    tx: Transaction, caller: Caller, contact_id: UUID, version: int, analysis: Mapping[str, Any]
) -> Screening:
    """Keep the analysis in words. It may be written after the decision too: it decides nothing."""
    screening = await get_for_change(tx, caller, contact_id, version)
    partnership = partnerships.get(screening.partnership)
    for written in (analysis, *analysis["children"]):
        check_framework(written["framework"], partnership)
    tx.audit(action="screening.analysis_written", case=contact_id)
    return await save(tx, screening, ["analysis"], by=caller.subject, analysis=dict(analysis))


async def add_worker_note(
    tx: Transaction, caller: Caller, contact_id: UUID, version: int, note: Mapping[str, Any]
) -> Screening:
    """Keep what a social worker found and recommends, and give the contact back to the manager."""
    screening = await get_for_change(tx, caller, contact_id, version)
    require_open(screening)
    partnership = partnerships.get(screening.partnership)
    for field, known in (("pathway", partnership.pathways), ("level", partnership.levels)):
        if note[field] not in known:
            raise Invalid(f"{partnership.title} has no such {field}.", field=field)
    await add_note(tx, screening, by=caller.subject, **note)
    tx.audit(action="screening.note_added", case=contact_id)
    return await save(
        tx,
        screening,
        ["note"],
        by=caller.subject,
        state="awaiting_decision",
        worker=screening.worker or caller.subject,
        considered_version=screening.contact_version,
    )
