"""For whom a contact is open: people named, openings in an emergency; and what is kept whatever its time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, CaseKeeper, DataProtectionOfficer, HubStaff, Role
from mash.errors import Conflict, Invalid, NotFound
from mash.hub import Hub
from mash.web import Cursor, HubDep, decode_cursor
from mash.web.pages import Form, page_router, render, see_other

from intake.api.cursors import next_cursor
from intake.api.restrictions import OpeningForm, RestrictionForm
from intake.api.retention import HoldForm
from intake.domain.restriction import Wish
from intake.settings import Settings
from intake.usecases.look_at_case import reference_of_any
from intake.usecases.restricting import lift, list_restricted, open_in_emergency, restrict, view_restriction
from intake.usecases.retention import lift_hold, list_holds, place_hold

router = page_router()

WHYS: Final = (
    ("staff_family", "It is about the family of somebody who works here"),
    ("lado", "It is an allegation about somebody in a position of trust"),
    ("other", "Another reason, which you give below"),
)
ROWS: Final = 50
_MOST_NAMED: Final = 50


@router.get("/restrictions")
async def get_restrictions(
    request: Request, officer: DataProtectionOfficer, hub: HubDep, cursor: Cursor = None
) -> Response:
    """List the restricted contacts, and those that are held."""
    async with hub.transaction(officer) as tx:
        rows = await list_restricted(tx, officer, decode_cursor(cursor), ROWS)
        holds = await list_holds(tx, officer)
    return render(
        request,
        "restrictions/list.html",
        contacts=rows,
        holds=holds,
        following=next_cursor(rows, ROWS),
        whys=dict(WHYS),
    )


@router.get("/restrictions/opening")
async def get_opening(request: Request, _caller: HubStaff) -> Response:
    """Ask which restricted contact cannot wait, and why."""
    return render(request, "restrictions/opening.html")


@router.post("/restrictions/opening")
async def post_opening(request: Request, caller: HubStaff, hub: HubDep) -> Response:
    """Open it for some hours; the data protection officer is told at once."""
    form = await Form.read(request)
    settings = hub.settings
    assert isinstance(settings, Settings)
    body = form.body(
        OpeningForm, {"reason": form.text("reason")}, {"reason": "reason: Say why it cannot wait"}
    )
    reference = form.text("reference").upper()
    if not reference:
        form.fail("reference", "Enter the reference")
    if body is not None and not form.errors:
        try:
            async with hub.transaction(caller) as tx:
                opening = await open_in_emergency(
                    tx, caller, reference, body.reason, settings.emergency_opening_hours
                )
            return see_other(f"/contacts/{opening.contact_id}")
        except (Conflict, NotFound) as refusal:
            form.fail("reference", refusal.message)
    return render(request, "restrictions/opening.html", 422, form=form)


@router.get("/contacts/{contact_id}/restriction")
async def get_restriction(request: Request, keeper: CaseKeeper, hub: HubDep, contact_id: UUID) -> Response:
    """Show for whom a contact is open, and let that be changed."""
    return await _restriction(request, keeper, hub, contact_id, Form())


@router.post("/contacts/{contact_id}/restriction")
async def post_restriction(request: Request, keeper: CaseKeeper, hub: HubDep, contact_id: UUID) -> Response:
    """Restrict a contact to people named, name others, or lift that."""
    form = await Form.read(request)
    version, restricted = form.version(), form.text("do") != "lift"
    said = {
        "restricted": restricted,
        "reason": form.text("reason"),
        "why": form.optional("why") if restricted else None,
        "managers": form.text("managers").split(),
        "others": form.text("others").split(),
    }
    body = form.body(RestrictionForm, said, _says())
    if body is not None:
        try:
            async with hub.transaction(keeper) as tx:
                reference = await reference_of_any(tx, keeper, contact_id)
                if body.restricted and body.why is not None:
                    wish = Wish(body.why, body.reason, body.managers, body.others)
                    await restrict(tx, keeper, reference, wish, version)
                else:
                    await lift(tx, keeper, reference, body.reason, version)
        except (Conflict, Invalid) as refusal:
            form.refuse(refusal)
    if form.errors:
        return await _restriction(request, keeper, hub, contact_id, form)
    return see_other(f"/contacts/{contact_id}/restriction")


@router.post("/contacts/{contact_id}/hold")
async def post_hold(
    request: Request, officer: DataProtectionOfficer, hub: HubDep, contact_id: UUID
) -> Response:
    """Keep a contact whatever its time, or let it go again."""
    form = await Form.read(request)
    if form.text("do") == "lift":
        async with hub.transaction(officer) as tx:
            await lift_hold(tx, officer, await reference_of_any(tx, officer, contact_id))
        return see_other(f"/contacts/{contact_id}/restriction")
    said = {"reason": form.text("hold")}
    body = form.body(HoldForm, said, {"reason": "hold: Say what it is kept for"})
    if body is None:
        return await _restriction(request, officer, hub, contact_id, form)
    async with hub.transaction(officer) as tx:
        await place_hold(tx, officer, await reference_of_any(tx, officer, contact_id), body.reason)
    return see_other(f"/contacts/{contact_id}/restriction")


def _says() -> dict[str, str]:
    wrong = "Each is the name that somebody signs in with, one a line"
    each = {
        f"{field}.{number}": f"{field}: {wrong}"
        for field in ("managers", "others")
        for number in range(_MOST_NAMED)
    }
    return each | {"": "why: Choose why it is restricted", "reason": "reason: Say why"}


async def _restriction(request: Request, keeper: Caller, hub: Hub, contact_id: UUID, form: Form) -> Response:
    async with hub.transaction(keeper) as tx:
        state = await view_restriction(tx, keeper, await reference_of_any(tx, keeper, contact_id))
        holds = await list_holds(tx, keeper) if keeper.has(Role.DATA_PROTECTION_OFFICER) else []
    # A form of another part of the page says nothing of who is named.
    form.values = Form.of(_as_it_stands(state)).values | form.values
    return render(
        request,
        "restrictions/restriction.html",
        412 if form.stale else 422 if form.errors else 200,
        state=state,
        # Whoever sees what was changed meanwhile may send theirs again on that.
        version=form.version_or(state["version"]),
        hold=next((one for one in holds if one["contact_id"] == contact_id), None),
        whys=WHYS,
        form=form,
    )


def _as_it_stands(state: Mapping[str, Any]) -> dict[str, object]:
    """The form's answers. Who opened it in an emergency is left out: theirs would have no end."""
    lasting = [one["subject"] for one in state["named"] if one["until"] is None]
    others = [subject for subject in lasting if subject not in state["managers"]]
    return {"why": state["why"], "managers": "\n".join(state["managers"]), "others": "\n".join(others)}
