"""Uses of the special tools in the database, each added and never altered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Transaction
from mash.ids import new_id
from pydantic import TypeAdapter

from screening.domain.screening import Screening
from screening.domain.tool_results import ToolResult
from screening.store.tables import tool_result

MOST_LISTED = 200
_RESULT: TypeAdapter[ToolResult] = TypeAdapter(ToolResult)


async def add_result(tx: Transaction, of: Screening, result: ToolResult) -> None:
    """Keep one use of a tool for ever."""
    row = {
        "id": new_id(),
        "contact_id": of.contact_id,
        "partnership": of.partnership,
        "at": result.at,
        "by": result.by,
        "tool": result.tool,
        "version": result.version,
        "result": write_result(result),
    }
    await tx.execute(sa.insert(tool_result), await tx.sealed(tool_result, [row]))


async def list_results(tx: Transaction, contact_id: UUID) -> Sequence[ToolResult]:
    """The newest uses of tools on a contact, in the order they were made."""
    newest = (
        sa.select(tool_result.c.contact_id, tool_result.c.result)
        .where(tool_result.c.contact_id == contact_id)
        .order_by(tool_result.c.at.desc(), tool_result.c.id.desc())
        .limit(MOST_LISTED)
    )
    rows = await tx.opened(tool_result, (await tx.execute(newest)).all())
    return [read_result(row.result) for row in reversed(rows)]


def write_result(result: ToolResult) -> Any:
    """A result as its column holds it."""
    return _RESULT.dump_python(result, mode="json")


def read_result(stored: Any) -> ToolResult:
    """A result from its column."""
    return _RESULT.validate_python(stored)
