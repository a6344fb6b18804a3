"""The tab "People and history" of a case: who is known from where, who may be the same, what came before."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, HubStaff, Screener
from mash.errors import Conflict, Invalid
from mash.hub import Hub
from mash.web import Cursor, HubDep, decode_cursor
from mash.web.concurrency import StaleVersion
from mash.web.pages import Form, page_router, render, see_other

from intake.api.people import StepForm, next_entry
from intake.usecases.chronology import view_match, view_people_and_history
from intake.usecases.known_people import settle_match

router = page_router()

ENTRIES: Final = 20
# What may be said of a match, by how it stands.
STEPS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "waiting": (
        ("confirm", "Yes, this is the same person", "The earlier contacts then belong to this person too."),
        ("refuse", "No, these are two people", "The hub does not ask about these two again."),
    ),
    "linked": (("undo", "Undo the link that the hub made", ""),),
    "confirmed": (("undo", "Undo what was confirmed", ""),),
    "refused": (("undo", "Undo what was refused", ""),),
}
SAYS: Final = {
    "step": "step: Say whether this is the same person",
    "reason": "reason: Write why, so that a colleague can follow it",
}


@router.get("/contacts/{contact_id}/people")
async def get_people(
    request: Request,
    caller: HubStaff,
    hub: HubDep,
    contact_id: UUID,
    person: UUID | None = None,
    cursor: Cursor = None,
) -> Response:
    """Show who is on the contact, who may be known, and the chronology."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        header, view, found = await view_people_and_history(
            tx, caller, contact_id, person=person, after=after, limit=ENTRIES
        )
    return render(
        request,
        "people/people.html",
        contact_id=contact_id,
        header=header,
        tab="people",
        people=view["people"],
        waiting=_pairs(view, "waiting"),
        entries=found["items"],
        older=next_entry(found["items"], ENTRIES),
        person=person,
        is_first=cursor is None,
    )


def _pairs(view: dict[str, Any], state: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each match that stands so, beside the person on the contact; the most likely first."""
    found = [(one, match) for one in view["people"] for match in one["matches"] if match["state"] == state]
    return sorted(found, key=lambda pair: -pair[1]["score"])


@router.get("/contacts/{contact_id}/people/matches/{match_id}")
async def get_match(
    request: Request, caller: HubStaff, hub: HubDep, contact_id: UUID, match_id: UUID
) -> Response:
    """Show two people beside each other, and ask whether they are the same."""
    return await _match(request, caller, hub, contact_id, match_id, Form())


@router.post("/contacts/{contact_id}/people/matches/{match_id}")
async def post_match(
    request: Request, caller: Screener, hub: HubDep, contact_id: UUID, match_id: UUID
) -> Response:
    """Take what somebody says of a match."""
    form = await Form.read(request)
    version = form.version()
    said = {"step": form.text("step"), "reason": form.text("reason")}
    body = form.body(StepForm, said, says=SAYS)
    if body is not None:
        try:
            async with hub.transaction(caller) as tx:
                await settle_match(tx, caller, contact_id, match_id, version, body.step, body.reason)
            return see_other(f"/contacts/{contact_id}/people")
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
            status = 412 if isinstance(refusal, StaleVersion) else 409
            return await _match(request, caller, hub, contact_id, match_id, form, status)
    return await _match(request, caller, hub, contact_id, match_id, form, 422)


async def _match(
    request: Request,
    caller: Caller,
    hub: Hub,
    contact_id: UUID,
    match_id: UUID,
    form: Form,
    status: int = 200,
) -> Response:
    async with hub.transaction(caller) as tx:
        header, person, match = await view_match(tx, caller, contact_id, match_id)
    steps = STEPS[match["state"]]
    if len(steps) == 1 and not form.text("step"):
        form.values["step"] = [steps[0][0]]
    return render(
        request,
        "people/match.html",
        status,
        contact_id=contact_id,
        header=header,
        tab="people",
        own=person,
        match=match,
        steps=steps,
        form=form,
    )
