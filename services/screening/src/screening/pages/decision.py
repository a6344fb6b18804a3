"""A manager's decision on a screening, and what takes it back, confirms it or stops the clock meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, Manager
from mash.hub import Hub, Transaction
from mash.web import HubDep, fingerprint, once
from mash.web.pages import Asker, Asks, Form, page_router, see_other

from screening.api.bodies import PathwayBody, ReasonBody
from screening.domain.biases import BIASES
from screening.domain.decision import WORKERS
from screening.pages.opened import kept_in, open_screening, show
from screening.usecases.asking import ask_intake
from screening.usecases.deciding import choose_pathway, confirm, reopen
from screening.usecases.recommending import show_recommendation
from screening.usecases.timing import pause_screening, resume_screening

router = page_router()

SAYS: Final[Mapping[str, str]] = {
    "pathway": "pathway: Choose what happens next",
    "level": "level: Choose the level of need",
    "worker": "worker: Give the worker's sign-in name, which has no spaces",
}


@dataclass(frozen=True)
class Step:
    """A page with one reason to give, or none, and one button. ``path`` is where it stands and sends to."""

    path: str
    title: str
    meaning: str
    asks: str | None
    button: str


# Takes a step: with who takes it, of which contact, on which version of it, and why.
Take = Callable[[Transaction, Caller, UUID, int, str], Awaitable[object]]
PAUSE: Final = Step(
    "pause",
    "Stop the clock",
    "The target's time stands still until you start it again. Real time since receipt goes on; both show.",
    "Why does the clock stop?",
    "Stop the clock",
)
RESUME: Final = Step(
    "resumption",
    "Start the clock again",
    "What is due moves on by the time that the clock stood still.",
    None,
    "Start the clock",
)
REOPEN: Final = Step(
    "reopening",
    "Reopen the decision",
    "The contact waits for a decision again, with the clock that it always had: what was due stays due.",
    "Why is it reopened?",
    "Reopen",
)
CONFIRM: Final = Step(
    "confirmation",
    "The decision stands",
    "Something was added after the decision. Read it first, on the Contact tab and in what was told.",
    "Why does the decision stand?",
    "Confirm the decision",
)


@router.get("/screenings/{contact_id}/decision")
async def get_decision_form(
    contact_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Show what can be decided, and what each way needs."""
    return await _decision(request, caller, hub, asker, contact_id, Form())


@router.post("/screenings/{contact_id}/decision")
async def post_decision_form(
    contact_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Decide a contact, or give it to a social worker."""
    form = await Form.read(request)
    version = form.version()
    level = form.whole_number("level", "Choose the level of need")
    given = {
        "pathway": form.text("pathway"),
        "level": level,
        **{name: form.all(name) for name in ("agencies", "services", "outcomes")},
        **{name: form.optional(name) for name in ("worker", "rationale", "advice", "insight")},
        "fast_track_alongside": form.said("fast_track_alongside"),
    }
    body = form.body(PathwayBody, given, SAYS)
    if body is not None:
        # The rating is no field of this page: without one, another way is chosen or it is rated first.
        with kept_in(form, {"rating": "pathway"}):
            async with hub.transaction(caller) as tx:

                async def decide() -> dict[str, Any]:
                    await choose_pathway(tx, caller, contact_id, version, body.choice())
                    return {}

                print = fingerprint(f"decision {contact_id} {version} {body.model_dump_json()}".encode())
                await once(tx, caller, form.once(), print, decide)
            return see_other(f"/screenings/{contact_id}")
    return await _decision(request, caller, hub, asker, contact_id, form)


async def _decision(
    request: Request, caller: Caller, hub: Hub, asker: Asks, contact_id: UUID, form: Form
) -> Response:
    opened = await open_screening(caller, hub, asker, contact_id, form)
    known = await ask_intake(hub, contact_id)
    async with hub.transaction(caller) as tx:
        _, recommended = await show_recommendation(tx, caller, contact_id, known)
    return show(
        request,
        "decision.html",
        opened,
        form,
        recommended=recommended,
        biases=BIASES,
        workers=WORKERS,
        needs_insight=any(one.needs_insight for one in opened.partnership.pathways.values()),
    )


@router.get("/screenings/{contact_id}/pause")
async def get_pause_form(
    contact_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Ask why the clock is to stop."""
    return await _step(request, caller, hub, asker, contact_id, PAUSE)


@router.post("/screenings/{contact_id}/pause")
async def post_pause_form(
    contact_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Stop the clock."""
    return await _with_reason(request, caller, hub, asker, contact_id, PAUSE, pause_screening)


@router.get("/screenings/{contact_id}/resumption")
async def get_resumption_form(
    contact_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Ask whether the clock is to run again."""
    return await _step(request, caller, hub, asker, contact_id, RESUME)


@router.post("/screenings/{contact_id}/resumption")
async def post_resumption_form(
    contact_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Start the clock again."""
    form = await Form.read(request)
    version = form.version()
    with kept_in(form):
        async with hub.transaction(caller) as tx:
            await resume_screening(tx, caller, contact_id, version)
        return see_other(f"/screenings/{contact_id}")
    return await _step(request, caller, hub, asker, contact_id, RESUME, form)


@router.get("/screenings/{contact_id}/reopening")
async def get_reopening_form(
    contact_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Ask why a decision is to be taken back."""
    return await _step(request, caller, hub, asker, contact_id, REOPEN)


@router.post("/screenings/{contact_id}/reopening")
async def post_reopening_form(
    contact_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Take a decision back."""
    return await _with_reason(request, caller, hub, asker, contact_id, REOPEN, reopen)


@router.get("/screenings/{contact_id}/confirmation")
async def get_confirmation_form(
    contact_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Ask why a decision stands although something was added."""
    return await _step(request, caller, hub, asker, contact_id, CONFIRM)


@router.post("/screenings/{contact_id}/confirmation")
async def post_confirmation_form(
    contact_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Keep that a decision stands."""
    return await _with_reason(request, caller, hub, asker, contact_id, CONFIRM, confirm)


async def _with_reason(
    request: Request, caller: Caller, hub: Hub, asker: Asks, contact_id: UUID, step: Step, take: Take
) -> Response:
    """Take a step for the reason that is written, or show what is wrong."""
    form = await Form.read(request)
    version = form.version()
    body = form.body(ReasonBody, {"reason": form.text("reason")}, {"reason": "reason: Write why"})
    if body is not None:
        with kept_in(form):
            async with hub.transaction(caller) as tx:
                await take(tx, caller, contact_id, version, body.reason)
            return see_other(f"/screenings/{contact_id}")
    return await _step(request, caller, hub, asker, contact_id, step, form)


async def _step(
    request: Request,
    caller: Caller,
    hub: Hub,
    asker: Asks,
    contact_id: UUID,
    step: Step,
    form: Form | None = None,
) -> Response:
    opened = await open_screening(caller, hub, asker, contact_id, form)
    return show(request, "step.html", opened, form, step=step)
