"""One request: what is asked and why, who sees to it, what was answered, and taking an answer back."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response
from mash.access import Caller, Researcher
from mash.calendar.london import in_london
from mash.errors import Conflict
from mash.hub import Hub, Transaction
from mash.web import HubDep, fingerprint, once
from mash.web.pages import Form, page_router, render, see_other
from mash.web.problems import status_of

from partner_gateway.api.bodies import WithdrawalBody
from partner_gateway.domain import requests as rules
from partner_gateway.domain.queue import called, title
from partner_gateway.domain.requests import timeliness
from partner_gateway.domain.vocabulary import CAVEATS
from partner_gateway.pages.wordings import NOTICES, OURS, SENT_NEXT, STATES, WAYS
from partner_gateway.usecases.answering import withdraw_answer
from partner_gateway.usecases.desking import OnDesk, TakenByAnother, give_back, look_at_one, take
from partner_gateway.usecases.outward import outward

router = page_router()


async def show(
    request: Request,
    caller: Caller,
    hub: Hub,
    request_id: UUID,
    template: str,
    tab: str,
    *,
    status: int = 200,
    **more: Any,
) -> Response:
    """A page of one request, under its heading."""
    async with hub.transaction(caller) as tx:
        found = await look_at_one(tx, caller, request_id)
        context = {**heading(tx, found), "tab": tab, **more}
    return render(request, template, status, **context)


def heading(tx: Transaction, found: OnDesk) -> dict[str, Any]:
    """What every page of a request shows: whom it is about, and how it stands."""
    today = in_london(tx.now).date()
    stands = timeliness(found.request, tx.now)
    return {
        "found": found,
        "one": found.request,
        "asked": found.asked,
        "title": title(found.asked.people, today),
        "called": [called(person, today) for person in found.asked.people],
        "standing": {
            "left": stands.seconds_left,
            "late_by": -stands.seconds_left,
            "is_late": stands.late,
        },
        "now": tx.now,
        "corrects": rules.takes_correction(found.request),
        "may_answer": rules.takes_first_answer(found.request) or rules.takes_correction(found.request),
        "news": _news(found),
        "states": STATES,
        "ways": WAYS,
        "caveats": CAVEATS,
    }


def _news(found: OnDesk) -> list[str]:
    """What has happened since somebody began to write their answer, for them to read before they go on."""
    if found.draft is None or found.draft.seen_version >= found.request.version:
        return []
    news = ["This request has changed since you began to write."]
    if found.whole.answers:
        last = found.whole.answers[-1]
        news.append(f"{last['by']} sent: {OURS[last['kind']].lower()}.")
    if found.request.state in ("cancelled", "withdrawn", "decided"):
        news.append(f"{STATES[found.request.state]}.")
    if len(found.whole.asked) > 1:
        news.append("The hub changed what it asks: look at the request again.")
    return news


@router.get("/desk/requests/{request_id}")
async def get_request(request: Request, request_id: UUID, caller: Researcher, hub: HubDep) -> Response:
    """Show what is asked and how it went so far."""
    async with hub.transaction(caller) as tx:
        found = await look_at_one(tx, caller, request_id)
    return render(
        request, "request.html", **heading(tx, found), tab="request", history=_history(found), form=Form()
    )


def _history(found: OnDesk) -> list[dict[str, Any]]:
    """The hub's messages and our own in the order they were, the newest first."""
    notices = [
        {"title": NOTICES[row["kind"]], "at": row["received_at"], "by": None, "text": ""}
        for row in found.whole.notices
    ]
    answers = [
        {
            "title": f"{OURS[row['kind']]}{': ' + WAYS[row['answer']].name if row['answer'] else ''}",
            "at": row["at"],
            "by": row["by"],
            "text": row["reason"],
        }
        for row in found.whole.answers
    ]
    return sorted([*notices, *answers], key=lambda one: one["at"])[::-1]


@router.post("/desk/requests/{request_id}/taking")
async def post_taking(request: Request, request_id: UUID, caller: Researcher, hub: HubDep) -> Response:
    """Take a request, take it over from a colleague, or give it back."""
    form = await Form.read(request)
    try:
        async with hub.transaction(caller) as tx:
            if form.text("do") == "give_back":
                await give_back(tx, caller, request_id)
            else:
                over = form.optional("from") if form.text("do") == "take_over" else None
                await take(tx, caller, request_id, over=over)
    except TakenByAnother as refusal:
        form.refuse(refusal)
        async with hub.transaction(caller) as tx:
            found = await look_at_one(tx, caller, request_id)
        context = {**heading(tx, found), "history": _history(found)}
        return render(request, "request.html", 409, **context, tab="request", form=form)
    return see_other(f"/desk/requests/{request_id}")


@router.get("/desk/requests/{request_id}/sent")
async def get_sent(request: Request, request_id: UUID, caller: Researcher, hub: HubDep) -> Response:
    """Say what the hub was told, and what happens next."""
    return await show(request, caller, hub, request_id, "sent.html", "request", sent_next=SENT_NEXT)


@router.get("/desk/requests/{request_id}/withdraw")
async def get_withdraw(request: Request, request_id: UUID, caller: Researcher, hub: HubDep) -> Response:
    """Ask why the answer is taken back."""
    return await show(request, caller, hub, request_id, "withdraw.html", "request", form=Form())


async def _form(request: Request, _caller: Researcher) -> Form:
    return await Form.read(request)


Sent = Annotated[Form, Depends(_form)]


@router.post("/desk/requests/{request_id}/withdraw")
async def post_withdraw(
    request: Request, request_id: UUID, caller: Researcher, hub: HubDep, form: Sent
) -> Response:
    """Take the answer back; the hub keeps that it was given."""
    says = {"reason": "reason: Say why the answer is taken back, for the hub to read"}
    body = form.body(WithdrawalBody, {"reason": form.text("reason")}, says)
    if body is None:
        return await show(request, caller, hub, request_id, "withdraw.html", "request", status=422, form=form)
    version, asked = form.version(), f"withdraw {request_id} {body.model_dump_json()}".encode()
    try:
        async with hub.transaction(caller) as tx:
            await once(
                tx,
                caller,
                form.once(),
                fingerprint(asked),
                lambda: withdraw_answer(tx, caller, request_id, version, body.reason, outward(hub)),
            )
    except Conflict as refusal:
        form.refuse(refusal)
        return await show(
            request, caller, hub, request_id, "withdraw.html", "request", status=status_of(refusal), form=form
        )
    return see_other(f"/desk/requests/{request_id}/sent")
