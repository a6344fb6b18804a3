"""The pages that every service has: where one lands, what is set aside, accessibility, cookies."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from mash.access import Anyone, Ops
from mash.messaging import dead_letters
from mash.messaging.topology import HUB_SERVICES
from mash.web.pages import assets, navigation, words
from mash.web.pages.forms import Form
from mash.web.pages.rendering import render
from mash.web.pages.routing import page_router, see_other
from mash.web.request import HubDep, Public

router = page_router()


@router.get("/")
async def get_home(request: Request, caller: Anyone, hub: HubDep) -> Response:
    """Lead somebody to the first room that is theirs."""
    rooms = navigation.links(hub.settings, caller, "/")
    if rooms:
        return RedirectResponse(rooms[0].href, 303)
    return render(request, "mash/no-rooms.html")


@router.get("/accessibility")
async def get_accessibility(request: Request, _: Public) -> Response:
    """How far everybody can use the pages, and whom to tell where somebody cannot."""
    return render(request, "mash/accessibility.html")


@router.get("/cookies")
async def get_cookies(request: Request, _: Public, hub: HubDep) -> Response:
    """Which cookies there are."""
    return render(request, "mash/cookies.html", hours=hub.settings.sign_in_hours)


@router.get("/faults")
async def get_faults(request: Request, _: Ops, hub: HubDep) -> Response:
    """The messages that no handler could take, and where the other services keep theirs."""
    return await _faults(request, hub)


@router.post("/faults/{id}/replay")
async def post_replay(request: Request, id: UUID, caller: Ops, hub: HubDep) -> Response:
    """Try one again."""
    try:
        await dead_letters.replay(hub, request.app.state.consumers, id, caller)
    except dead_letters.DeadLetterStillFails as refusal:
        form = Form()
        form.refuse(refusal)
        return await _faults(request, hub, form)
    return see_other("/faults")


async def _faults(request: Request, hub: HubDep, form: Form | None = None) -> Response:
    own = hub.settings.service
    found = [(name, navigation.address(hub.settings, name, "/faults")) for name in HUB_SERVICES]
    services = [(words.plain(name), href, name == own) for name, href in found if href]
    return render(
        request,
        "mash/faults.html",
        status=409 if form else 200,
        form=form or Form(),
        waiting=await dead_letters.list_waiting(hub),
        services=[] if hub.settings.agency else services,
    )


EVERYWHERE: Final = (router, assets.router)
