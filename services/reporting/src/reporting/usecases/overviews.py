"""The overview, with what stands out, and the quarter's pack for the partnership's meeting."""

from __future__ import annotations

from collections.abc import Iterator

from mash.hub import Transaction

from reporting.domain import standouts
from reporting.domain.tables import Cell, Chart, Column, Made, Table
from reporting.store.measures import ANSWERS, CONTACTS, STANDING_ENQUIRIES
from reporting.store.tables import contact, enquiry, request
from reporting.usecases.agencies import agency_tables, audit_table
from reporting.usecases.asked import Asked
from reporting.usecases.counts import movement_tables, outcome_tables, source_tables
from reporting.usecases.patterns import pattern_tables
from reporting.usecases.timeliness import Figures, by_title, over_time, timeliness_tables

MEASURED = {
    "contacts": ("Contacts", CONTACTS, contact.c.rating),
    "enquiries": ("Enquiries", STANDING_ENQUIRIES, enquiry.c.rating),
    "requests": ("Requests to agencies", ANSWERS, request.c.agency),
}

# What the pack leaves to the reports' own pages.
OWN_PAGES = {
    "sources_by_period",
    "kinds",
    "pathways_by_period",
    "outcomes_by_period",
    "contacts_by_period",
} | {
    "enquiries_by_period",
    "contacts_moved",
    "contacts_moved_by_period",
    "meetings_moved_by_period",
    "agencies_by_period",
}


async def overview(tx: Transaction, asked: Asked) -> Made:
    """Return how many there were of each thing, the share that was in time, and what to look at first."""
    found = await _measured(tx, asked)
    return Made([_how_many(asked, found), _how_timely(asked, found)], list(_sentences(asked, found)))


async def pack(tx: Transaction, asked: Asked) -> Made:
    """Return the tables of the other reports that a partnership looks at each quarter."""
    first = await overview(tx, asked)
    tables = [
        *first.tables,
        *await source_tables(tx, asked),
        *await timeliness_tables(tx, asked),
        *await outcome_tables(tx, asked),
        *await movement_tables(tx, asked),
        *await agency_tables(tx, asked),
        await audit_table(tx, asked),
        *await pattern_tables(tx, asked),
    ]
    return Made([table for table in tables if table.name not in OWN_PAGES], first.stands_out)


async def _measured(tx: Transaction, asked: Asked) -> dict[str, Figures]:
    return {
        name: await over_time(tx, asked, measure, group) for name, (_, measure, group) in MEASURED.items()
    }


def _how_many(asked: Asked, found: dict[str, Figures]) -> Table:
    rows: list[list[Cell]] = [
        [words, *(one[day,].total if (day,) in one else 0 for one in found.values())]
        for day, words in asked.periods.items()
    ]
    columns = [asked.period_column, *(Column(name, MEASURED[name][0]) for name in found)]
    return Table("how_many", "How many", columns, rows, chart=Chart("bars", ["contacts"]))


def _how_timely(asked: Asked, found: dict[str, Figures]) -> Table:
    rows: list[list[Cell]] = [
        [words, *(one[day,].share_in_target if (day,) in one else None for one in found.values())]
        for day, words in asked.periods.items()
    ]
    columns = [asked.period_column, *(Column(name, MEASURED[name][0], "share") for name in found)]
    chart = Chart("lines", list(found))
    return Table("how_timely", "In time, of those due", columns, rows, chart=chart)


def _sentences(asked: Asked, found: dict[str, Figures]) -> Iterator[str]:
    contacts, enquiries, requests = (found[name] for name in MEASURED)
    yield from standouts.late_decisions(by_title(contacts, asked.ratings), "contacts")
    yield from standouts.late_decisions(by_title(enquiries, asked.ratings), "enquiries")
    yield from standouts.oldest_open(contacts.get(()), "contact")
    yield from standouts.oldest_open(enquiries.get(()), "enquiry")
    yield from standouts.slowest_agency(by_title(requests, asked.agencies))
