"""The timeliness metrics, read from the facts each time that Prometheus asks.

They are made from the store and not counted in the process, so that a restart does not set them back and
every copy of the service tells the same. Labels are partnerships, ratings, agencies and classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from mash.hub import Hub, Transaction
from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from reporting.store.tables import contact, disagreement_stage, enquiry, notification, request

HOUR = 3600
_BUCKETS = tuple(hours * HOUR for hours in (0.25, 0.5, 1, 2, 4, 8, 12, 24, 48, 72, 120, 168, 336))

Column = sa.ColumnElement[Any]


@dataclass(frozen=True)
class Tally:
    """A number of rows for each combination of labels."""

    name: str
    help: str
    labels: Mapping[str, Column]
    where: Sequence[sa.ColumnElement[bool]]
    family: type[CounterMetricFamily] | type[GaugeMetricFamily]


@dataclass(frozen=True)
class Spread:
    """How many seconds something took, for each combination of labels."""

    name: str
    help: str
    labels: Mapping[str, Column]
    where: Sequence[sa.ColumnElement[bool]]
    seconds: Column


def _text(column: Column) -> Column:
    return sa.func.coalesce(column, "none")


def _in_time(done: Column, due: Column) -> Column:
    return sa.case((done <= due, "true"), else_="false")


def _seconds(start: Column, end: Column) -> Column:
    return sa.extract("epoch", end - start)


_now = sa.bindparam("now", type_=sa.TIMESTAMP(timezone=True))
_contact_labels = {"partnership": contact.c.partnership, "rating": _text(contact.c.rating)}
_enquiry_labels = {"partnership": enquiry.c.partnership, "rating": _text(enquiry.c.rating)}
_request_labels = {
    "partnership": request.c.partnership,
    "agency": request.c.agency,
    "rating": request.c.rating,
}
_contact_open = (contact.c.received_at.is_not(None), contact.c.decided_at.is_(None))
_enquiry_open = (enquiry.c.decided_at.is_(None), enquiry.c.withdrawn_at.is_(None))
_request_open = (request.c.returned_at.is_(None), request.c.closed_at.is_(None))

_stage_labels = {"partnership": disagreement_stage.c.partnership, "stage": disagreement_stage.c.stage}
_stage_open = (
    disagreement_stage.c.began_at.is_not(None),
    disagreement_stage.c.answered_at.is_(None),
    disagreement_stage.c.left_at.is_(None),
)

_COUNTER, _GAUGE = CounterMetricFamily, GaugeMetricFamily

TALLIES = (
    Tally(
        "mash_contacts_received",
        "Contacts received.",
        {
            "partnership": contact.c.partnership,
            "source_code": _text(contact.c.source_code),
            "channel": _text(contact.c.channel),
        },
        (contact.c.received_at.is_not(None),),
        _COUNTER,
    ),
    Tally(
        "mash_contacts_decided",
        "Contacts decided.",
        {
            **_contact_labels,
            "pathway": _text(contact.c.pathway),
            "in_time": _in_time(contact.c.decided_at, contact.c.due_at),
        },
        (contact.c.decided_at.is_not(None),),
        _COUNTER,
    ),
    Tally("mash_contacts_open", "Contacts not yet decided.", _contact_labels, _contact_open, _GAUGE),
    Tally(
        "mash_contacts_overdue",
        "Contacts late now.",
        _contact_labels,
        (*_contact_open, contact.c.due_at < _now),
        _GAUGE,
    ),
    Tally("mash_enquiries_open", "Enquiries not yet decided.", _enquiry_labels, _enquiry_open, _GAUGE),
    Tally(
        "mash_enquiries_overdue",
        "Enquiries late now.",
        _enquiry_labels,
        (*_enquiry_open, enquiry.c.due_at < _now),
        _GAUGE,
    ),
    Tally(
        "mash_enquiries_decided",
        "Enquiries decided.",
        {
            **_enquiry_labels,
            "outcome": _text(enquiry.c.outcome),
            "in_time": _in_time(enquiry.c.decided_at, enquiry.c.due_at),
        },
        (enquiry.c.decided_at.is_not(None),),
        _COUNTER,
    ),
    Tally(
        "mash_agency_returns",
        "Returns from agencies.",
        {
            **_request_labels,
            "answer": _text(request.c.answer),
            "in_time": _in_time(request.c.returned_at, request.c.due_at),
        },
        (request.c.returned_at.is_not(None),),
        _COUNTER,
    ),
    Tally("mash_agency_requests_open", "Requests not yet answered.", _request_labels, _request_open, _GAUGE),
    Tally(
        "mash_agency_requests_overdue",
        "Requests late now.",
        _request_labels,
        (*_request_open, request.c.due_at < _now),
        _GAUGE,
    ),
    Tally(
        "mash_feedback",
        "Messages to referrers that were sent.",
        {
            "partnership": notification.c.partnership,
            "purpose": notification.c.purpose,
            "in_time": _in_time(notification.c.sent_at, notification.c.due_at),
        },
        (notification.c.sent_at.is_not(None),),
        _COUNTER,
    ),
    Tally(
        "mash_disagreements_open",
        "Disagreements that wait for an answer.",
        _stage_labels,
        _stage_open,
        _GAUGE,
    ),
    Tally(
        "mash_disagreements_overdue",
        "Disagreements whose answer is late now.",
        _stage_labels,
        (*_stage_open, disagreement_stage.c.due_at < _now),
        _GAUGE,
    ),
    Tally(
        "mash_disagreements_answered",
        "Answers to disagreements.",
        {
            **_stage_labels,
            "result": _text(disagreement_stage.c.result),
            "in_time": _in_time(disagreement_stage.c.answered_at, disagreement_stage.c.due_at),
        },
        (disagreement_stage.c.answered_at.is_not(None),),
        _COUNTER,
    ),
    Tally(
        "mash_rating_movement",
        "Enquiries decided, by first and final rating.",
        {
            "partnership": enquiry.c.partnership,
            "first": _text(enquiry.c.first_rating),
            "final": _text(enquiry.c.final_rating),
        },
        (enquiry.c.decided_at.is_not(None),),
        _COUNTER,
    ),
)

SPREADS = (
    Spread(
        "mash_contact_decision_seconds",
        "Real time from receipt to decision.",
        _contact_labels,
        (contact.c.decided_at.is_not(None), contact.c.received_at.is_not(None)),
        _seconds(contact.c.received_at, contact.c.decided_at),
    ),
    Spread(
        "mash_enquiry_decision_seconds",
        "Real time from opening to decision.",
        _enquiry_labels,
        (enquiry.c.decided_at.is_not(None), enquiry.c.opened_at.is_not(None)),
        _seconds(enquiry.c.opened_at, enquiry.c.decided_at),
    ),
    Spread(
        "mash_agency_return_seconds",
        "Real time from request to return.",
        _request_labels,
        (request.c.returned_at.is_not(None), request.c.requested_at.is_not(None)),
        _seconds(request.c.requested_at, request.c.returned_at),
    ),
)


class Figures(Collector):
    """What was read from the store last."""

    def __init__(self) -> None:
        self._families: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        """Give what was read last to whoever asks."""
        return self._families

    def describe(self) -> Iterable[Metric]:
        """Name every metric, whether or not there is a row of it yet."""
        tallies = [one.family(one.name, one.help, labels=list(one.labels)) for one in TALLIES]
        return [
            *tallies,
            *(HistogramMetricFamily(one.name, one.help, labels=list(one.labels)) for one in SPREADS),
        ]

    async def refresh(self, hub: Hub) -> None:
        """Read the store."""
        async with hub.transaction() as tx:
            tallies = [await _read_tally(tx, one) for one in TALLIES]
            self._families = [*tallies, *[await _read_spread(tx, one) for one in SPREADS]]


figures = Figures()
REGISTRY.register(figures)


async def _read_tally(tx: Transaction, tally: Tally) -> Metric:
    family = tally.family(tally.name, tally.help, labels=list(tally.labels))
    names = [column.label(name) for name, column in tally.labels.items()]
    statement = sa.select(*names, sa.func.count().label("n")).where(*tally.where).group_by(*names)
    parameters = {"now": tx.now} if ":now" in str(statement) else {}
    for row in await tx.execute(statement, parameters):
        family.add_metric([str(row._mapping[name]) for name in tally.labels], row.n)
    return family


async def _read_spread(tx: Transaction, spread: Spread) -> Metric:
    family = HistogramMetricFamily(spread.name, spread.help, labels=list(spread.labels))
    names = [column.label(name) for name, column in spread.labels.items()]
    within = [sa.func.count().filter(spread.seconds <= limit).label(f"le_{limit}") for limit in _BUCKETS]
    statement = (
        sa.select(*names, *within, sa.func.count().label("n"), sa.func.sum(spread.seconds).label("total"))
        .where(*spread.where)
        .group_by(*names)
    )
    for row in (await tx.execute(statement)).mappings():
        buckets = [(str(float(limit)), float(row[f"le_{limit}"])) for limit in _BUCKETS]
        labels = [str(row[name]) for name in spread.labels]
        family.add_metric(labels, [*buckets, ("+Inf", float(row["n"]))], sum_value=float(row["total"]))
    return family
