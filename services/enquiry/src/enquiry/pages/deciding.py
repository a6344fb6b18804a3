"""The manager's decision, and what it rested on as it was frozen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, HubStaff, Manager
from mash.hub import Hub
from mash.web import HubDep
from mash.web.pages import Asker, Asks, Form, page_router, see_other

from enquiry.api import views
from enquiry.api.forms import DecisionForm
from enquiry.pages.enquiry_shown import kept, look, show
from enquiry.usecases import closing, looking
from enquiry.usecases.telling import Postbox

router = page_router()

# What stands for a decision without a rating, which is a choice of its own.
NO_RATING = "none"
SAYS = {
    "final_rating": "final_rating: Choose the final rating, or that there is none",
    "level": "level: Choose the level of need",
    "outcome": "outcome: Choose the outcome",
    "rationale": "rationale: Write why",
    "silent_rationale": "silent_rationale: Write why it is right to go ahead without those who are silent",
}


@router.get("/enquiries/{id}/decision")
async def get_decision(request: Request, id: UUID, manager: Manager, hub: HubDep, asker: Asker) -> Response:
    """Show what is known and what is silent, with the form of the decision."""
    return await _decision(request, hub, manager, asker, id)


@router.post("/enquiries/{id}/decision")
async def post_decision(request: Request, id: UUID, manager: Manager, hub: HubDep, asker: Asker) -> Response:
    """Decide the enquiry, and freeze what the decision rests on."""
    form = await Form.read(request)
    sent = form.body(DecisionForm, _data(form), says=SAYS)
    if not form.text("final_rating"):
        form.fail("final_rating", "Choose the final rating, or that there is none")
    elif sent:
        async with kept(form), hub.transaction(manager) as tx:
            await closing.decide(tx, Postbox(hub.sealing), manager, id, form.version(), sent.choice())
    if form.errors:
        return await _decision(request, hub, manager, asker, id, form)
    return see_other(f"/enquiries/{id}/snapshot")


def _data(form: Form) -> dict[str, Any]:
    rating = form.optional("final_rating")
    return {
        "final_rating": None if rating == NO_RATING else rating,
        "level": form.optional("level"),
        "outcome": form.optional("outcome"),
        "rationale": form.text("rationale"),
        "silent_rationale": form.optional("silent_rationale"),
        "services": form.all("services"),
    }


async def _decision(
    request: Request, hub: Hub, manager: Caller, asker: Asks, id: UUID, form: Form | None = None
) -> Response:
    found = await look(hub, manager, id)
    return await show(request, asker, found, "deciding/decision.html", form, no_rating=NO_RATING)


@router.get("/enquiries/{id}/snapshot")
async def get_snapshot(request: Request, id: UUID, caller: HubStaff, hub: HubDep, asker: Asker) -> Response:
    """Show the decision with what was known when it was made."""
    found = await look(hub, caller, id)
    async with hub.transaction(caller) as tx:
        frozen = await looking.look_at_snapshot(tx, caller, id)
    return await show(request, asker, found, "deciding/snapshot.html", snapshot=views.snapshot(frozen))
