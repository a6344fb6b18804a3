"""Writing an answer, looking at it as the hub would get it, and sending it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, Researcher
from mash.calendar.london import in_london
from mash.contracts.enquiry import Answer as AnswerName
from mash.errors import Conflict, Invalid, Refusal
from mash.hub import Hub, Transaction
from mash.web import HubDep, fingerprint, once
from mash.web.pages import Form, page_router, render, see_other
from mash.web.problems import status_of

from partner_gateway.domain import requests as rules
from partner_gateway.domain.answers import Answer
from partner_gateway.domain.drafts import Draft
from partner_gateway.pages.answer_forms import (
    SEARCHING,
    add_item,
    keep_back,
    kept,
    numbers,
    places,
    read_answer,
    take_away,
)
from partner_gateway.pages.requests import Sent, heading
from partner_gateway.pages.wordings import (
    BASES,
    CAVEAT_CHOICES,
    IDENTIFIER_CHOICES,
    REASON_CHOICES,
)
from partner_gateway.usecases import drafting
from partner_gateway.usecases.desking import OnDesk, look_at_one
from partner_gateway.usecases.outward import outward

router = page_router()

MOST_WHY = 2000


class NotAsChecked(Conflict):
    """What is sent is not what its writer has checked: they changed it elsewhere, or it was sent."""


@router.get("/desk/requests/{request_id}/answer")
async def get_answer(
    request: Request,
    request_id: UUID,
    caller: Researcher,
    hub: HubDep,
    kind: AnswerName | None = None,
) -> Response:
    """Ask which way to answer, or go on with the answer that was begun."""
    async with hub.transaction(caller) as tx:
        found = await look_at_one(tx, caller, request_id)
    chosen = kind or (found.draft.kind if found.draft else None)
    if chosen is None or not heading(tx, found)["may_answer"]:
        return render(request, "answer_ways.html", **heading(tx, found), tab="answer")
    return _writing(request, tx, found, chosen, _form(found.draft))


@router.post("/desk/requests/{request_id}/answer")
async def post_answer(
    request: Request, request_id: UUID, kind: AnswerName, caller: Researcher, hub: HubDep, form: Sent
) -> Response:
    """Keep what was typed; then one more item, one less, or on to the check."""
    do, _, which = form.text("do").partition("-")
    version = form.version()
    _rearrange(form, do, which)
    async with hub.transaction(caller) as tx:
        found = await look_at_one(tx, caller, request_id)
        fields = kept(found.draft.fields if found.draft else {}, form, kind)
        await drafting.keep_draft(tx, caller, request_id, kind, fields, version)
    here = f"/desk/requests/{request_id}"
    if do == "later":
        return see_other(here)
    if do != "check":
        return see_other(f"{here}/answer?kind={kind}")
    tried = Form(values=fields)
    async with hub.transaction(caller) as tx:
        found = await look_at_one(tx, caller, request_id)
    _, status = await _try(hub, caller, found, kind, tried)
    return _writing(request, tx, found, kind, tried, status) if status else see_other(f"{here}/check")


@router.post("/desk/requests/{request_id}/draft/drop")
async def post_drop(request_id: UUID, caller: Researcher, hub: HubDep) -> Response:
    """Throw away what was typed."""
    async with hub.transaction(caller) as tx:
        await drafting.let_go(tx, caller, request_id)
    return see_other(f"/desk/requests/{request_id}")


@router.get("/desk/requests/{request_id}/check")
async def get_check(request: Request, request_id: UUID, caller: Researcher, hub: HubDep) -> Response:
    """Show exactly what would be disclosed."""
    return await _check(request, request_id, caller, hub, Form())


@router.post("/desk/requests/{request_id}/send")
async def post_send(
    request: Request, request_id: UUID, caller: Researcher, hub: HubDep, form: Sent
) -> Response:
    """Send what was checked, once."""
    version, stamp, corrects = form.version(), form.text("stamp"), form.text("corrects") == "yes"
    asked = fingerprint(f"send {request_id} {version} {stamp} {corrects}".encode())
    try:
        async with hub.transaction(caller) as tx:

            async def work() -> dict[str, Any]:
                found = await look_at_one(tx, caller, request_id)
                answer, why = _as_checked(tx, found, stamp, corrects=corrects)
                return await drafting.send(
                    tx, caller, request_id, version, answer, why, outward(hub), corrects=corrects
                )

            await once(tx, caller, form.once(), asked, work)
    except Refusal as refusal:
        if not isinstance(refusal, Conflict | Invalid):
            raise
        again = Form()
        again.refuse(refusal)
        return await _check(request, request_id, caller, hub, again, status_of(refusal))
    return see_other(f"/desk/requests/{request_id}/sent")


async def _check(
    request: Request, request_id: UUID, caller: Caller, hub: Hub, form: Form, status: int = 200
) -> Response:
    """What would be disclosed; or, where it may not go as it is, the words that were typed and why."""
    async with hub.transaction(caller) as tx:
        found = await look_at_one(tx, caller, request_id)
    if found.draft is None:
        return render(request, "answer_ways.html", status, **heading(tx, found), tab="answer", form=form)
    tried = _form(found.draft)
    tried.errors, tried.stale = list(form.errors), form.stale
    preview, unfit = await _try(hub, caller, found, found.draft.kind, tried)
    if preview is None:
        return _writing(request, tx, found, found.draft.kind, tried, status if form.errors else unfit)
    return render(
        request,
        "check.html",
        status,
        **heading(tx, found),
        tab="answer",
        form=tried,
        preview=preview,
        draft=found.draft,
        kept_back=[
            (tried.text(f"held-{number}-record_id"), tried.text(f"held-{number}-reason"))
            for number in numbers(tried, "held")
        ]
        if found.draft.kind in ("information", "refused")
        else [],
        reasons=dict(REASON_CHOICES),
    )


async def _try(
    hub: Hub, caller: Caller, found: OnDesk, kind: AnswerName, form: Form
) -> tuple[drafting.Preview | None, int]:
    """What the hub would get; or none, with what is wrong in ``form``, and the status of that."""
    # What the page was told of before is no fault of the words.
    told, form.errors = form.errors, []
    async with hub.transaction(caller) as tx:
        body = read_answer(form, kind, in_london(tx.now).date())
    why = _why(found, form)
    preview, status = None, 422
    if body is not None and not form.errors:
        try:
            async with hub.transaction(caller) as tx:
                preview = await drafting.preview(
                    tx, caller, found.request.request_id, body.as_answer(), why, outward(hub)
                )
        except (Conflict, Invalid) as refusal:
            form.refuse(refusal, places(form, kind))
            status = status_of(refusal)
    form.errors = [*told, *form.errors]
    return preview, 0 if preview else status


def _why(found: OnDesk, form: Form) -> str:
    """What was wrong with the answer before; empty where this is the first."""
    if not rules.takes_correction(found.request):
        return ""
    why = form.text("correction_reason")
    if not why:
        form.fail(
            "correction_reason",
            "We have answered already, so this corrects it: say what was wrong with the answer before",
        )
    elif len(why) > MOST_WHY:
        form.fail("correction_reason", f"What was wrong is too long: {MOST_WHY} characters at most")
    return why


def _as_checked(tx: Transaction, found: OnDesk, stamp: str, *, corrects: bool) -> tuple[Answer, str]:
    """The answer that its writer has checked, and what was wrong with the one before, if it ``corrects`` one.

    Raises :class:`NotAsChecked`.
    """
    if found.draft is None or found.draft.stamp != stamp:
        raise NotAsChecked("What you wrote has changed since you checked it. Check it again, then send it.")
    form = _form(found.draft)
    body = read_answer(form, found.draft.kind, in_london(tx.now).date())
    why = form.text("correction_reason") if corrects else ""
    if body is None or (corrects and not why):
        raise NotAsChecked("What you wrote lacks something. Check it again, then send it.")
    return body.as_answer(), why


def _form(draft: Draft | None) -> Form:
    return Form(values={name: list(values) for name, values in draft.fields.items()} if draft else {})


def _rearrange(form: Form, do: str, which: str) -> None:
    """Put in, or take out, an item or something kept back, as a button says."""
    if do == "add":
        add_item(form)
    elif do == "keep":
        keep_back(form)
    elif do in ("items", "held") and which.isascii() and which.isdigit():
        take_away(form, do, int(which))


def _writing(
    request: Request, tx: Transaction, found: OnDesk, kind: AnswerName, form: Form, status: int = 200
) -> Response:
    """The form of one way to answer."""
    return render(
        request,
        "answer.html",
        status,
        **heading(tx, found),
        tab="answer",
        kind=kind,
        form=form,
        items=numbers(form, "items") if kind == "information" else [],
        held=numbers(form, "held") if kind in ("information", "refused") else [],
        searches=kind in SEARCHING,
        bases=BASES,
        caveat_choices=CAVEAT_CHOICES,
        reason_choices=REASON_CHOICES,
        identifier_choices=IDENTIFIER_CHOICES,
    )
