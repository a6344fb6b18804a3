"""Timeliness without flattery: medians and percentiles with what is still open, by rating and agency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mash.hub import Transaction

from reporting.domain.report import Timeliness
from reporting.domain.tables import Chart, Column, Table
from reporting.store import figures
from reporting.store.figures import Key, period_of
from reporting.store.measures import ANSWERS, CONTACTS, DISAGREEMENTS, FEEDBACK, STANDING_ENQUIRIES, Measure
from reporting.store.tables import contact, disagreement_stage, enquiry, request
from reporting.usecases.asked import Asked, timely, titled

Figures = Mapping[Key, Timeliness]

RATING = Column("rating", "Rating", "text")
AGENCY = Column("agency", "Agency", "text")
COUNTED = "Hours are real hours by the clock, up to now for what is still open."
SHARE = Chart("lines", ["share_in_target"])


async def timeliness_tables(tx: Transaction, asked: Asked) -> list[Table]:
    """Return the tables of contacts, enquiries, answers, feedback and disagreements."""
    contacts = await over_time(tx, asked, CONTACTS, contact.c.rating)
    enquiries = await over_time(tx, asked, STANDING_ENQUIRIES, enquiry.c.rating)
    return [
        _by_rating(asked, "contacts", "Contacts: from receipt to decision, by rating", contacts),
        periods_table(asked, "contacts_by_period", "Contacts decided in time", contacts),
        _by_rating(asked, "enquiries", "Enquiries: from opening to decision, by rating", enquiries),
        periods_table(asked, "enquiries_by_period", "Enquiries decided in time", enquiries),
        await _answers(tx, asked),
        await _feedback(tx, asked),
        await _disagreements(tx, asked),
    ]


async def over_time(tx: Transaction, asked: Asked, measure: Measure, *groups: Any) -> Figures:
    """Measure all, each period, and each value of each of some columns."""
    period = period_of(measure.began, asked.by)
    return await figures.timeliness(tx, measure, asked.within(measure), [period], *([one] for one in groups))


def by_title(found: Figures, titles: Mapping[str, str]) -> dict[str, Timeliness]:
    """Return the figures of those groups that have a title, under it, in the titles' order."""
    return {title: found[(name,)] for name, title in titles.items() if (name,) in found}


def periods_table(asked: Asked, name: str, title: str, found: Figures, *, used: bool = False) -> Table:
    """Return a table with a row a period, and the share in time drawn."""
    rows = [([words], found.get((day,))) for day, words in asked.periods.items()]
    return timely(name, title, [asked.period_column], rows, chart=SHARE, note=COUNTED, used=used)


def _by_rating(asked: Asked, name: str, title: str, found: Figures) -> Table:
    rows = [([words], one) for words, one in by_title(found, asked.ratings).items()]
    everything = [(["All"], found[()])] if () in found else []
    chart = Chart("stacked", ["in_time", "late", "open_in_time", "open_late"])
    return timely(name, title, [RATING], [*rows, *everything], chart=chart, note=COUNTED)


async def _answers(tx: Transaction, asked: Asked) -> Table:
    columns = [request.c.agency, request.c.rating]
    found = await figures.timeliness(tx, ANSWERS, asked.within(ANSWERS), columns)
    agencies = titled((key[0] for key in found if key), asked.agencies)
    rows = [
        ([agency_title, rating_title], found[agency, rating])
        for agency, agency_title in agencies.items()
        for rating, rating_title in asked.ratings.items()
        if (agency, rating) in found
    ]
    title = "Agencies' answers, by agency and rating"
    return timely("answers", title, [AGENCY, RATING], rows, note=COUNTED, used=True)


async def _feedback(tx: Transaction, asked: Asked) -> Table:
    found = await over_time(tx, asked, FEEDBACK)
    return periods_table(asked, "feedback", "Feedback to referrers, by when it was due", found)


async def _disagreements(tx: Transaction, asked: Asked) -> Table:
    found = await over_time(tx, asked, DISAGREEMENTS, disagreement_stage.c.stage)
    stages = {name: one.title for name, one in asked.profile.escalation.items()}
    rows = [([words], one) for words, one in by_title(found, stages).items()]
    title = "Disagreements answered, by stage"
    return timely("disagreements", title, [Column("stage", "Stage", "text")], rows, note=COUNTED)
