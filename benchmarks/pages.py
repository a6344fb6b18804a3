"""How long each page takes with many contacts in the store, as a ratio to an empty page of the same layout.

One person asks for one page after another, as a browser does, signed in by a token. The empty page is each
service's own ``/cookies``, which has the layout and a short table.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
from openmash_local.demo.arrivals import school_form
from openmash_local.demo.client import Client
from openmash_local.demo.story import play
from openmash_local.layout import Layout
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.families import create_family, create_form
from benchmarks.http_load import request, send_all
from benchmarks.intake_rate import CONNECTIONS

CONTACTS: Final = 10_000
# A third of what a year brings is about a family that was known before.
FAMILIES: Final = 6_600
TIMES: Final = 25
PATIENCE_SECONDS: Final = 900.0
BUSY_AFTER: Final = ("intake", "notifications")
EMPTY: Final = "/cookies"
# Who opens which page of which service; what is in braces is found on the hub.
PAGES: Final = (
    ("manager", "screening", "/board"),
    ("manager", "screening", "/board?state=late"),
    ("manager", "screening", "/screenings/{contact}"),
    ("manager", "screening", "/screenings/{contact}/findings"),
    ("manager", "screening", "/screenings/{contact}/tools/cse"),
    ("manager", "screening", "/screenings/{contact}/analysis"),
    ("manager", "screening", "/screenings/{contact}/decision"),
    ("manager", "screening", "/disagreements"),
    ("officer", "intake", "/contacts/{contact}"),
    ("officer", "intake", "/contacts/{contact}/people"),
    ("officer", "intake", "/contacts/{contact}/correct/children"),
    ("manager", "intake", "/contacts/{contact}/restriction"),
    ("officer", "intake", "/calls/new"),
    ("officer", "intake", "/messages"),
    ("manager", "intake", "/research"),
    ("dpo", "intake", "/audit"),
    ("dpo", "intake", "/restrictions"),
    ("dpo", "intake", "/subject-access"),
    ("referrer-school", "intake", "/portal"),
    ("referrer-school", "intake", "/portal/contacts/{reference}"),
    ("manager", "enquiry", "/enquiries"),
    ("manager", "enquiry", "/enquiries/{enquiry}"),
    ("manager", "enquiry", "/enquiries/{enquiry}/decision"),
    ("manager", "enquiry", "/enquiries/{enquiry}/snapshot"),
    ("manager", "enquiry", "/enquiries/{enquiry}/discussions"),
    ("manager", "enquiry", "/enquiries/{enquiry}/products"),
    ("manager", "enquiry", "/meetings"),
    ("manager", "enquiry", "/meetings/actions"),
    ("manager", "enquiry", "/audits"),
    ("manager", "notifications", "/contacts/{contact}/feedback"),
    ("manager", "notifications", "/tasks"),
    ("manager", "notifications", "/undelivered"),
    ("analyst", "reporting", "/reports"),
    ("analyst", "reporting", "/reports/timeliness"),
    ("analyst", "reporting", "/reports/sources"),
    ("analyst", "reporting", "/reports/outcomes"),
    ("analyst", "reporting", "/reports/movement"),
    ("analyst", "reporting", "/reports/agencies"),
    ("analyst", "reporting", "/reports/patterns"),
    ("researcher-police", "gateway-police", "/desk"),
    ("researcher-police", "gateway-police", "/desk/requests/{request}"),
    ("researcher-police", "gateway-police", "/desk/records"),
    ("lead-police", "gateway-police", "/desk/ledger"),
)


@dataclass(frozen=True)
class Timed:
    """One page: its times and those of the empty page, in milliseconds."""

    service: str
    path: str
    done: list[float]
    empty: list[float]

    @property
    def ratio(self) -> float:
        return statistics.median(self.done) / statistics.median(self.empty)


def measure(layout: Layout) -> Iterator[Timed]:
    """Fill a hub that is running, and time every page of it."""
    client = Client(layout)
    story = play(client, lambda _line: None)
    asyncio.run(_fill(layout, client))
    _wait_until_screened(client)
    _wait_until_quiet(layout, client)
    sent = client.post("referrer-school", "intake", "/v1/contacts", school_form())
    places = {
        "contact": sent["contact_id"],
        "reference": sent["reference"],
        "enquiry": story.enquiry["enquiry_id"],
        "request": next(one["request_id"] for one in story.enquiry["requests"] if one["agency"] == "police"),
    }
    client.until("the screening", lambda: _is_there(client, places["contact"]))
    with httpx.Client(timeout=30) as http:
        for persona, service, path in PAGES:
            headers = {"authorization": f"Bearer {client.token(persona, service)}", "accept": "text/html"}
            url = layout.url(service)
            yield Timed(
                service,
                path,
                _times(http, url + path.format(**places), headers),
                _times(http, url + EMPTY, headers),
            )


async def _fill(layout: Layout, client: Client) -> None:
    url, chance = layout.url("intake"), random.Random(1)
    families = [create_family(chance) for _ in range(FAMILIES)]
    for _ in range(CONTACTS // 1000):
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {client.token('portal', 'intake')}",
        }
        forms = [
            request(
                f"{url}/v1/contacts",
                json.dumps(create_form(chance.choice(families), chance)).encode(),
                {**headers, "Idempotency-Key": os.urandom(12).hex()},
            )
            for _ in range(1000)
        ]
        load = await send_all(url, forms, CONNECTIONS)
        if load.refused:
            raise RuntimeError(f"{load.refused} contacts were refused")


def _wait_until_screened(client: Client) -> None:
    def all_there() -> bool:
        client.forget()
        counts = client.get("manager", "screening", "/v1/screenings?limit=1")["counts"]
        time.sleep(1)
        return bool(counts["open"] >= CONTACTS)

    client.until("all contacts on the board", all_there, PATIENCE_SECONDS)


def _wait_until_quiet(layout: Layout, client: Client) -> None:
    """Wait for what ten thousand contacts at once have set off, which no hub's day does."""

    # What is due for less than a minute is not counted as overdue.
    time.sleep(65)

    def all_done() -> bool:
        time.sleep(2)
        return not any(_overdue_timers(layout.url(part)) for part in BUSY_AFTER)

    client.until("people compared and referrers told", all_done, PATIENCE_SECONDS)


def _overdue_timers(url: str) -> float:
    families = text_string_to_metric_families(httpx.get(f"{url}/metrics").text)
    samples = (one for family in families if family.name == "mash_timers_overdue" for one in family.samples)
    return sum(one.value for one in samples)


def _is_there(client: Client, contact_id: Any) -> bool:
    return client.knock(
        "screening", f"/v1/screenings/{contact_id}", client.token("manager", "screening")
    ).is_success


def _times(http: httpx.Client, url: str, headers: dict[str, str]) -> list[float]:
    times = []
    for number in range(TIMES + 3):
        started = time.perf_counter()
        answer = http.get(url, headers=headers)
        answer.raise_for_status()
        if number >= 3:
            times.append((time.perf_counter() - started) * 1000)
    return times
