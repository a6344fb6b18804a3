"""The special tools of a partnership: what their forms hold, and their use on a contact."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from mash.access import Anyone, HubStaff, Screener
from mash.web import HubDep, IfMatch, etag

from screening.api.bodies import Slug
from screening.api.scope import partnership_of
from screening.api.tool_forms import ToolBody, ToolList, ToolUse, ToolUseList, tool_list, tool_use, use_list
from screening.usecases.assessing import look_at_tools, use_tool

router = APIRouter(tags=["tools"])


@router.get("/v1/tools/{partnership}")
async def get_tools(partnership: Annotated[Slug, Path()], caller: Anyone) -> ToolList:
    """Give every tool of a partnership with all that its form needs."""
    return tool_list(partnership_of(caller, partnership))


@router.put("/v1/screenings/{contact_id}/tools/{tool}")
async def put_tool(
    contact_id: UUID,
    tool: Annotated[Slug, Path()],
    body: ToolBody,
    caller: Screener,
    version: IfMatch,
    hub: HubDep,
    response: Response,
) -> ToolUse:
    """Use a tool on a contact, or on one child of it, in place of what it made before."""
    async with hub.transaction(caller) as tx:
        screening, result = await use_tool(
            tx, caller, contact_id, version, name=tool, found=body.found(), child=body.child
        )
    etag(response, screening.version)
    return tool_use(screening, result)


@router.get("/v1/screenings/{contact_id}/tools")
async def list_tool_uses(contact_id: UUID, caller: HubStaff, hub: HubDep, response: Response) -> ToolUseList:
    """List every use of a tool on a contact, in order, and which of them count."""
    async with hub.transaction(caller) as tx:
        screening, results = await look_at_tools(tx, caller, contact_id)
    etag(response, screening.version)
    return use_list(screening, results)
