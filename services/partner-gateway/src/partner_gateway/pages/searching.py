"""Searching the agency's own records for the people of a request, and choosing from what is found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response
from mash.access import Caller, Researcher
from mash.calendar.london import in_london
from mash.contracts.boundary import Person
from mash.contracts.enquiry import Answer as AnswerName
from mash.hub import Hub, Transaction
from mash.web import HubDep
from mash.web.pages import Form, page_router, render, see_other

from partner_gateway.api.bodies import SearchBody
from partner_gateway.api.views import SearchResult, search_result
from partner_gateway.connectors.chosen import outside_connector
from partner_gateway.connectors.connector import OutsideConnector
from partner_gateway.domain.answers import OUTSIDE
from partner_gateway.domain.queue import full_name
from partner_gateway.pages.answer_forms import Found, add_item, keep_back, kept, put_day
from partner_gateway.pages.requests import Sent, heading
from partner_gateway.pages.wordings import MATCHED, NOT_SEARCHED, SYSTEMS
from partner_gateway.settings import Settings
from partner_gateway.usecases import searching
from partner_gateway.usecases.desking import OnDesk, look_at_one
from partner_gateway.usecases.drafting import keep_draft, read_chosen

router = page_router()

MOST_FOUND: Final = 50
_TYPED: Final = ("family", "given", "nhs_number", "address", "postcode")
_SAYS: Final = {"nhs_number": "nhs_number: Enter an NHS number of ten digits, or leave it empty"}


@router.get("/desk/requests/{request_id}/search")
async def get_search(
    request: Request,
    request_id: UUID,
    caller: Researcher,
    hub: HubDep,
    person: Annotated[int, Query(ge=0, le=99)] = 0,
) -> Response:
    """Ask whom to look for; one of the request's people stands in the form already."""
    async with hub.transaction(caller) as tx:
        found = await look_at_one(tx, caller, request_id)
    form = _prefilled(found.asked.people[person : person + 1])
    return render(request, "search.html", **_context(tx, found), person=person, form=form, result=None)


@router.post("/desk/requests/{request_id}/search")
async def post_search(
    request: Request, request_id: UUID, caller: Researcher, hub: HubDep, form: Sent
) -> Response:
    """Look for everyone in the request, or for one person as typed. Nothing that is found goes anywhere."""
    return await _search(request, request_id, caller, hub, form, everyone=form.text("do") == "all")


@router.post("/desk/requests/{request_id}/choose")
async def post_choose(
    request: Request, request_id: UUID, caller: Researcher, hub: HubDep, form: Sent
) -> Response:
    """Put what was chosen into the answer that is being written, with what was searched."""
    chosen = [one for number in form.all("chosen") if (one := _chosen(form, number)) is not None]
    do = form.text("do")
    if not chosen and do != "nil":
        everyone = form.text("sought") == "all"
        return await _search(request, request_id, caller, hub, form, everyone=everyone, ticked=False)
    kind = await _choose(hub, caller, request_id, form, chosen, do)
    return see_other(f"/desk/requests/{request_id}/answer?kind={kind}")


async def _search(
    request: Request,
    request_id: UUID,
    caller: Caller,
    hub: Hub,
    form: Form,
    *,
    everyone: bool,
    ticked: bool = True,
) -> Response:
    """The page with what is found; where nothing was ``ticked``, it says so."""
    assert isinstance(hub.settings, Settings)
    outside = outside_connector(hub.settings)
    body = None if everyone else _read(form)
    looked = None
    async with hub.transaction(caller) as tx:
        found = await look_at_one(tx, caller, request_id)
        if not form.errors:
            looked = await _look(tx, caller, request_id, body, outside, form)
    result = None
    if looked is not None:
        result = search_result(await searching.search_outside(looked, outside, MOST_FOUND))
    if result and result.items and not ticked:
        form.fail("choose-0", "Tick a record first")
    context = _context(tx, found) | _of_result(result, found, body, hub.settings)
    # Where all were looked for, the form beside it still has the one person in it.
    return render(
        request,
        "search.html",
        422 if form.errors else 200,
        **context,
        person=form.whole_number("person", "") or 0,
        form=form,
        result=result,
        everyone=everyone,
        typed=(*_TYPED, *(f"dob-{part}" for part in ("day", "month", "year"))),
    )


async def _choose(
    hub: Hub, caller: Caller, request_id: UUID, form: Form, chosen: Sequence[Found], do: str
) -> AnswerName:
    """Keep the answer with what was chosen in it. Return which way to answer it is."""
    kind: AnswerName = "nil" if do == "nil" else "information"
    async with hub.transaction(caller) as tx:
        on_desk = await look_at_one(tx, caller, request_id)
        own = await read_chosen(tx, caller, request_id, {one.record_id for one in chosen})
        before = dict(on_desk.draft.fields) if on_desk.draft else {}
        draft = Form(values={name: list(values) for name, values in before.items()})
        for one in chosen:
            if do == "keep_back":
                keep_back(draft, one.record_id)
            else:
                add_item(draft, own.get(one.record_id) or one, one.record_id)
        _note_searched(draft, form, in_london(tx.now).date())
        if do == "keep_back" and on_desk.draft and on_desk.draft.kind == "refused":
            kind = "refused"
        fields = kept(before, draft, kind)
        await keep_draft(tx, caller, request_id, kind, fields, on_desk.request.version)
    return kind


def _context(tx: Transaction, found: OnDesk) -> dict[str, Any]:
    return heading(tx, found) | {
        "tab": "search",
        "matched": MATCHED,
        "not_searched": NOT_SEARCHED,
        "outside": OUTSIDE,
        "sought": [],
        "systems": [],
        "identifiers": [],
    }


def _of_result(
    result: SearchResult | None, found: OnDesk, body: SearchBody | None, settings: Settings
) -> dict[str, Any]:
    """Who was sought by name, in which systems and by what, as an answer has to say.

    A system that gave records which nobody could read was not searched.
    """
    if result is None:
        return {}
    people = [full_name(one) or "somebody whose name is not known" for one in found.asked.people]
    typed = " ".join(part for part in (body.given, body.family) if part) if body else ""
    away = {one.connector for one in result.not_searched}
    if result.unreadable:
        away.add(settings.connector)
    systems = [name for name in dict.fromkeys(("records", settings.connector)) if name not in away]
    used = [name for one in result.people if one.searched for name in one.identifiers]
    return {
        "sought": [typed or "the person you typed"] if body else people,
        "systems": [SYSTEMS[name] for name in systems],
        "identifiers": list(dict.fromkeys(used)),
    }


def _prefilled(people: Sequence[Person]) -> Form:
    form = Form()
    for person in people:
        form = Form.of({name: getattr(person, name, None) for name in _TYPED})
        if person.dob:
            put_day(form, "dob", person.dob)
    return form


def _read(form: Form) -> SearchBody | None:
    typed: dict[str, Any] = {name: form.optional(name) for name in _TYPED}
    return form.body(
        SearchBody, {**typed, "dob": form.day("dob", "Date of birth"), "limit": MOST_FOUND}, _SAYS
    )


async def _look(
    tx: Transaction,
    caller: Caller,
    request_id: UUID,
    body: SearchBody | None,
    outside: OutsideConnector | None,
    form: Form,
) -> searching.Found | None:
    if body is None:
        return await searching.search_for_request(tx, caller, request_id, MOST_FOUND, outside)
    try:
        return await searching.search_for_person(tx, caller, request_id, body.identity(), MOST_FOUND, outside)
    except searching.NothingToSearchBy as refusal:
        form.fail("family", refusal.message)
        return None


def _chosen(form: Form, number: str) -> Found | None:
    """A record as the search showed it; of our own the words are read anew from the store."""
    record_id = form.text(f"found-{number}-record_id")
    if not record_id:
        return None
    return Found(
        record_id,
        form.text(f"found-{number}-text"),
        form.text(f"found-{number}-source"),
        form.text(f"found-{number}-about"),
        _date(form.text(f"found-{number}-recorded_on")),
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _note_searched(draft: Form, form: Form, today: date) -> None:
    """Say in the answer what was searched, where its writer has not said it yet."""
    there = draft.text("systems").splitlines()
    draft.values["systems"] = ["\n".join(dict.fromkeys([*there, *form.all("systems")]))]
    draft.values["identifiers"] = list(dict.fromkeys([*draft.all("identifiers"), *form.all("identifiers")]))
    if not draft.text("period_to-day"):
        put_day(draft, "period_to", today)
