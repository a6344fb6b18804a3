"""What a screener found: indicators by domain and level, criteria, concerns and facts, kept as one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import HubStaff, Screener
from mash.partnerships import Partnership
from mash.partnerships.vocabulary import CONCERNS, FACTS
from mash.web import HubDep
from mash.web.pages import Asker, Form, page_router, see_other

from screening.api.bodies import MOST, FindingsBody
from screening.domain.findings import AGREEMENT, Findings
from screening.domain.screening import Screening
from screening.pages.document import domains_of, only_with
from screening.pages.opened import Opened, kept_in, open_screening, show
from screening.usecases.recording import record_findings

router = page_router()

# The name of a fact's field is this before the fact's own.
FACT: Final = "fact-"
# What the contact itself settles: nobody is asked for it here, and what was recorded of it is kept.
SETTLED: Final = ("referrer_kind", "source_code", "unborn")
YES_OR_NO: Final = (("yes", "Yes"), ("no", "No"))
SAID_AS: Final[Mapping[str, str]] = {"yes": "Yes", "no": "No", "not_asked": "Not asked"}


@router.get("/screenings/{contact_id}/findings")
async def get_findings_form(
    contact_id: UUID, request: Request, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show what was found so far, to be changed."""
    opened = await open_screening(caller, hub, asker, contact_id)
    return _page(request, opened, _recorded(opened.screening))


@router.post("/screenings/{contact_id}/findings")
async def post_findings_form(
    contact_id: UUID, request: Request, caller: Screener, hub: HubDep, asker: Asker
) -> Response:
    """Record what was found, or show only the indicators with some words, with every tick kept."""
    form = await Form.read(request)
    version = form.version()
    if form.text("do") == "find":
        opened = await open_screening(caller, hub, asker, contact_id)
        return _page(request, opened, form, find=form.text("words"))
    body = form.body(FindingsBody, _given(form), {"indicators": "indicators: Tick fewer indicators"})
    if body is not None and not form.errors:
        with kept_in(form, {f"facts.{name}": f"{FACT}{name}" for name in FACTS}):
            async with hub.transaction(caller) as tx:
                await record_findings(tx, caller, contact_id, version, body.findings())
            return see_other(f"/screenings/{contact_id}")
    opened = await open_screening(caller, hub, asker, contact_id, form)
    return _page(request, opened, form)


def _page(request: Request, opened: Opened, form: Form, find: str = "") -> Response:
    chosen = frozenset(form.all("indicators"))
    domains = domains_of(opened.partnership.name, opened.thresholds.version)
    shown = only_with(domains, find) if find else domains
    seen = {one.id for domain in shown for level in domain.levels for one in level.indicators}
    return show(
        request,
        "findings.html",
        opened,
        form,
        domains=shown,
        chosen=chosen,
        # Ticks that a search leaves out of sight are sent along all the same.
        out_of_sight=sorted(chosen - seen),
        find=find,
        matches=len(seen),
        concerns=list(CONCERNS.items()),
        stated=sorted(CONCERNS.get(one, one) for one in opened.screening.facts.stated_concerns),
        facts=_asked(opened),
        settled={name: form.text(FACT + name) for name in SETTLED if form.text(FACT + name)},
        differences=_differences(opened, chosen) if form.stale else None,
    )


def _recorded(screening: Screening) -> Form:
    """The form as it was last recorded."""
    found = screening.findings
    facts = {FACT + name: _shown(value) for name, value in found.values.items()}
    return Form.of(
        {
            "indicators": sorted(found.indicators),
            "criteria": sorted(found.criteria),
            "concerns": sorted(found.concerns or ()),
            "stated": "keep" if found.concerns is None else "say",
            **facts,
        }
    )


def _shown(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _given(form: Form) -> dict[str, Any]:
    """The form as the JSON door takes it."""
    concerns = form.all("concerns")
    says = form.text("stated") == "say"
    if concerns and not says:
        form.fail("stated", "You ticked concerns: say that these are the concerns")
    facts = {name: _fact(form, name) for name in FACTS if form.text(FACT + name)}
    return {
        "indicators": form.all("indicators"),
        "criteria": form.all("criteria"),
        "concerns": concerns if says else None,
        "facts": {name: value for name, value in facts.items() if value is not None},
    }


def _fact(form: Form, name: str) -> bool | int | str | None:
    kind, words = FACTS[name]
    if kind is int:
        label = words[0].upper() + words[1:]
        number = form.whole_number(FACT + name, f"{label} must be a whole number")
        if number is not None and number > MOST:
            form.fail(FACT + name, f"{label} must be {MOST:,} at most")
            return None
        return number
    said = form.text(FACT + name)
    return said == "yes" if kind is bool else said


def _asked(opened: Opened) -> list[dict[str, Any]]:
    """The facts that are asked for, each with its choices and with what the contact says of it."""
    known = opened.screening.facts.values
    return [
        {
            "field": FACT + name,
            "label": words[0].upper() + words[1:],
            "options": _options(name, kind, opened.partnership),
            "known": SAID_AS.get(_shown(known[name]), _shown(known[name])) if name in known else None,
        }
        for name, (kind, words) in FACTS.items()
        if name not in SETTLED
    ]


def _options(name: str, kind: type, partnership: Partnership) -> list[tuple[str, str]]:
    """What can be chosen; nothing where a number is asked for."""
    if name == "agreement":
        return [(one, SAID_AS[one]) for one in AGREEMENT]
    if name == "request":
        return [(id, one.title) for id, one in partnership.requests.items()]
    return list(YES_OR_NO) if kind is bool else []


def _differences(opened: Opened, chosen: Collection[str]) -> dict[str, list[str]]:
    """Where the ticks sent differ from what somebody else has recorded meanwhile."""
    recorded: Findings = opened.screening.findings
    known = opened.thresholds.indicators
    return {
        "theirs": [known[id].text for id in sorted(recorded.indicators - set(chosen)) if id in known],
        "yours": [known[id].text for id in sorted(set(chosen) - recorded.indicators) if id in known],
    }
