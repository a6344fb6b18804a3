"""What people write of a screening: the analysis, in the words of the partnership's framework, and a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import HubStaff, Screener, SocialWorker
from mash.web import HubDep
from mash.web.pages import Asker, Form, page_router, see_other

from screening.api.bodies import AnalysisBody, NoteBody
from screening.pages.opened import Opened, kept_in, open_screening, show
from screening.usecases.recording import add_worker_note, write_analysis

router = page_router()

# The questions that every analysis asks, whatever framework is practised.
EVERYWHERE: Final = (
    ("lived_experience", "The child's day-to-day life"),
    ("worries", "What are we worried about?"),
    ("working_well", "What is working well?"),
    ("what_needs_to_happen", "What needs to happen?"),
)
NOTE_SAYS: Final[Mapping[str, str]] = {
    "spoke_to_parents": "spoke_to_parents: Say whether you spoke to the parents",
    "parents": "parents: Write what the parents said, or why they were not spoken to",
    "level": "level: Choose the level that you recommend",
    "pathway": "pathway: Choose what you recommend",
    "analysis": "analysis: Write what you found",
}
MOST_CHILDREN: Final = 30


@router.get("/screenings/{contact_id}/note")
async def get_note_form(
    contact_id: UUID, request: Request, caller: SocialWorker, hub: HubDep, asker: Asker
) -> Response:
    """Ask for what a social worker found."""
    return show(request, "note.html", await open_screening(caller, hub, asker, contact_id))


@router.post("/screenings/{contact_id}/note")
async def post_note_form(
    contact_id: UUID, request: Request, caller: SocialWorker, hub: HubDep, asker: Asker
) -> Response:
    """Keep the note, and give the contact back to the manager."""
    form = await Form.read(request)
    version = form.version()
    spoke = {"yes": True, "no": False}.get(form.text("spoke_to_parents"))
    level = form.whole_number("level", "Choose the level that you recommend")
    given = {name: form.text(name) for name in ("parents", "pathway", "analysis")}
    body = form.body(NoteBody, {**given, "spoke_to_parents": spoke, "level": level}, NOTE_SAYS)
    if body is not None:
        with kept_in(form):
            async with hub.transaction(caller) as tx:
                await add_worker_note(tx, caller, contact_id, version, body.model_dump())
            return see_other(f"/screenings/{contact_id}")
    return show(request, "note.html", await open_screening(caller, hub, asker, contact_id, form), form)


@router.get("/screenings/{contact_id}/analysis")
async def get_analysis_form(
    contact_id: UUID, request: Request, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show the analysis so far, to be gone on with."""
    opened = await open_screening(caller, hub, asker, contact_id)
    return _analysis(request, opened, _written(opened))


@router.post("/screenings/{contact_id}/analysis")
async def post_analysis_form(
    contact_id: UUID, request: Request, caller: Screener, hub: HubDep, asker: Asker
) -> Response:
    """Keep the analysis, in place of the one before."""
    form = await Form.read(request)
    version = form.version()
    body = form.body(AnalysisBody, _given(form), _members(form), _labels(form))
    if body is not None:
        with kept_in(form):
            async with hub.transaction(caller) as tx:
                await write_analysis(tx, caller, contact_id, version, body.model_dump())
            return see_other(f"/screenings/{contact_id}")
    return _analysis(request, await open_screening(caller, hub, asker, contact_id, form), form)


def _analysis(request: Request, opened: Opened, form: Form) -> Response:
    framework = opened.partnership.practice_framework
    now_written = _now_written(opened, form) if form.stale else {}
    return show(
        request,
        "analysis.html",
        opened,
        form,
        everywhere=EVERYWHERE,
        framework=framework,
        parts=_parts(form),
        now_written=now_written,
    )


def _parts(form: Form) -> list[tuple[str, str]]:
    """The parts of the form: the family as a whole, then each child by the name that was given them."""
    children = [(f"child{number}-", form.text(f"child{number}-child")) for number in range(MOST_CHILDREN)]
    return [("", "The family as a whole"), *((prefix, name) for prefix, name in children if name)]


def _written(opened: Opened) -> Form:
    """The form as the analysis stands, with a part for each child that it or the contact names."""
    written = opened.screening.analysis or {}
    parts = written.get("children", ())
    children = dict(zip(_told_apart([one["child"] for one in parts]), parts, strict=True))
    known = opened.header.children if opened.header else ()
    for name in _told_apart([one.name or f"Child {number}" for number, one in enumerate(known, 1)]):
        children.setdefault(name, {})
    values = _fields("", written)
    for number, (name, part) in enumerate(list(children.items())[:MOST_CHILDREN]):
        values |= {f"child{number}-child": name, **_fields(f"child{number}-", part)}
    return Form.of(values)


def _told_apart(names: Sequence[str]) -> list[str]:
    """The names, with a number after one that comes again, as of unborn twins."""
    found: list[str] = []
    for name in names:
        number, own = 1, name
        while own in found:
            number += 1
            own = f"{name} ({number})"
        found.append(own)
    return found


def _fields(prefix: str, part: Mapping[str, Any]) -> dict[str, object]:
    own = {prefix + name: part.get(name) for name, _ in EVERYWHERE}
    return {**own, **{f"{prefix}framework-{id}": words for id, words in part.get("framework", {}).items()}}


def _given(form: Form) -> dict[str, Any]:
    """The form as the JSON door takes it; a child of whom nothing is written is left out."""
    children = [{"child": name, **_part(form, prefix)} for prefix, name in _said_of(form)]
    return {**_part(form, ""), "children": children}


def _said_of(form: Form) -> list[tuple[str, str]]:
    return [(prefix, name) for prefix, name in _parts(form)[1:] if any(_part(form, prefix).values())]


def _members(form: Form) -> dict[str, str]:
    """The field that each member of a child's part came from: the form numbers children otherwise."""
    found: dict[str, str] = {}
    for number, (prefix, _) in enumerate(_said_of(form)):
        part = _part(form, prefix)
        inner = [*(name for name, _ in EVERYWHERE), *(f"framework.{id}" for id in part["framework"])]
        found |= {f"children.{number}.{name}": prefix + name.replace(".", "-") for name in inner}
    return found


def _labels(form: Form) -> dict[str, str]:
    """What the fields are called in an error: whom it is about, and which question."""
    return {
        name: f"{whom}: {dict(EVERYWHERE).get(name.removeprefix(prefix), 'a question of the framework')}"
        for prefix, whom in _parts(form)
        for name in _fields(prefix, _part(form, prefix))
    }


def _part(form: Form, prefix: str) -> dict[str, Any]:
    start = f"{prefix}framework-"
    framework = {
        name.removeprefix(start): form.text(name)
        for name in form.values
        if name.startswith(start) and form.text(name)
    }
    return {**{name: form.optional(prefix + name) for name, _ in EVERYWHERE}, "framework": framework}


def _now_written(opened: Opened, form: Form) -> dict[str, str]:
    """The analysis as somebody else has written it meanwhile, by the form's own fields for each child.

    A child whom the form does not have is added to it, with what is written of them.
    """
    now = _written(opened)
    own = {name: prefix for prefix, name in _parts(form)[1:]}
    found = _fields("", _part(now, ""))
    for there, name in _parts(now)[1:]:
        part = _part(now, there)
        if name not in own:
            own[name] = f"child{_free_number(form)}-"
            form.values |= Form.of({f"{own[name]}child": name, **_fields(own[name], part)}).values
        found |= _fields(own[name], part)
    return {name: str(words) for name, words in found.items() if words}


def _free_number(form: Form) -> int:
    free = (number for number in range(MOST_CHILDREN) if not form.text(f"child{number}-child"))
    return next(free, MOST_CHILDREN)
