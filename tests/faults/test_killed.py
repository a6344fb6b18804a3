"""Any process of the hub is killed at any moment, and no contact is lost, doubled or stuck.

A hub of eleven processes and two servers, whose runner starts again what ends. Concerns go on arriving while
parts of it are killed, and afterwards every one of them is everywhere once.
"""

from __future__ import annotations

import email
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from mash.contracts import Envelope
from mash.contracts.intake import ContactReceived
from openmash_local.beside import running_hub
from openmash_local.demo.agencies import research
from openmash_local.demo.arrivals import LONDON
from openmash_local.demo.client import Client
from openmash_local.layout import Layout
from openmash_local.parts import AGENCIES, STORES
from support.portal import Portal, Sent
from support.postgres import open_folder
from support.sabotage import Saboteur, until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults"), pytest.mark.timeout(400)]

HUB_PARTS = ("intake", "screening", "enquiry", "notifications", "reporting", "gateway-health")
# Those that act on a contact's being received.
READERS = ("screening", "notifications", "reporting")
UNREADABLE = "received_at: datetime_from_date_parsing"
ENQUIRY = {
    "pathway": "enquiry",
    "level": 3,
    "agencies": list(AGENCIES),
    "rationale": "A decision cannot be made without knowing what the partners hold.",
}


@dataclass(frozen=True)
class Hub:
    layout: Layout
    client: Client
    portal: Portal
    saboteur: Saboteur


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with open_folder() as folder, running_hub(folder) as layout:
        client = Client(layout)
        portal = Portal(layout, client)
        yield Hub(layout, client, portal, Saboteur(layout))
        portal.close()


def pages(
    client: Client, service: str, path: str, filters: str = "", persona: str = "officer"
) -> list[dict[str, Any]]:
    """Return a whole list, page after page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = client.get(persona, service, f"{path}?limit=100&{filters}{cursor}")
        found += page["items"]
        if not page.get("next"):
            return found
        cursor = f"&cursor={page['next']}"


def assert_everything_is_there_once(hub: Hub) -> None:
    """Hold what every service knows against what the portal was told had been taken."""
    sent = hub.portal.sent
    once = Counter(one.contact_id for one in sent)
    assert set(once.values()) == {1}

    taken = Counter(row["reference"] for row in pages(hub.client, "intake", "/v1/contacts"))
    assert taken == Counter(one.reference for one in sent)
    screened = [
        row["contact_id"]
        for state in ("open", "decided")
        for row in pages(hub.client, "screening", "/v1/screenings", f"state={state}")
    ]
    assert Counter(screened) == once
    assert acknowledged(hub) == {one.email: 1 for one in sent if one.email}
    assert counted(hub) == len(sent)


def acknowledged(hub: Hub) -> dict[str, int]:
    """Return how many different messages each portal's lead was sent; a repeat has the same Message-ID."""
    messages: dict[str, set[str]] = {}
    for path in hub.layout.mail.glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes().split(b"\n", 1)[1])
        messages.setdefault(str(message["To"]), set()).add(str(message["Message-ID"]))
    portals = {one.email for one in hub.portal.sent}
    return {to: len(ids) for to, ids in messages.items() if to in portals}


def counted(hub: Hub) -> int:
    month = datetime.now(LONDON).strftime("%Y-%m")
    return int(
        hub.client.get("analyst", "reporting", f"/v1/reports/monthly?partnership=havering&month={month}")[
            "contacts"
        ]
    )


@pytest.mark.requirement("INT-20")
def test_services_killed_in_turn_while_concerns_arrive(hub: Hub) -> None:
    for part in HUB_PARTS:
        arriving = hub.portal.begin(7)
        arriving[0].result(timeout=60)
        publish_unreadable(hub)
        hub.saboteur.kill(part)
        for one in arriving:
            one.result(timeout=60)
    hub.saboteur.until_settled()
    assert_everything_is_there_once(hub)


def test_a_broker_that_stands_still_and_dies(hub: Hub) -> None:
    with hub.saboteur.frozen("nats"):
        hub.portal.send(10)
        unsent = hub.saboteur.count("intake", "SELECT count(*) FROM outbox WHERE sent_at IS NULL")
        killed = hub.saboteur.begin_to_kill("nats")
    assert unsent >= 10
    hub.saboteur.until_back("nats", killed)
    hub.saboteur.until_settled()
    assert_everything_is_there_once(hub)


def test_a_database_that_dies_and_dies_again(hub: Hub) -> None:
    for how in (signal.SIGKILL, signal.SIGQUIT):
        hub.portal.statuses.clear()
        arriving = hub.portal.begin(8)
        arriving[0].result(timeout=60)
        killed = hub.saboteur.begin_to_kill("postgres", how)
        arriving += hub.portal.begin(4)
        hub.saboteur.until_back("postgres", killed)
        for one in arriving:
            one.result(timeout=60)
        assert hub.portal.statuses[503] > 0
    hub.saboteur.until_settled()
    assert_everything_is_there_once(hub)


def test_an_enquiry_whose_carriers_die_on_the_way(hub: Hub) -> None:
    (sent,) = hub.portal.send(1)
    path, version = rate(hub, sent)
    with ExitStack() as intake:
        # Opening an enquiry begins with asking intake whom it is about.
        intake.enter_context(hub.saboteur.frozen("intake"))
        hub.client.post("manager", "screening", f"{path}/pathway", ENQUIRY, version)
        until("the enquiry service to hear of it", lambda: hub.saboteur.in_hand("MASH", "enquiry") > 0)
        with hub.saboteur.frozen("nats"):
            intake.close()
            until("the requests to be written", lambda: unsent(hub, "enquiry", "enq.%") == len(AGENCIES))
            killed = hub.saboteur.begin_to_kill("enquiry")
    hub.saboteur.until_back("enquiry", killed)
    hub.saboteur.until_settled()
    (enquiry,) = pages(hub.client, "enquiry", "/v1/enquiries", f"contact_id={sent.contact_id}")
    assert asked(hub, enquiry) == dict.fromkeys(AGENCIES, 1)

    hub.saboteur.kill("gateway-health")
    with hub.saboteur.frozen("nats"):
        research(hub.client, "police", enquiry["enquiry_id"])
        until("the return to be written", lambda: unsent(hub, "gateway_police", "ret.%") == 1)
        killed = hub.saboteur.begin_to_kill("gateway-police")
    hub.saboteur.until_back("gateway-police", killed)
    for agency in ("health", "housing", "probation"):
        research(hub.client, agency, enquiry["enquiry_id"])
    hub.saboteur.until_settled()
    assert asked(hub, enquiry) == dict.fromkeys(AGENCIES, 1)
    assert answered(hub, enquiry) == {agency: ["nil"] for agency in AGENCIES}


def rate(hub: Hub, sent: Sent) -> tuple[str, int]:
    """Screen a contact up to the decision; return its path at screening, and its version."""
    path = f"/v1/screenings/{sent.contact_id}"
    hub.saboteur.until_settled()
    version = hub.client.get("manager", "screening", path)["version"]
    findings = {"indicators": ["hav.domestic_abuse.3.02"], "concerns": ["domestic_abuse"], "facts": {}}
    version = hub.client.put("worker", "screening", f"{path}/findings", findings, version)["version"]
    rating = {"rating": "amber", "rationale": "What each agency knows has to be put together."}
    return path, hub.client.post("manager", "screening", f"{path}/rating", rating, version)["version"]


def unsent(hub: Hub, database: str, subjects: str) -> int:
    query = f"SELECT count(*) FROM outbox WHERE sent_at IS NULL AND subject LIKE '{subjects}'"
    return hub.saboteur.count(database, query)


def asked(hub: Hub, enquiry: dict[str, Any]) -> dict[str, int]:
    """Return how often each agency's queue holds a request of this enquiry."""
    queues = {
        agency: pages(hub.client, f"gateway-{agency}", "/v1/requests", "which=all", f"researcher-{agency}")
        for agency in AGENCIES
    }
    return {
        agency: sum(line["enquiry_id"] == enquiry["enquiry_id"] for line in queue)
        for agency, queue in queues.items()
    }


def answered(hub: Hub, enquiry: dict[str, Any]) -> dict[str, list[str]]:
    """Return the answers of each agency that the manager sees."""
    detail = hub.client.get("manager", "enquiry", f"/v1/enquiries/{enquiry['enquiry_id']}")
    return {one["agency"]: [each["answer"] for each in one["returns"]] for one in detail["requests"]}


def test_a_message_that_nobody_can_read_is_set_aside_and_the_rest_goes_through(hub: Hub) -> None:
    before = dead_letters(hub, *READERS)
    arriving = hub.portal.begin(5)
    publish_unreadable(hub)
    for one in arriving:
        one.result(timeout=60)
    hub.saboteur.until_settled()
    assert_everything_is_there_once(hub)
    after = dead_letters(hub, *READERS)
    assert len(after) == len(before) + len(READERS)
    assert [line for line in after if not line.endswith(UNREADABLE)] == []


def publish_unreadable(hub: Hub) -> None:
    """Publish what is an event by its envelope and none by what is in it."""
    event = ContactReceived.model_validate(ContactReceived.example)
    envelope = Envelope.wrap(event, id=uuid4(), at=datetime.now(UTC))
    broken = envelope.model_copy(update={"data": {**envelope.data, "received_at": "nonsense"}})
    hub.saboteur.publish(event.subject(), broken.model_dump_json().encode())


def dead_letters(hub: Hub, *services: str) -> list[str]:
    """Return what the command for those who run the hub lists."""
    options = [option for service in services for option in ("--service", hub.layout.url(service))]
    done = subprocess.run(
        [Path(sys.executable).with_name("mash"), "dead-letters", *options],
        env=os.environ | {"MASH_ISSUER": hub.layout.url("companion")},
        capture_output=True,
        text=True,
        check=True,
    )
    *lines, _ = done.stdout.splitlines()
    return lines


def test_nothing_else_was_set_aside(hub: Hub) -> None:
    listed = dead_letters(hub, *(part.name for part in STORES))
    assert [line for line in listed if not line.endswith(UNREADABLE)] == []
