"""The special tools, each a form made from the tool's own data; every use of one is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import HubStaff, Screener
from mash.partnerships.assessment import NOTED
from mash.partnerships.rules import Value
from mash.partnerships.tools import Evidence, Tool
from mash.web import HubDep
from mash.web.pages import Asker, Form, page_router, see_other

from screening.api.tool_forms import ToolBody
from screening.domain.tool_results import ToolResult
from screening.domain.tools import facts_beside, tool_of
from screening.pages.opened import Opened, kept_in, open_screening, show
from screening.usecases.assessing import look_at_tools, use_tool

router = page_router()

# The name of an answer's field is this before the question's own.
ANSWER: Final = "answer-"
SHOWN_AS: Final[Mapping[bool, str]] = {True: "yes", False: "no"}


@router.get("/screenings/{contact_id}/tools/{tool}")
async def get_tool_form(
    contact_id: UUID, tool: str, request: Request, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show a tool as it was last used on the contact, and every use of it."""
    opened = await open_screening(caller, hub, asker, contact_id)
    known = tool_of(opened.partnership, tool)
    async with hub.transaction(caller) as tx:
        _, results = await look_at_tools(tx, caller, contact_id)
    uses = [one for one in results if one.tool == tool]
    return _page(request, opened, known, uses, _used(known, uses))


@router.post("/screenings/{contact_id}/tools/{tool}")
async def post_tool_form(
    contact_id: UUID, tool: str, request: Request, caller: Screener, hub: HubDep, asker: Asker
) -> Response:
    """Use a tool, and show what it made of what was found."""
    form = await Form.read(request)
    version = form.version()
    opened = await open_screening(caller, hub, asker, contact_id)
    known = tool_of(opened.partnership, tool)
    says = {f"answers.{name}": ANSWER + name for name in known.questions}
    body = form.body(ToolBody, _given(form, known), says)
    if body is not None and not form.errors:
        with kept_in(form, says):
            async with hub.transaction(caller) as tx:
                await use_tool(
                    tx, caller, contact_id, version, name=tool, found=body.found(), child=body.child
                )
            return see_other(f"/screenings/{contact_id}/tools/{tool}")
    opened = await open_screening(caller, hub, asker, contact_id, form)
    async with hub.transaction(caller) as tx:
        _, results = await look_at_tools(tx, caller, contact_id)
    return _page(request, opened, known, [one for one in results if one.tool == tool], form)


def _page(request: Request, opened: Opened, tool: Tool, uses: Sequence[ToolResult], form: Form) -> Response:
    facts = facts_beside(opened.screening, opened.thresholds)
    return show(
        request,
        "tool.html",
        opened,
        form,
        tool=tool,
        groups=_groups(tool),
        known={
            name: _shown(facts.values[question.fact])
            for name, question in tool.questions.items()
            if question.fact and question.fact in facts.values
        },
        uses=[(one, one in opened.screening.tools) for one in reversed(uses)],
        children=[child.name for child in (opened.header.children if opened.header else ()) if child.name],
        alerts=opened.partnership.alerts,
        outcomes=opened.partnership.outcomes,
    )


def _groups(tool: Tool) -> list[tuple[str, str, list[Evidence]]]:
    """The evidence to tick, by its group or, where the tool has none, by its band: the gravest first.

    What an answer alone can show is there too: somebody may know it without knowing the figure.
    """
    found: dict[tuple[str, str], list[Evidence]] = {}
    order = list(tool.bands)
    for one in sorted(tool.evidence.values(), key=lambda one: -(order.index(one.band) if one.band else -1)):
        if one.group:
            key = (one.group, tool.groups[one.group])
        else:
            key = (one.band or "any", tool.bands[one.band].title if one.band else "Other evidence")
        found.setdefault(key, []).append(one)
    return [(id, title, evidence) for (id, title), evidence in found.items()]


def _used(tool: Tool, uses: Sequence[ToolResult]) -> Form:
    """The form as the tool was last used; answers of its version that it no longer asks for are left out."""
    if not uses:
        return Form()
    last = uses[-1]
    answers = {ANSWER + name: _shown(value) for name, value in last.assessment.answers.items()}
    noted = [one.id for one in last.assessment.grounds if one.why == NOTED and one.id in tool.evidence]
    return Form.of({"child": last.child or "", "evidence": noted, **answers})


def _shown(value: Value) -> str:
    return SHOWN_AS[value] if isinstance(value, bool) else str(value)


def _given(form: Form, tool: Tool) -> dict[str, Any]:
    """The form as the JSON door takes it; what is left empty is not answered."""
    answers = {name: _answer(form, name, question.kind) for name, question in tool.questions.items()}
    return {
        "child": form.optional("child"),
        "evidence": form.all("evidence"),
        "answers": {name: value for name, value in answers.items() if value is not None},
        "band": form.optional("band"),
        "judgement": form.optional("judgement"),
    }


def _answer(form: Form, name: str, kind: str) -> Value | None:
    field = ANSWER + name
    if kind == "number":
        return form.whole_number(field, "Give a whole number")
    if kind == "flag":
        return {"yes": True, "no": False}.get(form.text(field))
    return form.optional(field)
