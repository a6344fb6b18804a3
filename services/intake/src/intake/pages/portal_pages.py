"""What the professional's form and the public's do alike: show a page, save it, and go on to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from fastapi import Request, Response
from mash.access import Caller
from mash.calendar import is_open
from mash.errors import Invalid, NotFound
from mash.hub import Hub
from mash.ids import new_id
from mash.partnerships import Partnership, get
from mash.web.concurrency import StaleVersion
from mash.web.pages import Form, render, see_other

from intake.domain.completeness import CONSENT_DECIDED_BY, CONSENT_RATIONALE
from intake.pages.portal_fields import (
    Collection,
    Document,
    Stage,
    Step,
    answers,
    digest,
    filled,
    part_of,
    put,
    read,
    seen,
    without,
)
from intake.usecases import drafts
from intake.usecases.drafts import Keeping
from intake.usecases.receipts import in_danger

CHECK = "check"
_NO_WORDS = ("seen", "once", "later", "add")
_CONSENT = {CONSENT_RATIONALE.id: "consent.rationale", CONSENT_DECIDED_BY.id: "consent.decided_by"}


class NoSuchPage(NotFound):
    """The form has no such page."""

    def __init__(self) -> None:
        super().__init__("The form has no such page.")


class Whole(Protocol):
    """Puts a document in order, as the JSON route does."""

    def __call__(self, document: Document, /) -> Document: ...


@dataclass(frozen=True)
class Journey:
    """One of the two forms: its layout, where one leaves it to, its pages, and how it is put in order.

    ``begin_again`` leads home whoever finds no draft any more; ``if_sent`` says what they do if it was sent.
    """

    layout: str
    home: str
    stages: tuple[Stage, ...]
    whole: Whole
    last: tuple[str, ...]
    begin_again: str
    if_sent: str

    def stage(self, name: str) -> Stage:
        """The page of that name. Raises :class:`NoSuchPage`."""
        for one in self.stages:
            if one.name == name:
                return one
        raise NoSuchPage

    def step_of(self, name: str) -> Step:
        """The page of that name that is not about several of something."""
        found = self.stage(name)
        if isinstance(found, Collection):
            raise NoSuchPage
        return found

    def entry_of(self, name: str, step: str) -> tuple[Collection, Step]:
        """The page about one of several. Raises :class:`NoSuchPage`."""
        stage = self.stage(name)
        found = stage.step(step) if isinstance(stage, Collection) else None
        if found is None or not isinstance(stage, Collection):
            raise NoSuchPage
        return stage, found

    def order(self, partnership: Partnership) -> list[str]:
        """The names of all pages in the order in which they come."""
        asked = [one for one in self.stages if isinstance(one, Collection) or one.when(partnership)]
        return [*(one.name for one in asked), *self.last]


@dataclass(frozen=True)
class Opened:
    """A draft as somebody has it before them. Its pages are at ``base``; a change leads to ``then``."""

    journey: Journey
    request: Request
    hub: Hub
    caller: Caller
    keeping: Keeping
    id: UUID
    base: str
    then: str | None
    shown: Mapping[str, Any]

    @property
    def document(self) -> Document:
        found: Document = self.shown["document"]
        return found

    @property
    def partnership(self) -> Partnership:
        return get(self.shown["partnership"])

    def at(self, *steps: object) -> str:
        """The address of a page, from which a change goes where this one does."""
        path = "/".join([self.base, *(str(one) for one in steps)])
        return path + (f"?then={self.then}" if self.then else "")

    def after(self, name: str) -> str:
        """Where one goes on to from a page."""
        order = self.journey.order(self.partnership)
        return f"{self.base}/{CHECK}" if self.then else f"{self.base}/{order[order.index(name) + 1]}"

    def before(self, name: str) -> str:
        """Where one goes back to."""
        order = self.journey.order(self.partnership)
        place = order.index(name)
        return (
            f"{self.base}/{CHECK}"
            if self.then
            else f"{self.base}/{order[place - 1]}"
            if place
            else self.journey.home
        )

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """A page of the form."""
        known = {"layout": self.journey.layout, "draft": self, "partnership": self.partnership}
        return render(self.request, template, status, **known, **context)

    def entries(self, collection: Collection) -> list[dict[str, Any]]:
        """What there is of something that there may be several of."""
        found: list[dict[str, Any]] = self.document.get(collection.section, [])
        return found

    def require_entry(self, collection: Collection, number: int, *, may_be_next: bool) -> None:
        """Refuse a number that there is none of. Raises :class:`NoSuchPage`."""
        held = len(self.entries(collection))
        if not 1 <= number <= min(held + may_be_next, collection.most):
            raise NoSuchPage


async def open_draft(
    journey: Journey,
    request: Request,
    hub: Hub,
    caller: Caller,
    keeping: Keeping,
    draft_id: UUID,
    base: str,
    then: str | None = None,
) -> Opened:
    """Open a draft for one of its pages. Raises ``NoSuchDraft``."""
    async with hub.transaction(caller) as tx:
        shown = await drafts.view(tx, caller, keeping, draft_id)
    return Opened(journey, request, hub, caller, keeping, draft_id, base, then, shown)


def show_stage(draft: Opened, name: str) -> Response:
    """A page of the form, or the list of what there may be several of."""
    stage = draft.journey.stage(name)
    if isinstance(stage, Collection):
        return _list(draft, stage)
    return _step(draft, stage, filled(stage, part_of(draft.document, stage)))


def show_entry(draft: Opened, name: str, number: int, step: str) -> Response:
    """A page about one of several; the number after the last begins another."""
    collection, found = draft.journey.entry_of(name, step)
    draft.require_entry(collection, number, may_be_next=found is collection.steps[0])
    form = filled(found, part_of(draft.document, found, number))
    return _step(draft, found, form, collection=collection, number=number)


async def save_stage(draft: Opened, name: str, form: Form) -> Response:
    """Save a page of the form, and go on."""
    step = draft.journey.step_of(name)
    if not await _save(draft, step, form):
        return _step(draft, step, form)
    return see_other(_leaving(draft, form) or draft.after(name))


async def save_entry(draft: Opened, name: str, number: int, step: str, form: Form) -> Response:
    """Save a page about one of several, and go on to its next page or back to the list."""
    collection, found = draft.journey.entry_of(name, step)
    draft.require_entry(collection, number, may_be_next=found is collection.steps[0])
    if not await _save(draft, found, form, collection, number):
        return _step(draft, found, form, collection=collection, number=number)
    following = collection.steps[collection.steps.index(found) + 1 :]
    onward = draft.at(name, number, following[0].name) if following else draft.at(name)
    return see_other(_leaving(draft, form) or onward)


def ask_removal(draft: Opened, name: str, number: int) -> Response:
    """Ask whether one of several is to go."""
    collection = _several(draft, name, number)
    entry = draft.entries(collection)[number - 1]
    return draft.page(
        "portal/remove.html",
        collection=collection,
        title=collection.title_of(entry, number),
        seen=digest(entry),
        action=draft.at(name, number, "remove"),
        back=draft.at(name),
    )


async def remove(draft: Opened, name: str, number: int, form: Form) -> Response:
    """Take one of several away, if it is still the one that was asked about."""
    collection = _several(draft, name, number)

    def alter(document: Document) -> Document:
        entries = document.get(collection.section, ())
        if not number <= len(entries) or digest(entries[number - 1]) != form.text("seen"):
            raise StaleVersion("The form", current=0, changed=[collection.title])
        return draft.journey.whole(without(document, collection.section, number))

    await _change(draft, alter)
    return see_other(draft.at(name))


def _several(draft: Opened, name: str, number: int) -> Collection:
    stage = draft.journey.stage(name)
    if not isinstance(stage, Collection):
        raise NoSuchPage
    draft.require_entry(stage, number, may_be_next=False)
    return stage


def _leaving(draft: Opened, form: Form) -> str | None:
    return draft.at("later") if form.said("later") else None


async def _save(
    draft: Opened, step: Step, form: Form, collection: Collection | None = None, number: int | None = None
) -> bool:
    """Save what a page says; return whether it could be, with what is wrong in the form."""
    said = read(step, form)
    form.body(step.schema, said, labels={one.name: one.label for one in step.fields})
    if form.errors:
        return False

    def alter(document: Document) -> Document:
        before = part_of(document, step, number)
        mine = {name: value for name, value in before.items() if name in step.names()}
        if seen(before, step) != form.text("seen") and mine != said:
            raise StaleVersion("The form", current=0, changed=[step.title])
        if collection and number and number > len(document.get(collection.section, ())):
            if not said and not collection.may_be_empty:
                return document
            if collection.has_label:
                return draft.journey.whole(put(document, step, {"id": str(new_id()), **said}, number))
        return draft.journey.whole(put(document, step, said, number))

    try:
        await _change(draft, alter)
    except (Invalid, StaleVersion) as refusal:
        form.refuse(refusal, _own_fields(refusal, step, number))
        return False
    return True


async def _change(draft: Opened, alter: Any) -> None:
    async with draft.hub.transaction(draft.caller) as tx:
        await drafts.change(tx, draft.caller, draft.keeping, draft.id, alter)


def _own_fields(refusal: Exception, step: Step, number: int | None) -> dict[str, str]:
    """A fault of this page's own is said at its field, and another page's for the form as a whole."""
    where = getattr(refusal, "field", None) or ""
    section, _, name = where.rpartition(".")
    is_own = name in step.names() and section == (f"{step.section}.{number - 1}" if number else step.section)
    return {where: name if is_own else ""} if where else {}


def _step(
    draft: Opened,
    step: Step,
    form: Form,
    *,
    collection: Collection | None = None,
    number: int | None = None,
) -> Response:
    place = [collection.name, number, step.name] if collection else [step.name]
    part = part_of(draft.document, step, number)
    status = 412 if form.stale else 422 if form.errors else 200
    return draft.page(
        "portal/step.html",
        status,
        step=step,
        form=form,
        fields=[(one, one.choices(draft.partnership, draft.document)) for one in step.fields],
        # Whoever sees what was changed meanwhile may send theirs again on that.
        seen=seen(part, step) if form.stale else form.text("seen") or seen(part, step),
        now=answers(step, part, draft.partnership, draft.document) if form.stale else [],
        action=draft.at(*place),
        caption=collection.title_of(part, number or 0) if collection else None,
        back=draft.at(collection.name) if collection else draft.before(step.name),
    )


def _list(draft: Opened, collection: Collection) -> Response:
    entries = draft.entries(collection)
    first = collection.steps[0].name
    return draft.page(
        "portal/list.html",
        collection=collection,
        entries=[
            {
                "title": collection.title_of(entry, number),
                "change": draft.at(collection.name, number, first),
                "remove": draft.at(collection.name, number, "remove"),
            }
            for number, entry in enumerate(entries, 1)
        ],
        another=draft.at(collection.name, len(entries) + 1, first)
        if len(entries) < collection.most
        else None,
        onward=draft.after(collection.name),
        back=draft.before(collection.name),
    )


def blocks(
    journey: Journey, partnership: Partnership, document: Document, base: str | None
) -> Iterator[dict[str, Any]]:
    """All that a form says, page by page, each with where it is changed if it still can be."""
    known = (partnership, document)
    for name in journey.order(partnership):
        if name in journey.last:
            continue
        stage = journey.stage(name)
        href = f"{base}/{name}?then={CHECK}" if base else None
        if isinstance(stage, Step):
            rows = answers(stage, part_of(document, stage), *known)
            yield {"title": stage.title, "rows": rows, "entries": [], "href": href}
        else:
            entries = [
                {
                    "title": stage.title_of(entry, number),
                    "rows": [row for step in stage.steps for row in answers(step, entry, *known)],
                }
                for number, entry in enumerate(document.get(stage.section, ()), 1)
            ]
            yield {"title": stage.title, "rows": [], "entries": entries, "href": href}


def missing_links(draft: Opened) -> list[dict[str, str]]:
    """What a good referral holds and this one does not, each with the page where it is asked."""
    return [item | {"href": _page_of(draft, item["id"])} for item in draft.shown["missing"]]


def _page_of(draft: Opened, item: str) -> str:
    listed = draft.partnership.completeness.get(item)
    paths = listed.paths if listed else [_CONSENT[item]] if item in _CONSENT else []
    for path in paths:
        section, _, member = path.replace(".*", "").partition(".")
        for stage in draft.journey.stages:
            fields = stage.names() if isinstance(stage, Step) else set()
            at_root = isinstance(stage, Step) and not stage.section and section in fields
            if at_root or (stage.section == section and (not fields or not member or member in fields)):
                return f"{draft.base}/{stage.name}?then={CHECK}"
    return f"{draft.base}/{CHECK}"


def whom_to_ring(hub: Hub, partnership: Partnership) -> dict[str, Any]:
    """Whom to ring when a child is in danger, by the clock, with the duty line's number if there is one."""
    shown = in_danger(partnership, is_shut=not is_open(hub.clock(), partnership.hours))
    front = partnership.front_door
    return {**shown, "hub": front.name, "title": partnership.title, "telephone": front.telephone}


def gone(request: Request, journey: Journey, form: Form) -> Response:
    """The form that somebody wrote in was sent or deleted meanwhile: give back what they wrote."""
    typed = [value for name in form.values if name not in _NO_WORDS for value in form.all(name)]
    return render(request, "portal/gone.html", 404, layout=journey.layout, journey=journey, typed=typed)
