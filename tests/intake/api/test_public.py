"""The public's door: open to everybody, and shut to whoever would flood it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from support.clock import FakeClock
from support.intake import Store
from support.services import Services

FORM = {
    "partnership": "havering",
    "about_you": {"kind": "acquaintance", "name": "Perry Placeholme"},
    "children": [{"given": "Robin", "estimated_age_years": 7, "school": "Paper Lane Primary"}],
    "address": "14 Sample Close, Romford, RM99 1AB",
    "worry": "He is out alone late at night.",
}
PROXY = "10.1.2.3"


class Door:
    """The public's form, as it is reached from any address."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def send(
        self,
        address: str = "192.0.2.1",
        *,
        forwarded: str | None = None,
        key: str | None = None,
        **changed: Any,
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=(address, 4000))
        headers = {"x-forwarded-for": forwarded} if forwarded else {}
        headers |= {"idempotency-key": key} if key else {}
        async with httpx.AsyncClient(transport=transport, base_url="http://intake.test") as client:
            return await client.post("/v1/public/contacts", json=FORM | changed, headers=headers)


@pytest.fixture
async def door(service: Services, database_url: str) -> AsyncIterator[Door]:
    async with opened(service, database_url) as door:
        yield door


@asynccontextmanager
async def opened(service: Services, database_url: str) -> AsyncIterator[Door]:
    app = await service.create(
        "intake",
        database_url=database_url,
        partnerships=["havering"],
        public_per_hour_and_address=3,
        public_per_hour=5,
        trusted_proxies=[PROXY],
    )
    async with app.router.lifespan_context(app):
        yield Door(app)


@pytest.mark.requirement("INT-20")
async def test_a_form_sent_twice_is_one_contact(door: Door, store: Store) -> None:
    first = await door.send(key="d9f2c1e4-one-page")
    again = await door.send("192.0.2.7", key="d9f2c1e4-one-page")
    other = await door.send("192.0.2.7", key="d9f2c1e4-one-page", worry="Quite another child.")
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.json() == first.json()
    assert first.json()["reference"] not in other.text
    assert await store.count("contact") == 1


@pytest.mark.requirement("INT-01")
async def test_anybody_can_tell_of_a_worry(
    door: Door, intake: httpx.AsyncClient, officer: dict[str, str], store: Store
) -> None:
    answer = await door.send()
    assert answer.status_code == 201
    assert answer.json().keys() == {"reference", "in_danger"}
    assert answer.json()["in_danger"]["emergency"] == "999"
    seen = (await intake.get(f"/v1/contacts/{answer.json()['reference']}", headers=officer)).json()
    assert seen["document"]["concern"]["narrative"] == FORM["worry"]
    assert seen["document"]["referrer"]["is_professional"] is False
    (line,) = await store.audit("contact.received")
    assert "placeholme" not in str(line).lower()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 201),
        ({"worry": ""}, 422),
        ({"about_you": {"kind": "police"}}, 422),
        ({"about_you": {"is_professional": True}}, 422),
        ({"consent": {"told": "informed"}}, 422),
        ({"history": {"previous": "x"}}, 422),
        ({"children": [{"given": "Robin", "nhs_number": "999 000 0018"}]}, 422),
        ({"children": [{"dob": "1066-01-01"}]}, 422),
        ({"partnership": "medway"}, 404),
        ({"worry": "x" * 20_001}, 422),
    ],
)
async def test_takes_only_what_a_member_of_the_public_fills(
    door: Door, changed: dict[str, Any], status: int
) -> None:
    assert (await door.send(**changed)).status_code == status


class TestLimits:
    @pytest.mark.requirement("SEAL-09")
    async def test_one_address_is_held_back_and_told_whom_to_ring(self, door: Door) -> None:
        assert [(await door.send()).status_code for _ in range(3)] == [201] * 3
        refused = await door.send()
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 3600
        shown = refused.json()
        assert shown["in_danger"]["answering_now"] in shown["detail"]
        assert "999" in shown["detail"]
        assert "has not been kept" in shown["detail"]
        assert (await door.send("192.0.2.2")).status_code == 201

    async def test_what_is_refused_leaves_nothing_behind(self, door: Door, store: Store) -> None:
        for _ in range(5):
            await door.send()
        assert len(await store.audit("contact.received")) == 3

    async def test_all_addresses_together_have_a_ceiling(self, door: Door) -> None:
        statuses = [(await door.send(f"192.0.2.{number}")).status_code for number in range(7)]
        assert statuses == [201] * 5 + [429] * 2

    async def test_at_the_same_moment_no_more_get_through(self, door: Door) -> None:
        answers = await asyncio.gather(*(door.send() for _ in range(8)))
        assert sorted(answer.status_code for answer in answers) == [201] * 3 + [429] * 5

    async def test_an_hour_later_there_is_room_again(self, door: Door, clock: FakeClock) -> None:
        assert [(await door.send()).status_code for _ in range(4)] == [201, 201, 201, 429]
        clock.advance(timedelta(hours=1))
        assert (await door.send()).status_code == 201

    async def test_it_holds_over_copies_of_the_service(
        self, door: Door, service: Services, database_url: str
    ) -> None:
        async with opened(service, database_url) as copy:
            statuses = [(await one.send()).status_code for one in (door, copy, door, copy)]
        assert statuses == [201, 201, 201, 429]

    async def test_a_household_s_newer_addresses_are_one(self, door: Door) -> None:
        statuses = [(await door.send(f"2001:db8:1:2::{number}")).status_code for number in range(1, 5)]
        assert statuses == [201, 201, 201, 429]
        assert (await door.send("2001:db8:1:3::1")).status_code == 201

    async def test_only_a_known_proxy_is_believed_of_whom_it_speaks_for(self, door: Door) -> None:
        known = [(await door.send(PROXY, forwarded=f"198.51.100.{n}")).status_code for n in range(4)]
        assert known == [201] * 4

    async def test_a_stranger_cannot_give_itself_another_address(self, door: Door) -> None:
        lied = [(await door.send("192.0.2.9", forwarded=f"198.51.100.{n}")).status_code for n in range(4)]
        assert lied == [201, 201, 201, 429]
        behind = await door.send(PROXY, forwarded="203.0.113.1, 192.0.2.9")
        assert behind.status_code == 429

    async def test_no_address_is_kept_and_no_count_for_long(
        self, door: Door, clock: FakeClock, store: Store
    ) -> None:
        await door.send()
        clock.advance(timedelta(hours=1))
        await door.send()
        digests = await store.digests("public_count")
        assert len(digests) == 2
        assert all(len(digest) == 32 and b"192.0.2" not in digest for digest in digests)
