"""The reports as pages: each over months that people choose, as charts with the same figures as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response
from mash import partnerships
from mash.access import Analyst, Caller
from mash.hub import Hub
from mash.web import HubDep
from mash.web.pages import Form, page_router, render

from reporting.api.choosing import MonthSaid, MonthsSaid, choose_partnership, choose_span
from reporting.domain.months import LONGEST_MONTHS, QUARTER_MONTHS, By, Month, Span, SpanTooLong
from reporting.domain.tables import Cell, Column, Report
from reporting.pages.charts import draw
from reporting.usecases.reports import ReportName, latest_partnership, make_report

router = page_router()

MONTHS_OFFERED: Final = 2 * LONGEST_MONTHS
QUARTERS_OFFERED: Final = MONTHS_OFFERED // QUARTER_MONTHS
INSPECTED_MONTHS: Final = 6


@dataclass(frozen=True)
class Room:
    """One report's page: its name in the list of reports, what it shows, and whether it goes by quarter."""

    report: ReportName
    link: str
    shows: str
    by_quarter: bool = True


ROOMS: Final[dict[str, Room]] = {
    "/reports": Room(
        "overview",
        "Overview",
        "How many contacts, enquiries and requests there were, and how many were on time. Look first at what "
        "stands out, then open the report that says more of it.",
    ),
    "/reports/timeliness": Room(
        "timeliness",
        "Timeliness",
        "How long contacts, enquiries, agencies' answers and feedback take, with what is still open.",
    ),
    "/reports/sources": Room(
        "sources", "Sources", "Who contacts come from, on which road they come, and what they are."
    ),
    "/reports/outcomes": Room(
        "outcomes", "Outcomes", "What was decided at screening, and how enquiries ended."
    ),
    "/reports/movement": Room(
        "movement",
        "Movement",
        "How ratings moved between the first and the last: read along a row to see where that rating went.",
    ),
    "/reports/agencies": Room(
        "agencies",
        "Agencies",
        "How promptly each agency answers, and how well. An answer that came late may still have been in "
        "time for the decision.",
    ),
    "/reports/patterns": Room(
        "patterns",
        "Patterns",
        "Families who return, and kinds of concern, by month. Small numbers are hidden, so that nobody can "
        "be found by them.",
        by_quarter=False,
    ),
}
PACK: Final = "/reports/quarter"
LINKS: Final = [*((room.link, path) for path, room in ROOMS.items()), ("Quarterly pack", PACK)]

PartnershipSaid = Annotated[str | None, Query(max_length=64)]


@router.get("/reports")
@router.get("/reports/timeliness")
@router.get("/reports/sources")
@router.get("/reports/outcomes")
@router.get("/reports/movement")
@router.get("/reports/agencies")
@router.get("/reports/patterns")
async def get_report(
    request: Request,
    caller: Analyst,
    hub: HubDep,
    months: MonthsSaid,
    partnership: PartnershipSaid = None,
    by: By = "month",
) -> Response:
    """Show one report, with what it is asked for in a form above it."""
    room, name = ROOMS[request.url.path], await _partnership(hub, partnership, caller)
    form = Form.of(partnership=name, by=by)
    try:
        span = choose_span(months, hub.clock)
    except SpanTooLong as refusal:
        form.values |= Form.of(first=months[0], last=months[1]).values
        form.refuse(refusal)
        return _render(request, caller, hub, room, form, None)
    form.values |= Form.of(first=span.first, last=span.last).values
    report = await _make(caller, hub, room.report, name, span, by)
    return _render(request, caller, hub, room, form, report)


@router.get(PACK)
async def get_pack(
    request: Request,
    caller: Analyst,
    hub: HubDep,
    quarter: MonthSaid = None,
    partnership: PartnershipSaid = None,
) -> Response:
    """Show the pack of the quarter that a month is in, ready for print; without, of the last whole one."""
    name = await _partnership(hub, partnership, caller)
    this = Span.quarter_of(Month.of(hub.clock()))
    span = Span.quarter_of(Month.parse(quarter) if quarter else this.first - QUARTER_MONTHS)
    offered = [Span.quarter_of(this.first - QUARTER_MONTHS * back) for back in range(QUARTERS_OFFERED)]
    return render(
        request,
        "pack.html",
        report=await _make(caller, hub, "quarter", name, span, "month"),
        choice=Form.of(partnership=name, quarter=span.first),
        quarters=[(str(one.first), one.words) for one in offered],
        **_shared(request, caller),
    )


async def _partnership(hub: Hub, wanted: str | None, caller: Caller) -> str:
    """Return the partnership asked for; who has several begins with the one last told of any."""
    if wanted is None and len(caller.partnerships) > 1:
        async with hub.transaction(caller) as tx:
            wanted = await latest_partnership(tx, caller.partnerships)
    return choose_partnership(wanted or min(caller.partnerships, default=None), caller.partnerships)


async def _make(caller: Caller, hub: Hub, report: ReportName, partnership: str, span: Span, by: By) -> Report:
    async with hub.transaction(caller) as tx:
        made = await make_report(tx, report, partnership, span, by)
        detail = {"partnership": partnership, "report": report, "months": str(span)}
        tx.audit(action="report.viewed", detail=detail)
    return made


def _render(
    request: Request, caller: Caller, hub: Hub, room: Room, form: Form, report: Report | None
) -> Response:
    this = Month.of(hub.clock())
    return render(
        request,
        "report.html",
        status=422 if form.errors else 200,
        form=form,
        room=room,
        report=report,
        months=_months_offered(this, form),
        lists=_lists(form.text("partnership"), this) if room.report == "overview" else {},
        **_shared(request, caller),
    )


def _months_offered(this: Month, form: Form) -> list[tuple[str, str]]:
    """Return the months to choose from, the newest first, with those that were chosen."""
    offered = {this - back for back in range(MONTHS_OFFERED)}
    offered |= {Month.parse(one) for one in (form.text("first"), form.text("last")) if one}
    return [(str(month), month.words) for month in sorted(offered, reverse=True)]


def _shared(request: Request, caller: Caller) -> dict[str, Any]:
    return {
        "rooms": [(title, _led_to(request, path), path == request.url.path) for title, path in LINKS],
        "partnership_names": [(one, partnerships.get(one).title) for one in sorted(caller.partnerships)],
        "draw": draw,
        "shown": shown,
        "download": download,
    }


def _led_to(request: Request, path: str) -> str:
    """Return a report's address with what was chosen for this one: the pack has a quarter and no months."""
    kept = ("partnership",) if PACK in (path, request.url.path) else ("partnership", "first", "last", "by")
    chosen = {name: request.query_params[name] for name in kept if request.query_params.get(name)}
    return f"{path}?{urlencode(chosen)}" if chosen else path


def download(report: Report, format: str, table: str | None = None) -> str:
    """Return where a report is had as a file: all of it, or one of its tables."""
    asked = {"report": report.name, "partnership": report.partnership, "by": report.by}
    months = {"first": report.first, "last": report.last, "format": format}
    return f"/v1/reports?{urlencode(asked | months | ({'table': table} if table else {}))}"


def _lists(partnership: str, this: Month) -> dict[str, str]:
    """Return where the inspectors' lists of the last six months are had, by what the link says."""
    asked = {"partnership": partnership, "first": this - (INSPECTED_MONTHS - 1), "last": this}
    wanted = {
        "annex-a-list-1": "Annex A, List 1: contacts",
        "ssd-contacts": "Standard Safeguarding Dataset: contacts",
    }
    return {
        f"{title} ({format.upper()})": f"/v1/reports?{urlencode({'report': name, **asked, 'format': format})}"
        for name, title in wanted.items()
        for format in ("csv", "xlsx")
    }


def shown(column: Column, cell: Cell) -> str:
    """Return a figure as people read it."""
    if cell is None:
        return "none"
    if isinstance(cell, str):
        return cell
    return {"share": f"{cell * 100:.1f}%", "hours": f"{cell:,.1f}"}.get(column.kind, f"{cell:,}")
