"""A contact officer corrects a contact, a section at a time; people come and go without scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, ContactOfficer
from mash.errors import Invalid
from mash.hub import Hub
from mash.partnerships import get
from mash.web import HubDep
from mash.web.concurrency import StaleVersion
from mash.web.pages import Form, page_router, render, see_other

from intake.api.forms import CorrectionForm
from intake.pages.contact_fields import Section, section_named
from intake.pages.portal_fields import answers, filled, read
from intake.usecases.correct_contact import correct_contact
from intake.usecases.look_at_case import Looked, look_at_case, reference_of

router = page_router()


@dataclass(frozen=True)
class Rows:
    """The entries of a section in a form, each with a number that says where it stands."""

    section: Section

    def numbers(self, form: Form) -> list[int]:
        """The places in the form, in order."""
        names = (re.match(rf"{self.section.name}-(\d{{1,3}})-", name) for name in form.values)
        return sorted({int(name[1]) for name in names if name})

    def count(self, form: Form) -> int:
        """How many there are."""
        return len(self.numbers(form))

    def without(self, form: Form, gone: int | None) -> Form:
        """The form with the entries numbered from nought again, and one of them gone."""
        kept = [number for number in self.numbers(form) if number != gone]
        places = {number: place for place, number in enumerate(kept)}
        found = Form()
        for name, values in form.values.items():
            entry = re.fullmatch(rf"{self.section.name}-(\d{{1,3}})-(.+)", name)
            if entry is None:
                found.values[name] = values
            elif int(entry[1]) in places:
                found.values[f"{self.section.name}-{places[int(entry[1])]}-{entry[2]}"] = values
        return found

    def with_one_more(self, form: Form) -> Form:
        """The form with an empty entry at its end, if there may be another."""
        found = self.without(form, None)
        if self.count(found) < self.section.most:
            found.values[self.key(self.count(found))] = [""]
        return found

    def key(self, number: int) -> str:
        """The field that holds by which id an entry is known again."""
        return f"{self.section.name}-{number}-id"


@router.get("/contacts/{contact_id}/correct/{section}")
async def get_correction(
    request: Request, officer: ContactOfficer, hub: HubDep, contact_id: UUID, section: str
) -> Response:
    """Show a section as it stands, to be corrected."""
    part = section_named(section)
    looked = await _look(hub, officer, contact_id)
    form = first_form(part, looked.contact["document"])
    return _page(request, part, looked, form)


@router.post("/contacts/{contact_id}/correct/{section}")
async def post_correction(
    request: Request, officer: ContactOfficer, hub: HubDep, contact_id: UUID, section: str
) -> Response:
    """Save a section, or show its form with an entry more or less."""
    part, form = section_named(section), await Form.read(request)
    version, change = form.version(), form.text("change")
    if change:
        form = rearranged(part, form, change)
        return _page(request, part, await _look(hub, officer, contact_id), form)
    sections, labels = said_in(part, form), part.labels(Rows(part).count(form))
    body = form.body(CorrectionForm, sections, labels=labels) if not form.errors else None
    if body is not None:
        still = form.said("needed") and not form.said("complete")
        try:
            async with hub.transaction(officer) as tx:
                reference = await reference_of(tx, officer, contact_id)
                await correct_contact(tx, officer, reference, version, body.replaced(), needs_person=still)
        except (Invalid, StaleVersion) as refusal:
            form.refuse(refusal)
    if form.errors:
        return _page(request, part, await _look(hub, officer, contact_id), form)
    return see_other(f"/contacts/{contact_id}")


def first_form(section: Section, document: Mapping[str, Any]) -> Form:
    """A section's form with all that stands there; where nobody does, with one empty entry."""
    found = Form()
    if not section.one:
        (part,) = section.parts(document)
        return filled(section.step(), section.prefixed(part))
    rows, entries = Rows(section), section.parts(document)
    for number, entry in enumerate(entries):
        # A number that failed its check is shown again as it was given, so that it is not lost.
        shown = {"nhs_number": entry.get("nhs_number_as_given"), **entry}
        found.values |= filled(section.step(number), section.prefixed(shown, number)).values
        found.values[rows.key(number)] = [entry.get("id") or ""]
    return found if entries else rows.with_one_more(found)


def rearranged(section: Section, form: Form, change: str) -> Form:
    """The form with an entry more (``add``) or one less (``remove-2``); nothing is saved yet."""
    rows = Rows(section)
    gone = re.fullmatch(r"remove-(\d{1,3})", change)
    return rows.without(form, int(gone[1])) if gone else rows.with_one_more(form)


def said_in(section: Section, form: Form) -> dict[str, Any]:
    """What a section's form says, as the JSON route takes it; what is wrong stays in the form's errors."""
    if not section.one:
        said = section.plain(read(section.step(), form))
        return (
            {field.name: said.get(field.name) for field in section.fields}
            if section.at_root
            else {section.name: said}
        )
    rows = Rows(section)
    form.values = rows.without(form, None).values
    return {section.name: _entries(section, form, rows)}


def _entries(section: Section, form: Form, rows: Rows) -> list[dict[str, Any]]:
    found, kept = [], []
    for number in rows.numbers(form):
        said = section.plain(read(section.step(number), form), number)
        label = form.optional(rows.key(number))
        if label or said:
            kept.append(number)
            found.append({"id": label, **said} if label else said)
    if not form.errors:
        # What was left empty goes, so that a fault is said at the entry that it is in.
        for number in reversed([number for number in rows.numbers(form) if number not in kept]):
            form.values = rows.without(form, number).values
    return found


async def _look(hub: Hub, officer: Caller, contact_id: UUID) -> Looked:
    async with hub.transaction(officer) as tx:
        return await look_at_case(tx, officer, contact_id)


def _page(request: Request, section: Section, looked: Looked, form: Form) -> Response:
    contact = looked.contact
    partnership, document = get(contact["partnership"]), contact["document"]
    rows = Rows(section)
    numbers: list[int | None] = [*rows.numbers(form)] if section.one else [None]
    blocks = [
        [(field, field.choices(partnership, document)) for field in section.step(number).fields]
        for number in numbers
    ]
    bare = section.bare(*section.fields)
    now = [answers(bare, part, partnership, document) for part in section.parts(document)]
    return render(
        request,
        "contact/correct.html",
        412 if form.stale else 422 if form.errors else 200,
        contact_id=contact["id"],
        header=looked.header,
        tab="contact",
        contact=contact,
        section=section,
        blocks=blocks,
        now=now,
        form=form,
        # Whoever sees what was changed meanwhile may send theirs again on that.
        version=form.version_or(contact["version"]),
        needed=form.said("needed") if form.text("version") else contact["needs_person"],
    )
