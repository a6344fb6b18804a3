"""Somebody asks what is held about them: the data protection officer finds, decides on and gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, DataProtectionOfficer
from mash.errors import Conflict, Invalid, NotFound
from mash.hub import Hub
from mash.partnerships import get
from mash.web import HubDep
from mash.web.pages import Form, page_router, render, see_other
from mash.web.pages.words import day, moment, plain

from intake.api.files import attachment
from intake.api.scope import partnership_for
from intake.api.subject_access import AccessForm, DecisionForm, ExtensionForm
from intake.domain.subject_access import EXEMPTIONS
from intake.pages.portal_fields import digest
from intake.usecases import subject_access
from intake.usecases.answer_access import write_answer
from intake.usecases.subject_access import NoSuchItem

router = page_router()

DECISIONS: Final = (
    ("give", "Give it as it stands"),
    ("give_cut", "Give it cut, in the words below"),
    ("withhold", "Leave it out, for the reason chosen below"),
)
_ASKED: Final = {
    "": "reference: Enter either who asks, or the reference of a contact about one child",
    "reference": "reference: Enter a whole reference, such as HAV-26-0A1B2C3D",
    "person.given": "given",
    "person.family": "family",
    "person.also_known_as": "also_known_as",
    "person.dob": "dob",
    "person.nhs_number": "nhs_number: An NHS number has 10 digits",
    "partnership": "partnership: Choose the partnership that is asked",
}
_LABELS: Final = {"given": "First name", "family": "Last name", "also_known_as": "Also known as"}
_TAKEN: Final = {"person": "given", "received_on": "received"}


_DAY: Final = re.compile(r"(19|20)\d\d-\d\d-\d\d", re.ASCII)
# What is held under other names than people read.
_CALLED: Final = {
    "given": "first name",
    "family": "last name",
    "dob": "date of birth",
    "edd": "due date",
    "nhs_number": "NHS number",
    "gp": "GP",
}
_MOMENT: Final = re.compile(r"(19|20)\d\d-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True)
class Shown:
    """One thing that is held, with the form by which it is decided on, and the place of that on the page."""

    item: subject_access.Shown
    lines: list[tuple[str, str]]
    form: Form
    place: str


@router.get("/subject-access")
async def get_requests(request: Request, officer: DataProtectionOfficer, hub: HubDep) -> Response:
    """List what is to be answered, and take in another."""
    return await _list(request, officer, hub, Form())


@router.post("/subject-access")
async def post_request(request: Request, officer: DataProtectionOfficer, hub: HubDep) -> Response:
    """Take in that somebody asks."""
    form = await Form.read(request)
    served = sorted(officer.partnerships & set(hub.settings.partnerships))
    names = {name: form.optional(name) for name in ("given", "family", "also_known_as")}
    who = {
        **names,
        "dob": form.day("dob", "Date of birth"),
        "nhs_number": "".join(form.text("nhs_number").split()),
    }
    said = {
        "partnership": form.text("partnership") or (served[0] if len(served) == 1 else ""),
        "person": {name: value for name, value in who.items() if value} or None,
        "reference": form.text("reference").upper() or None,
        "received_on": form.day("received", "The day it came"),
    }
    body = form.body(AccessForm, said, _ASKED, _LABELS) if not form.errors else None
    if body is not None:
        person = body.person.model_dump(mode="json", exclude_none=True) if body.person else None
        try:
            partnership = partnership_for(hub, officer, body.partnership)
            async with hub.transaction(officer) as tx:
                taken = await subject_access.take_request(
                    tx, officer, partnership.name, person, body.reference, body.received_on
                )
            return see_other(f"/subject-access/{taken['id']}")
        except Invalid as refusal:
            form.refuse(refusal, _TAKEN)
        except NotFound as refusal:
            form.fail("reference", refusal.message)
    return await _list(request, officer, hub, form)


@router.get("/subject-access/{request_id}")
async def get_request(
    request: Request, officer: DataProtectionOfficer, hub: HubDep, request_id: UUID
) -> Response:
    """Show all that is held, item by item."""
    return await _request(request, officer, hub, request_id, Form())


@router.post("/subject-access/{request_id}/decisions")
async def post_decision(
    request: Request, officer: DataProtectionOfficer, hub: HubDep, request_id: UUID
) -> Response:
    """Decide on one item as it was looked at."""
    form = await Form.read(request)
    place = form.text("place")
    said = {
        "contact_id": form.text("contact_id"),
        "item": form.text("item"),
        "digest": form.text("digest"),
        "decision": form.text("decision"),
        "cut": form.optional(f"{place}-cut") if form.text("decision") == "give_cut" else None,
        "exemption": form.optional(f"{place}-exemption") if form.text("decision") == "withhold" else None,
    }
    says = {"decision": f"{place}: Choose what becomes of it", "cut": f"{place}-cut"}
    body = form.body(DecisionForm, said, says, {f"{place}-cut": "What is given in its place"})
    if body is not None:
        try:
            others = await subject_access.ask_others(hub, officer, request_id)
            async with hub.transaction(officer) as tx:
                await subject_access.decide(tx, officer, request_id, others, **body.model_dump())
        except (Conflict, Invalid, NoSuchItem) as refusal:
            form.refuse(refusal, {name: f"{place}-{name}" for name in ("cut", "exemption")})
    if form.errors:
        return await _request(request, officer, hub, request_id, form)
    return see_other(f"/subject-access/{request_id}#{place}-title")


@router.post("/subject-access/{request_id}/extension")
async def post_extension(
    request: Request, officer: DataProtectionOfficer, hub: HubDep, request_id: UUID
) -> Response:
    """Put the answer off, with the reason."""
    form = await Form.read(request)
    months = form.whole_number("months", "Choose by how much")
    if not form.text("reason"):
        form.fail("reason", "Say why it takes longer")
    said = {"months": months, "reason": form.text("reason")}
    body = (
        form.body(ExtensionForm, said, {"months": "months: Choose by how much"}) if not form.errors else None
    )
    if body is not None:
        try:
            async with hub.transaction(officer) as tx:
                await subject_access.extend(tx, officer, request_id, body.months, body.reason)
        except Conflict as refusal:
            form.refuse(refusal)
    if form.errors:
        return await _request(request, officer, hub, request_id, form)
    return see_other(f"/subject-access/{request_id}")


@router.get("/subject-access/{request_id}/export")
async def get_export(officer: DataProtectionOfficer, hub: HubDep, request_id: UUID) -> Response:
    """Download the answer, of what may be given alone."""
    others = await subject_access.ask_others(hub, officer, request_id)
    async with hub.transaction(officer) as tx:
        content = await write_answer(tx, officer, request_id, others)
    return attachment(content, "what-we-hold.zip", "application/zip")


@router.post("/subject-access/{request_id}/answered")
async def post_answered(
    request: Request, officer: DataProtectionOfficer, hub: HubDep, request_id: UUID
) -> Response:
    """Say that the person has been given the answer."""
    others = await subject_access.ask_others(hub, officer, request_id)
    try:
        async with hub.transaction(officer) as tx:
            await subject_access.note_answered(tx, officer, request_id, others)
    except Conflict as refusal:
        form = Form()
        form.refuse(refusal)
        return await _request(request, officer, hub, request_id, form)
    return see_other(f"/subject-access/{request_id}")


async def _list(request: Request, officer: Caller, hub: Hub, form: Form) -> Response:
    async with hub.transaction(officer) as tx:
        rows = await subject_access.list_requests(tx, officer)
    served = sorted(officer.partnerships & set(hub.settings.partnerships))
    return render(
        request,
        "subject_access/list.html",
        422 if form.errors else 200,
        requests=rows,
        partnerships=[(name, get(name).title) for name in served],
        form=form,
    )


async def _request(request: Request, officer: Caller, hub: Hub, request_id: UUID, form: Form) -> Response:
    others = await subject_access.ask_others(hub, officer, request_id)
    async with hub.transaction(officer) as tx:
        answer = await subject_access.show(tx, officer, request_id, others)
    items = [_shown(one, form) for one in answer.items]
    is_there = any(one.form is form for one in items)
    return render(
        request,
        "subject_access/request.html",
        422 if form.errors else 200,
        asked=answer.request,
        who=list(_lines(answer.request.who)),
        left_out=answer.left_out,
        items=items,
        groups=_groups(items),
        waiting=sum(one.item.decision is None for one in items),
        decisions=DECISIONS,
        exemptions=list(EXEMPTIONS.items()),
        lost=None if is_there else form.optional(f"{form.text('place')}-cut"),
        form=form,
    )


def _groups(items: list[Shown]) -> dict[str, list[Shown]]:
    """The items by the contact and the service that holds them, as a whole case is too long for one list."""
    groups: dict[str, list[Shown]] = {}
    for one in items:
        groups.setdefault(f"{one.item.reference}, at {plain(one.item.item.service)}", []).append(one)
    return groups


def _shown(one: subject_access.Shown, form: Form) -> Shown:
    # The same place whatever comes and goes meanwhile, so that what was typed is found again.
    place = "item-" + digest({"contact": str(one.contact_id), "item": one.item.name})
    own = Form.of({"decision": one.decision, f"{place}-cut": one.cut, f"{place}-exemption": one.exemption})
    if form.errors and (form.text("contact_id"), form.text("item")) == (str(one.contact_id), one.item.name):
        own = form
    return Shown(one, list(_lines(one.item.content)), own, place)


def _lines(content: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """What is held as lines of words, whatever form it is held in; what says nothing is left out."""
    if isinstance(content, Mapping):
        for name, value in content.items():
            label = _CALLED.get(str(name), str(name).replace("_", " "))
            yield from _lines(value, f"{where}, {label}" if where else label)
    elif isinstance(content, list | tuple):
        for number, value in enumerate(content, 1):
            yield from _lines(value, f"{where} {number}" if len(content) > 1 else where)
    elif content not in (None, ""):
        yield where[:1].upper() + where[1:], _in_words(content)


def _in_words(content: Any) -> str:
    if isinstance(content, bool):
        return "yes" if content else "no"
    text = content.isoformat() if isinstance(content, date) else str(content)
    try:
        # The services keep times in UTC, and write days and times as JSON does.
        if _DAY.fullmatch(text):
            return day(date.fromisoformat(text))
        return moment(datetime.fromisoformat(text)) if _MOMENT.fullmatch(text) else text
    except ValueError:
        return text
