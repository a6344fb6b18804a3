"""Who looked: for the data protection officer, who opens no case but asks after every look at one."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, DataProtectionOfficer
from mash.audit.origin import PURPOSES
from mash.calendar import LONDON, in_london
from mash.errors import Invalid, NotFound
from mash.http import Unavailable
from mash.hub import Hub
from mash.partnerships import get
from mash.spreadsheets import safe_cell
from mash.web import HubDep, Page
from mash.web.audit import Look, LookAtCase, PersonAsked, looks_at, looks_by
from mash.web.pages import Asker, Asks, Form, page_router, render, see_other
from pydantic import AwareDatetime, BaseModel

from intake.api.audit import ChildForm
from intake.api.files import attachment
from intake.api.scope import partnership_for
from intake.usecases.find_child import by_identity, by_reference
from intake.usecases.name_cases import references_of

router = page_router()

OWN: Final = "intake"
OTHERS: Final = ("screening", "enquiry", "notifications")
ALERTS: Final = {"own_case": "A case of their own", "emergency_opening": "Opened in an emergency"}
DAYS: Final = 30
# More than anybody reads; a case or a person with more lines is told so on the page.
ROWS, MOST = 1000, 5000
TASKS: Final = 200
_LONGEST: Final = timedelta(days=366)
_SAYS: Final = {
    "": "reference: Enter either a reference, or who the child is",
    "reference": "reference: Enter a whole reference, such as HAV-26-0A1B2C3D",
    "person.given": "given",
    "person.family": "family",
    "person.dob": "dob",
    "person.nhs_number": "nhs_number: An NHS number has 10 digits",
}
_LABELS: Final = {"given": "First name", "family": "Last name", "dob": "Date of birth"}
_HEADINGS: Final = (
    "When",
    "Service",
    "Case",
    "Who",
    "What they did",
    "What for",
    "From where",
    "Only in a list",
)


class Alert(BaseModel):
    """A task that an access raised, as notifications has it."""

    contact_id: UUID
    reference: str | None
    kind: str
    words: str
    subject: str | None
    raised_at: AwareDatetime
    done_at: AwareDatetime | None


class Ask(Protocol):
    """Asks a service for a page of lines."""

    def __call__(self, service: str, cursor: str | None, /) -> Awaitable[Page[Any]]: ...


@dataclass(frozen=True)
class Lines:
    """The lines of all services together, and the services that did not answer or have still more."""

    looks: Sequence[Look]
    away: Sequence[str]
    cut: Sequence[str]


@router.get("/audit")
async def get_audit(request: Request, officer: DataProtectionOfficer, hub: HubDep, asker: Asker) -> Response:
    """Ask who looked, and show the accesses that were noticed."""
    return await _start(request, officer, hub, asker, Form())


@router.post("/audit/cases")
async def post_cases(request: Request, officer: DataProtectionOfficer, hub: HubDep, asker: Asker) -> Response:
    """Find the contacts of a child, by one of them or by who it is."""
    form = await Form.read(request)
    dob = form.day("dob", "Date of birth")
    names = {name: form.optional(name) for name in ("given", "family")}
    number = "".join(form.text("nhs_number").split())
    person = {name: value for name, value in {**names, "dob": dob, "nhs_number": number}.items() if value}
    reference = form.text("reference").upper() or None
    said = {"reference": reference, "person": person or None, "partnership": form.optional("partnership")}
    body = form.body(ChildForm, said, _SAYS, _LABELS) if not form.errors else None
    if body is not None:
        try:
            async with hub.transaction(officer) as tx:
                if body.reference is not None:
                    rows = await by_reference(tx, officer, body.reference)
                else:
                    partnership = partnership_for(hub, officer, body.partnership)
                    whom = body.person.model_dump(mode="json", exclude_none=True) if body.person else {}
                    rows = await by_identity(tx, partnership.name, whom)
            if len(rows) == 1:
                return see_other(f"/audit/cases/{rows[0].id}")
            return render(request, "who_looked/cases.html", contacts=rows)
        except (Invalid, NotFound) as refusal:
            form.fail("reference" if body.reference else "given", refusal.message)
    return await _start(request, officer, hub, asker, form)


@router.get("/audit/cases/{contact_id}")
async def get_case(
    request: Request, officer: DataProtectionOfficer, hub: HubDep, asker: Asker, contact_id: UUID
) -> Response:
    """Show every look at a case and every change of it, at all services."""
    lines = await _at_case(request, officer, asker, contact_id)
    async with hub.transaction(officer) as tx:
        names = await references_of(tx, officer, [contact_id])
    return render(
        request, "who_looked/case.html", contact_id=contact_id, lines=lines, names=names, purposes=PURPOSES
    )


@router.get("/audit/cases/{contact_id}/export")
async def get_case_export(
    request: Request, officer: DataProtectionOfficer, hub: HubDep, asker: Asker, contact_id: UUID
) -> Response:
    """Download the same as a table."""
    lines = await _at_case(request, officer, asker, contact_id)
    async with hub.transaction(officer) as tx:
        names = await references_of(tx, officer, [contact_id])
    return _as_csv(lines, names, contact_id)


@router.post("/audit/people")
async def post_people(
    request: Request, officer: DataProtectionOfficer, hub: HubDep, asker: Asker
) -> Response:
    """Show what somebody did with cases, or give it as a table."""
    form = await Form.read(request)
    asked = _person_asked(form, hub.clock())
    if asked is None:
        return await _start(request, officer, hub, asker, form)
    lines = await _by_person(request, officer, asker, asked)
    async with hub.transaction(officer) as tx:
        ids = {one.contact_id for one in lines.looks if isinstance(one, LookAtCase)}
        names = await references_of(tx, officer, sorted(ids))
    if form.text("do") == "export":
        return _as_csv(lines, names, None)
    return render(
        request, "who_looked/person.html", lines=lines, names=names, asked=asked, form=form, purposes=PURPOSES
    )


async def _start(request: Request, officer: Caller, hub: Hub, asker: Asks, form: Form) -> Response:
    served = officer.partnerships & set(hub.settings.partnerships)
    try:
        alerts = await _alerts(asker)
    except Unavailable:
        alerts = None
    return render(
        request,
        "who_looked/start.html",
        422 if form.errors else 200,
        form=form,
        alerts=sorted(alerts, key=lambda one: one.raised_at, reverse=True) if alerts else alerts,
        kinds=ALERTS,
        partnerships=[(name, get(name).title) for name in sorted(served)],
    )


async def _alerts(asker: Asks) -> list[Alert]:
    paths = [f"/v1/tasks?kind={kind}&open={which}" for kind in ALERTS for which in ("true", "false")]
    return [one for path in paths for one in await _tasks(asker, f"{path}&limit={TASKS}")]


async def _tasks(asker: Asks, path: str) -> list[Alert]:
    page = await asker.get("notifications", path, schema=Page[Alert])
    found = list(page.items)
    while page.next is not None and len(found) < MOST:
        page = await asker.get("notifications", f"{path}&cursor={page.next}", schema=Page[Alert])
        found += page.items
    return found


def _person_asked(form: Form, now: datetime) -> PersonAsked | None:
    until = form.day("until", "The last day") or in_london(now).date()
    since = form.day("since", "The first day") or until - timedelta(days=DAYS)
    if not form.text("subject"):
        form.fail("subject", "Enter the name that they sign in with")
    if form.errors:
        return None
    if not since <= until or until - since > _LONGEST:
        form.fail("until", "The last day must be within a year after the first")
        return None
    said = {
        "subject": form.text("subject"),
        "since": datetime.combine(since, time(), LONDON),
        "until": datetime.combine(until + timedelta(days=1), time(), LONDON),
    }
    return form.body(PersonAsked, said, labels={"subject": "The name that they sign in with"})


async def _at_case(request: Request, officer: Caller, asker: Asks, contact_id: UUID) -> Lines:
    hub, cases = request.app.state.hub, request.app.state.cases

    async def ask(service: str, cursor: str | None) -> Page[Look]:
        if service == OWN:
            return await looks_at(hub, officer, cases, contact_id, cursor, ROWS)
        path = f"/v1/audit/cases/{contact_id}?limit={ROWS}" + (f"&cursor={cursor}" if cursor else "")
        return await asker.get(service, path, schema=Page[Look])

    return await _gathered(ask)


async def _by_person(request: Request, officer: Caller, asker: Asks, asked: PersonAsked) -> Lines:
    hub, cases = request.app.state.hub, request.app.state.cases

    async def ask(service: str, cursor: str | None) -> Page[LookAtCase]:
        if service == OWN:
            return await looks_by(hub, officer, cases, asked, cursor, ROWS)
        path = f"/v1/audit/people?limit={ROWS}" + (f"&cursor={cursor}" if cursor else "")
        return await asker.post(service, path, asked, schema=Page[LookAtCase])

    return await _gathered(ask)


async def _gathered(ask: Ask) -> Lines:
    """The lines of all services, the newest first."""
    found: list[Look] = []
    away, cut = [], []
    for service in (OWN, *OTHERS):
        try:
            looks, has_more = await _all(ask, service)
        except NotFound:
            # Intake knows every case; another service may never have had this one.
            if service == OWN:
                raise
        except Unavailable:
            away.append(service)
        else:
            found += looks
            cut += [service] if has_more else []
    return Lines(sorted(found, key=lambda one: (one.at, one.id), reverse=True), away, cut)


async def _all(ask: Ask, service: str) -> tuple[list[Look], bool]:
    found: list[Look] = []
    cursor = None
    while len(found) < MOST:
        page = await ask(service, cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            break
    return found, cursor is not None


def _as_csv(lines: Lines, names: Mapping[UUID, str], contact_id: UUID | None) -> Response:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(_HEADINGS)
    for service, lacks in _gaps(lines):
        writer.writerow(["", service, "", "", lacks, "", "", ""])
    for one in lines.looks:
        about = one.contact_id if isinstance(one, LookAtCase) else contact_id
        cells = [
            in_london(one.at).isoformat(timespec="seconds"),
            one.service,
            names.get(about, str(about)) if about else "",
            one.subject,
            one.action,
            one.purpose or "",
            one.origin,
            "yes" if one.in_a_list else "no",
        ]
        writer.writerow([safe_cell(cell) for cell in cells])
    return attachment(target.getvalue().encode("utf-8-sig"), "who-looked.csv", "text/csv")


def _gaps(lines: Lines) -> Iterator[tuple[str, str]]:
    """What the table lacks, as whoever is given it sees no page that says so."""
    for service in lines.away:
        yield service, f"{service} did not answer: what was seen there is not in this table"
    for service in lines.cut:
        yield service, f"{service} has older lines that are not in this table"
