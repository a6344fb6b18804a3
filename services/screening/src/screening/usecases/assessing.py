"""The use of a special tool on a contact, and looking at what tools made of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.hub import Transaction
from mash.partnerships.assessment import Found

from screening.domain.screening import Screening, require_open
from screening.domain.tool_results import ToolResult
from screening.domain.tools import facts_beside, tool_of, use, with_result
from screening.store.screenings import get_for_change, get_screening, save
from screening.store.tools import add_result, list_results


async def use_tool(
    tx: Transaction,
    caller: Caller,
    contact_id: UUID,
    version: int,
    *,
    name: str,
    found: Found,
    child: str | None,
) -> tuple[Screening, ToolResult]:
    """Keep what a tool makes of what was found, beside what it made before.

    The newest use on a child counts, and the recommendation has to be looked at anew.
    """
    screening = await get_for_change(tx, caller, contact_id, version)
    partnership = partnerships.get(screening.partnership)
    tool = tool_of(partnership, name)
    require_open(screening)
    facts = facts_beside(screening, partnership.thresholds(screening.threshold_version))
    result = use(tool, found, facts, partnership, child=child, by=caller.subject, at=tx.now)
    await add_result(tx, screening, result)
    tx.audit(action="screening.tool_used", case=contact_id, detail={"tool": tool.name})
    saved = await save(
        tx,
        screening,
        ["tools"],
        by=caller.subject,
        tools=with_result(screening.tools, result),
        shown=None,
        considered_version=screening.contact_version,
    )
    return saved, result


async def look_at_tools(
    tx: Transaction, caller: Caller, contact_id: UUID
) -> tuple[Screening, Sequence[ToolResult]]:
    """Every use of a tool on a contact, in order, with the screening that says which count."""
    screening = await get_screening(tx, caller, contact_id)
    tx.audit(action="screening.tools_viewed", case=contact_id, caller=caller)
    return screening, await list_results(tx, contact_id)
