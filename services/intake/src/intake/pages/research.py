"""The room of research: what many contacts show together, each with the contacts that led there."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response
from mash.access import SocialWorker
from mash.web import HubDep
from mash.web.pages import page_router, render

from intake.usecases.research import view_research

router = page_router()


@router.get("/research")
async def get_research(request: Request, caller: SocialWorker, hub: HubDep) -> Response:
    """Show what was found."""
    async with hub.transaction(caller) as tx:
        found = await view_research(tx, caller)
    return render(request, "people/research.html", found=found)
