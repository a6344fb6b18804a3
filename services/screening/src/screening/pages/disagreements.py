"""Disagreements with what was decided: raised, answered stage by stage, accepted or taken back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response
from mash import partnerships
from mash.access import Caller, HubStaff, Manager, Role
from mash.contracts.screening import Challenged, ChallengeResult
from mash.hub import Hub
from mash.web import Cursor, HubDep, decode_cursor, encode_cursor, fingerprint, once
from mash.web.pages import Asker, Asks, Form, page_router, render, see_other

from screening.api.bodies import ReasonBody, Slug
from screening.api.disagreement_forms import ChallengeBody, ResponseBody
from screening.domain.disagreement import DisagreementFilters, Listed, is_challenger, stage_above
from screening.pages.opened import kept_in, open_screening, show, status_of
from screening.usecases.disagreeing import (
    accept_answer,
    bring_forward,
    give_answer,
    look_at_disagreement,
    look_at_disagreements,
    raise_disagreement,
    take_further,
    withdraw,
)

router = page_router()

ROWS: Final = 50
# One page has a field for each reason that can be given.
FURTHER_SAYS: Final = {"reason": "further: Write why it goes up"}
ABOUT: Final[dict[Challenged, tuple[str, str]]] = {
    "decision": ("The decision", "what was decided is not right for the child"),
    "rating": ("The rating", "it is more or less urgent than it was rated"),
    "delay": ("The delay", "nothing has been decided, or no agency has answered, and it cannot wait"),
    "no_feedback": ("No feedback", "it was decided, and whoever referred it was told nothing"),
}
RESULTS: Final[dict[ChallengeResult, str]] = {
    "upheld": "Upheld: it stays as it was decided",
    "changed": "Changed: it is done otherwise; a decision is reopened and decided anew in its screening",
    "partly": "Changed in part",
}
BEGAN: Final = {
    "raised": "It was raised",
    "unanswered": "No answer came in time, so it went up by itself",
    "not_content": "The answer did not content",
    "sent_up": "A manager sent it up",
}
ENDED: Final = {
    "accepted": "Whoever raised it accepted the answer",
    "withdrawn": "Whoever raised it took it back",
    "final_answer": "The last stage gave its answer",
    "not_taken_further": "Nobody took the answer further in time",
}


async def _filters(
    state: Listed = "open",
    stage: Slug | None = None,
    contact_id: UUID | None = None,
    partnership: Slug | None = None,
) -> DisagreementFilters:
    return DisagreementFilters(state, stage, contact_id, partnership)


Chosen = Annotated[DisagreementFilters, Depends(_filters)]


@router.get("/disagreements")
async def get_disagreements(
    request: Request, caller: HubStaff, hub: HubDep, asker: Asker, filters: Chosen, cursor: Cursor = None
) -> Response:
    """List disagreements, the next to be due first."""
    async with hub.transaction(caller) as tx:
        queue = await look_at_disagreements(tx, caller, filters, decode_cursor(cursor), ROWS)
    return render(
        request,
        "disagreements.html",
        found=queue.disagreements,
        headers=await asker.headers(one.contact_id for one in queue.disagreements),
        filters=filters,
        about=ABOUT,
        chosen=urlencode({name: value for name, value in asdict(filters).items() if value}),
        following=encode_cursor(*queue.next) if queue.next else None,
        partnership_names=[(name, partnerships.get(name).title) for name in sorted(caller.partnerships)],
        now=tx.now,
    )


@router.get("/disagreements/{disagreement_id}")
async def get_disagreement_page(
    disagreement_id: UUID, request: Request, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show one disagreement with its stages, and what can be done with it now."""
    return await _page(request, caller, hub, asker, disagreement_id)


@router.post("/disagreements/{disagreement_id}/response")
async def post_answer_form(
    disagreement_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Record the answer of the stage's owner."""
    form = await Form.read(request)
    version = form.version()
    given = {"result": form.text("result"), "response": form.text("response")}
    says = {"result": "result: Choose what becomes of it", "response": "response: Write the answer"}
    body = form.body(ResponseBody, given, says)
    if body is not None:
        with kept_in(form):
            async with hub.transaction(caller) as tx:
                await give_answer(tx, caller, disagreement_id, version, body.result, body.response)
            return see_other(f"/disagreements/{disagreement_id}")
    return await _page(request, caller, hub, asker, disagreement_id, form)


@router.post("/disagreements/{disagreement_id}/escalation")
async def post_escalation_form(
    disagreement_id: UUID, request: Request, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Take it to the next stage."""
    form = await Form.read(request)
    version = form.version()
    body = form.body(ReasonBody, {"reason": form.text("further")}, FURTHER_SAYS)
    if body is not None:
        with kept_in(form):
            async with hub.transaction(caller) as tx:
                await take_further(tx, caller, disagreement_id, version, body.reason)
            return see_other(f"/disagreements/{disagreement_id}")
    return await _page(request, caller, hub, asker, disagreement_id, form)


@router.post("/disagreements/{disagreement_id}/acceptance")
async def post_acceptance_form(
    disagreement_id: UUID, request: Request, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Accept the answer, which ends it."""
    form = await Form.read(request)
    version = form.version()
    with kept_in(form):
        async with hub.transaction(caller) as tx:
            await accept_answer(tx, caller, disagreement_id, version)
        return see_other(f"/disagreements/{disagreement_id}")
    return await _page(request, caller, hub, asker, disagreement_id, form)


@router.post("/disagreements/{disagreement_id}/withdrawal")
async def post_withdrawal_form(
    disagreement_id: UUID, request: Request, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Take it back, which ends it."""
    form = await Form.read(request)
    version = form.version()
    body = form.body(
        ReasonBody, {"reason": form.text("back")}, {"reason": "back: Write why it is taken back"}
    )
    if body is not None:
        with kept_in(form):
            async with hub.transaction(caller) as tx:
                await withdraw(tx, caller, disagreement_id, version, body.reason)
            return see_other(f"/disagreements/{disagreement_id}")
    return await _page(request, caller, hub, asker, disagreement_id, form)


async def _page(
    request: Request, caller: Caller, hub: Hub, asker: Asks, id: UUID, form: Form | None = None
) -> Response:
    async with hub.transaction(caller) as tx:
        found = await look_at_disagreement(tx, caller, id)
    headers = await asker.headers([found.contact_id])
    own = found.challenger_kind == "hub" and found.raised_by == caller.subject
    form = form or Form()
    return render(
        request,
        "disagreement.html",
        status=status_of(form),
        form=form,
        one=found,
        version=form.version_or(found.version),
        header=headers.get(found.contact_id),
        about=ABOUT,
        results=RESULTS,
        began=BEGAN,
        ended=ENDED,
        own=own,
        speaks=is_challenger(found, caller.subject, is_staff=True),
        manages=caller.has(Role.MANAGER),
        above=stage_above(partnerships.get(found.partnership), found.current.stage),
        now=tx.now,
    )


@router.get("/screenings/{contact_id}/disagreement")
async def get_challenge_form(
    contact_id: UUID, request: Request, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Ask what somebody disagrees with."""
    opened = await open_screening(caller, hub, asker, contact_id)
    return show(request, "challenge.html", opened, about=ABOUT)


@router.post("/screenings/{contact_id}/disagreement")
async def post_challenge_form(
    contact_id: UUID, request: Request, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Raise a disagreement; the form counts once however often it is sent."""
    form = await Form.read(request)
    opened = await open_screening(caller, hub, asker, contact_id)
    given = {
        "reference": opened.screening.reference,
        "about": form.text("about"),
        "reason": form.text("reason"),
        "for_referrer": form.said("for_referrer"),
    }
    says = {"about": "about: Choose what it is about", "reason": "reason: Write why"}
    body = form.body(ChallengeBody, given, says)
    if body is not None:
        with kept_in(form):
            challenge = await bring_forward(
                hub, caller, body.reference, body.about, body.reason, for_referrer=body.for_referrer
            )
            async with hub.transaction(caller) as tx:
                raised, _ = await once(
                    tx,
                    caller,
                    form.once(),
                    fingerprint(body),
                    lambda: raise_disagreement(tx, caller, challenge),
                )
            return see_other(f"/disagreements/{raised['id']}")
    return show(request, "challenge.html", opened, form, about=ABOUT)
