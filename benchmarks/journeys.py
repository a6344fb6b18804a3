"""Whole journeys a second, and how long a concern takes to lie in all four agencies' queues.

The people of each journey act at once, so what is measured is the hub and not them. Several journeys run
beside each other, each from a referral form to the feedback.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psutil
from openmash_local.demo.arrivals import LONDON
from openmash_local.demo.client import Client
from openmash_local.journal import read_journal
from openmash_local.layout import Layout
from openmash_local.parts import AGENCIES

from benchmarks.families import CHANCE, create_family, create_form

JOURNEYS = 48
BESIDE_EACH_OTHER = 4


@dataclass(frozen=True)
class Journey:
    """How long one journey took, in seconds: to all four queues, from the decision to them, and in all."""

    arrival_to_queues: float
    decision_to_queues: float
    whole: float


@dataclass(frozen=True)
class Journeys:
    """What came of all journeys. ``busy`` is the processor time of each part, in seconds."""

    seconds: float
    each: Sequence[Journey]
    busy: dict[str, float]

    @property
    def rate(self) -> float:
        return len(self.each) / self.seconds


def measure(layout: Layout) -> Journeys:
    """Play the journeys on a hub that is running."""
    clients = [Client(layout) for _ in range(BESIDE_EACH_OTHER)]
    with ThreadPoolExecutor(BESIDE_EACH_OTHER) as people:
        list(people.map(_play, clients))
        before, started = _busy(layout), time.perf_counter()
        turns = [clients[number % BESIDE_EACH_OTHER] for number in range(JOURNEYS)]
        each = list(people.map(_play, turns))
        seconds, after = time.perf_counter() - started, _busy(layout)
    return Journeys(seconds, each, {name: after[name] - before[name] for name in after})


def _play(client: Client) -> Journey:
    started = time.perf_counter()
    form = {
        **create_form(create_family(CHANCE), CHANCE),
        "consent": {"told": "informed", "agreed": "yes", "lawful_basis": ["public_task"]},
    }
    contact = client.post("portal", "intake", "/v1/contacts", form)
    enquiry_id, decided_at = _screen(client, contact["contact_id"])
    queued_at = _wait_for_queues(client, enquiry_id)
    for agency in AGENCIES:
        _answer(client, agency, enquiry_id)
    _decide(client, enquiry_id)
    _wait_for_feedback(client, contact["contact_id"])
    return Journey(
        arrival_to_queues=(queued_at - _time(contact["received_at"])).total_seconds(),
        decision_to_queues=(queued_at - decided_at).total_seconds(),
        whole=time.perf_counter() - started,
    )


def _screen(client: Client, contact_id: str) -> tuple[str, datetime]:
    path = f"/v1/screenings/{contact_id}"
    row = client.until("the screening", lambda: _row(client, contact_id))
    rating = {"rating": "amber", "rationale": "As the benchmark has it."}
    version = client.post("manager", "screening", f"{path}/rating", rating, row["version"])["version"]
    pathway = {
        "pathway": "enquiry",
        "level": 3,
        "agencies": list(AGENCIES),
        "rationale": "As the benchmark has it.",
    }
    decided = client.post("manager", "screening", f"{path}/pathway", pathway, version)
    found = client.until(
        "the enquiry",
        lambda: client.get("manager", "enquiry", f"/v1/enquiries?contact_id={contact_id}")["items"],
    )
    return found[0]["enquiry_id"], _time(decided["decided_at"])


def _row(client: Client, contact_id: str) -> Any:
    rows = client.get("manager", "screening", "/v1/screenings?limit=200")["items"]
    return next((row for row in rows if row["contact_id"] == contact_id), None)


def _wait_for_queues(client: Client, enquiry_id: str) -> datetime:
    def all_queued() -> list[str] | None:
        requests = client.get("manager", "enquiry", f"/v1/enquiries/{enquiry_id}")["requests"]
        times = [one["received_at"] for one in requests if one["received_at"]]
        return times if len(times) == len(AGENCIES) else None

    return max(_time(one) for one in client.until("all four queues", all_queued))


def _answer(client: Client, agency: str, enquiry_id: str) -> None:
    persona, gateway = f"researcher-{agency}", f"gateway-{agency}"
    queue = client.get(persona, gateway, "/v1/requests?limit=100")["items"]
    line = next(one for one in queue if one["enquiry_id"] == enquiry_id)
    today = str(datetime.now(LONDON).date())
    searched = {
        "systems": ["Own records"],
        "identifiers": ["name"],
        "period_from": "2020-01-01",
        "period_to": today,
        "source_fresh_on": today,
    }
    path = f"/v1/requests/{line['request_id']}/return"
    client.post(persona, gateway, path, {"answer": "nil", "searched": searched}, line["version"])


def _decide(client: Client, enquiry_id: str) -> None:
    path = f"/v1/enquiries/{enquiry_id}"

    def ready() -> Any:
        enquiry = client.get("manager", "enquiry", path)
        return enquiry if enquiry["ready"] else None

    enquiry = client.until("all the answers", ready)
    decision = {
        "final_rating": "green",
        "level": 2,
        "outcome": "early_help",
        "rationale": "As the benchmark has it.",
    }
    client.post("manager", "enquiry", f"{path}/decision", decision, enquiry["version"])


def _wait_for_feedback(client: Client, contact_id: str) -> None:
    def sent() -> bool:
        rows = client.get("manager", "notifications", f"/v1/notifications?contact_id={contact_id}")["items"]
        return any(row["purpose"] == "feedback" and row["state"] == "sent" for row in rows)

    client.until("the feedback", sent)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _busy(layout: Layout) -> dict[str, float]:
    """Return the processor time that each part has used so far, with that of the processes it started."""
    busy = {}
    for name, trace in read_journal(layout.run_file).items():
        process = trace.process()
        if process is not None:
            family = [process, *process.children(recursive=True)] if name == "postgres" else [process]
            busy[name] = sum(_seconds(one) for one in family)
    busy["the measuring itself"] = _seconds(psutil.Process())
    return busy


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
