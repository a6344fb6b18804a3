"""What people write of a screening: the analysis, in the words of the partnership's framework, and a note."""

from __future__ import annotations

from collections.abc import Mapping
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
    body = form.body(AnalysisBody, _given(form))
    if body is not None:
        with kept_in(form):
            async with hub.transaction(caller) as tx:
                await write_analysis(tx, caller, contact_id, version, body.model_dump())
            return see_other(f"/screenings/{contact_id}")
    return _analysis(request, await open_screening(caller, hub, asker, contact_id, form), form)


def _analysis(request: Request, opened: Opened, form: Form) -> Response:
    framework = opened.partnership.practice_framework
    return show(
        request,
        "analysis.html",
        opened,
        form,
        everywhere=EVERYWHERE,
        framework=framework,
        parts=_parts(form),
        now_written=_by_part(opened) if form.stale else {},
    )


def _parts(form: Form) -> list[tuple[str, str]]:
    """The parts of the form: the family as a whole, then each child by the name that was given them."""
    children = [(f"child{number}-", form.text(f"child{number}-child")) for number in range(MOST_CHILDREN)]
    return [("", "The family as a whole"), *((prefix, name) for prefix, name in children if name)]


def _written(opened: Opened) -> Form:
    """The form as the analysis stands, with a part for each child that it or the contact names."""
    written = opened.screening.analysis or {}
    children = {one["child"]: one for one in written.get("children", ())}
    for number, child in enumerate(opened.header.children if opened.header else (), 1):
        children.setdefault(child.name or f"Child {number}", {})
    values = _fields("", written)
    for number, (name, part) in enumerate(list(children.items())[:MOST_CHILDREN]):
        values |= {f"child{number}-child": name, **_fields(f"child{number}-", part)}
    return Form.of(values)


def _fields(prefix: str, part: Mapping[str, Any]) -> dict[str, object]:
    own = {prefix + name: part.get(name) for name, _ in EVERYWHERE}
    return {**own, **{f"{prefix}framework-{id}": words for id, words in part.get("framework", {}).items()}}


def _given(form: Form) -> dict[str, Any]:
    """The form as the JSON door takes it; a child of whom nothing is written is left out."""
    children = [
        {"child": name, **_part(form, prefix)} for prefix, name in _parts(form)[1:] if _says(form, prefix)
    ]
    return {**_part(form, ""), "children": children}


def _part(form: Form, prefix: str) -> dict[str, Any]:
    start = f"{prefix}framework-"
    framework = {
        name.removeprefix(start): form.text(name)
        for name in form.values
        if name.startswith(start) and form.text(name)
    }
    return {**{name: form.optional(prefix + name) for name, _ in EVERYWHERE}, "framework": framework}


def _says(form: Form, prefix: str) -> bool:
    part = _part(form, prefix)
    return any(part.values())


def _by_part(opened: Opened) -> dict[str, str]:
    """The analysis as somebody else has written it meanwhile, field by field."""
    return {name: values[0] for name, values in _written(opened).values.items() if values[0]}
