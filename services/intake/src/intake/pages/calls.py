"""A contact officer writes down a telephone call or a walk-in while they listen."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, ContactOfficer
from mash.calendar import in_london, is_open
from mash.calendar.london import LONDON
from mash.errors import Invalid
from mash.hub import Hub
from mash.partnerships import Partnership, get
from mash.web import HubDep, fingerprint, once
from mash.web.idempotency import KeyUsedForAnotherRequest
from mash.web.pages import Form, page_router, render, see_other

from intake.api.form_parts import Child, Person
from intake.api.forms import CallForm, PartnershipName
from intake.api.scope import partnership_for
from intake.pages.contact_fields import AGREED, CONCERN_OPTIONS, Section, kinds_of_referrer
from intake.pages.corrections import Rows, rearranged, said_in
from intake.pages.portal_fields import Field
from intake.usecases.log_call import log_call, tell_caller
from intake.usecases.receipts import in_danger

router = page_router()

_AGE: Final = Field("estimated_age_years", "number", "About how old, if the date is not known")
CHILDREN: Final = Section(
    "children",
    "The children",
    Child,
    (
        Field("given", "text", "First name"),
        Field("family", "text", "Last name"),
        Field("dob", "day", "Date of birth", "Leave empty what is not known"),
        _AGE,
        Field("edd", "day", "Due date, if not born yet", "For example, 27 3 2027"),
        Field("school", "text", "School or nursery"),
    ),
    "child",
    20,
)
HOUSEHOLD: Final = Section(
    "household",
    "Who else is at home",
    Person,
    (
        Field("given", "text", "First name"),
        Field("family", "text", "Last name"),
        Field("relationship", "text", "Who they are to the child", "For example, mother"),
        Field("dob", "day", "Date of birth", "Leave empty what is not known"),
    ),
    "person",
    40,
)
_LISTS: Final = (CHILDREN, HOUSEHOLD)
_SAYS: Final = {
    "": "concern-narrative: Write what the concern is, or who the child is",
    "received_at": "received",
}
# As the page calls them.
_LABELS: Final = {
    "concern-narrative": "What they are worried about",
    "referrer-name": "Their name",
    "referrer-role": "Their job",
    "referrer-agency": "Where they work",
    "referrer-telephone": "Their telephone number",
    "referrer-email": "Their e-mail address",
    "address": "The family’s address",
    "telephone": "A telephone number for the family",
    "consent-rationale": "Why they were not told",
    "consent-decided_by": "Who decided that",
    "advised": "What you advised them to do",
    "received": "The day of the call",
}
_CHANNELS: Final = (("telephone", "Telephone"), ("walk_in", "They came in"))


@router.get("/calls/new")
async def get_new(
    request: Request, officer: ContactOfficer, hub: HubDep, partnership: PartnershipName | None = None
) -> Response:
    """Show the form, with room for one child and one adult; first ask for whom, where that is not plain."""
    served = _served(hub, officer)
    if partnership is None and len(served) > 1:
        return render(request, "calls/whose.html", partnerships=served)
    form = Form.of(channel="telephone")
    for section in _LISTS:
        form = Rows(section).with_one_more(form)
    return _page(request, hub, officer, partnership_for(hub, officer, partnership), form)


@router.post("/calls/new")
async def post_new(request: Request, officer: ContactOfficer, hub: HubDep) -> Response:
    """Log the call, or show the form with a child or an adult more or less."""
    form = await Form.read(request)
    partnership = partnership_for(hub, officer, form.optional("partnership"))
    which, _, change = form.text("change").partition(":")
    for section in _LISTS:
        if change and section.name == which:
            return _page(request, hub, officer, partnership, rearranged(section, form, change))
    said = _said(form, partnership, hub.clock())
    body = form.body(CallForm, said, _SAYS, _labels(form)) if not form.errors else None
    if body is not None:
        try:
            contact_id = await _log(hub, officer, partnership, body, form.once())
        except (Invalid, KeyUsedForAnotherRequest) as refusal:
            form.refuse(refusal, {"received_at": "received"})
        else:
            return see_other(f"/calls/{contact_id}")
    return _page(request, hub, officer, partnership, form)


@router.get("/calls/{contact_id}")
async def get_logged(request: Request, officer: ContactOfficer, hub: HubDep, contact_id: UUID) -> Response:
    """Show the reference, and what to tell the caller before they hang up."""
    async with hub.transaction(officer) as tx:
        receipt = await tell_caller(tx, officer, contact_id)
    return render(request, "calls/logged.html", receipt=receipt)


async def _log(hub: Hub, officer: Caller, partnership: Partnership, body: CallForm, key: str) -> str:
    async with hub.transaction(officer) as tx:
        receipt, _ = await once(
            tx,
            officer,
            key,
            fingerprint(body),
            lambda: log_call(
                tx,
                officer,
                partnership,
                body.document(),
                channel=body.channel,
                received_at=body.received_at,
                immediate_child_protection=body.immediate_child_protection,
            ),
        )
    return str(receipt["contact_id"])


def _served(hub: Hub, officer: Caller) -> list[Partnership]:
    return [get(name) for name in sorted(officer.partnerships & set(hub.settings.partnerships))]


def _said(form: Form, partnership: Partnership, now: datetime) -> dict[str, Any]:
    referrer = _filled(form, "referrer", ("name", "role", "agency", "kind", "telephone", "email")) | {
        "safe_to_write": not form.said("unsafe")
    }
    concern = {
        "narrative": form.optional("concern-narrative"),
        "types": form.all("concern-types"),
        "immediate_danger": form.said("immediate_danger"),
    }
    return {
        "partnership": partnership.name,
        "channel": form.text("channel"),
        "received_at": _received_at(form, now),
        "immediate_child_protection": form.said("immediate_child_protection"),
        "referrer": referrer,
        "address": form.optional("address"),
        "telephone": form.optional("telephone"),
        "concern": concern,
        "consent": _filled(form, "consent", ("told", "rationale", "decided_by", "agreed")),
        "advised": form.optional("advised"),
        **said_in(CHILDREN, form),
        **said_in(HOUSEHOLD, form),
    }


def _labels(form: Form) -> dict[str, str]:
    children, household = (section.labels(Rows(section).count(form)) for section in _LISTS)
    return _LABELS | children | household


def _filled(form: Form, section: str, names: tuple[str, ...]) -> dict[str, object]:
    return {name: text for name in names if (text := form.text(f"{section}-{name}"))}


def _received_at(form: Form, now: datetime) -> datetime | None:
    """When the call came, if that was not just now."""
    on, typed = form.day("received", "The day of the call"), form.text("time")
    if on is None and not typed:
        return None
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]?([0-5]\d)", typed, re.ASCII)
    if found is None:
        form.fail("time", "Enter the time of the call on the 24-hour clock, such as 14:05")
        return None
    day = on or in_london(now).date()
    return datetime.combine(day, time(int(found[1]), int(found[2])), LONDON)


def _page(request: Request, hub: Hub, officer: Caller, partnership: Partnership, form: Form) -> Response:
    lists = [
        (section, [section.step(number).fields for number in Rows(section).numbers(form)])
        for section in _LISTS
    ]
    return render(
        request,
        "calls/new.html",
        422 if form.errors else 200,
        form=form,
        partnership=partnership,
        is_one_of_several=len(_served(hub, officer)) > 1,
        lists=lists,
        channels=_CHANNELS,
        kinds=kinds_of_referrer(partnership, {}),
        concerns=CONCERN_OPTIONS,
        told=[(name, one.text) for name, one in partnership.consent_options.items()],
        agreed=AGREED,
        danger=in_danger(partnership, is_shut=not is_open(hub.clock(), partnership.hours)),
    )
