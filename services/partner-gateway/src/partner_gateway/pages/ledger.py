"""The agency's ledger: what it disclosed and kept back, when, by whom, why, and how it was used."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response
from mash.access import Researcher
from mash.calendar.london import LONDON, in_london
from mash.spreadsheets import safe_cell
from mash.web import Cursor, HubDep, decode_cursor, encode_cursor
from mash.web.pages import Form, page_router, render
from mash.web.pages.words import moment

from partner_gateway.domain.ledger import Filters, LineKind
from partner_gateway.domain.vocabulary import CAVEATS, WITHHELD_REASONS
from partner_gateway.pages.wordings import LINES
from partner_gateway.usecases.looking import MOST_TAKEN_OUT, look_at_ledger, take_out_ledger

router = page_router()

ROWS: Final = 50
_COLUMNS: Final = (
    "at",
    "kind",
    "reference",
    "about",
    "text",
    "source",
    "recorded_on",
    "record_id",
    "edited",
    "lawful_basis",
    "rationale",
    "caveat",
    "reason",
    "explanation",
    "by",
    "partnership",
    "receiver",
    "used_at",
    "corrected_at",
    "withdrawn_at",
    "outcome",
    "decided_at",
    "request_id",
    "enquiry_id",
)


class Wanted:
    """Which lines somebody asks for, by days as London has them, and the form that says so."""

    def __init__(
        self,
        kind: LineKind | None = None,
        whose: Literal["mine"] | None = None,
        since: date | None = None,
        until: date | None = None,
        request_id: UUID | None = None,
        enquiry_id: UUID | None = None,
    ) -> None:
        self.said: dict[str, Any] = {
            "kind": kind,
            "whose": whose,
            "since": since,
            "until": until,
            "request_id": request_id,
            "enquiry_id": enquiry_id,
        }

    def filters(self, subject: str) -> Filters:
        """The same for the store; the last day counts whole."""
        said = self.said
        return Filters(
            said["enquiry_id"],
            said["request_id"],
            said["kind"],
            subject if said["whose"] else None,
            _midnight(said["since"]) if said["since"] else None,
            # No day comes after the calendar's last.
            _midnight(said["until"] + timedelta(days=1)) if (said["until"] or date.max) < date.max else None,
        )

    @property
    def query(self) -> str:
        """As an address has it."""
        return urlencode({name: value for name, value in self.said.items() if value})


WantedDep = Annotated[Wanted, Depends()]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


@router.get("/desk/ledger")
async def get_ledger(
    request: Request, caller: Researcher, hub: HubDep, wanted: WantedDep, cursor: Cursor = None
) -> Response:
    """Show what left and what did not, the newest first."""
    filters = wanted.filters(caller.subject)
    async with hub.transaction(caller) as tx:
        lines = await look_at_ledger(tx, caller, filters, decode_cursor(cursor), ROWS)
    following = encode_cursor(lines[-1]["at"], lines[-1]["id"]) if len(lines) == ROWS else None
    return render(
        request,
        "ledger.html",
        lines=lines,
        form=Form.of(wanted.said),
        query=wanted.query,
        following=following,
        kinds=LINES,
        caveats=CAVEATS,
        reasons=WITHHELD_REASONS,
        most=MOST_TAKEN_OUT,
    )


@router.get("/desk/ledger/file")
async def get_file(caller: Researcher, hub: HubDep, wanted: WantedDep) -> Response:
    """Give the lines as CSV, which spreadsheets open; no cell of it runs."""
    async with hub.transaction(caller) as tx:
        lines, more = await take_out_ledger(tx, caller, wanted.filters(caller.subject))
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(line[name]) for name in _COLUMNS] for line in lines)
    if more:
        writer.writerow(["There are more lines. Ask for fewer days."])
    name = f"ledger-{in_london(tx.now):%Y-%m-%d}.csv"
    # The mark at the start has spreadsheets read the letters as they are.
    return Response(
        sheet.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _cell(value: object) -> object:
    return moment(value) if isinstance(value, datetime) else safe_cell(value)
