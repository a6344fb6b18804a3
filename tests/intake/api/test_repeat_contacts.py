"""Repeat contacts on a child, a sibling or an address are counted exactly."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from factories.intake import NHS_NUMBERS, create_child, create_form, create_mother
from support.clock import FakeClock
from support.intake import Store
from support.tokens import Tokens

pytestmark = pytest.mark.requirement("IDN-03")

ELSEWHERE = "3 Other Road, Romford, RM99 2CD"


def stranger(**changes: Any) -> dict[str, Any]:
    """A child who shares nothing with another but what a test says."""
    base = {
        "given": "Wren",
        "family": "Example",
        "dob": "2015-05-05",
        "nhs_number": None,
        "address": ELSEWHERE,
    }
    return create_child(**{**base, **changes})


async def send(client: httpx.AsyncClient, headers: dict[str, str], **changes: Any) -> None:
    answer = await client.post(
        "/v1/contacts", json=create_form(**{"household": [], **changes}), headers=headers
    )
    assert answer.status_code == 201, answer.text


async def counts(store: Store) -> list[int]:
    return [event["repeat_count"] for event in await store.events("contact.received")]


SAME = [
    pytest.param({"children": [stranger(nhs_number="999 000 0018")]}, id="NHS number"),
    pytest.param(
        {"children": [stranger(given="ROBIN", family="Test-Case", dob="2019-02-03")]},
        id="name and date of birth",
    ),
    pytest.param(
        {"children": [stranger(also_known_as="Robin Testcase", dob="2019-02-03")]}, id="another name"
    ),
    pytest.param({"children": [stranger(address="14, sample close, RM99 1ab")]}, id="address"),
    pytest.param({"children": [stranger(address=None)], "address": "14 Sample Close RM991AB"}, id="home"),
    pytest.param(
        {
            "children": [stranger()],
            "household": [{"given": "Robin", "family": "Testcase", "dob": "2019-02-03"}],
        },
        id="sibling at home",
    ),
]
NOT_THE_SAME = [
    pytest.param({"children": [stranger()]}, id="nothing"),
    pytest.param({"children": [stranger(given="Robin", family="Testcase")]}, id="name alone"),
    pytest.param({"children": [stranger(dob="2019-02-03")]}, id="date of birth alone"),
    pytest.param({"children": [stranger(address="15 Sample Close, RM99 1AB")]}, id="next door"),
    pytest.param({"children": [stranger(address="14 Sample Close, RM99 1AC")]}, id="another postcode"),
    pytest.param({"children": [stranger(address="Flat 2, 14 Sample Close, RM99 1AB")]}, id="a flat there"),
    pytest.param({"children": [stranger(nhs_number="9990000019")]}, id="a number that fails its check"),
    pytest.param(
        {"children": [stranger()], "adults": [{"given": "Robin", "family": "Testcase", "dob": "2019-02-03"}]},
        id="a person elsewhere",
    ),
]


class TestCountRepeats:
    @pytest.mark.parametrize("second", SAME)
    async def test_knows_the_child_sibling_or_home_again(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store, second: dict[str, Any]
    ) -> None:
        await send(intake, referrer)
        await send(intake, referrer, **second)
        assert await counts(store) == [0, 1]

    @pytest.mark.parametrize("second", NOT_THE_SAME)
    async def test_takes_nobody_else_for_them(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store, second: dict[str, Any]
    ) -> None:
        await send(intake, referrer)
        await send(intake, referrer, **second)
        assert await counts(store) == [0, 0]

    async def test_counts_a_contact_once_however_much_it_shares(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
    ) -> None:
        both = [create_child(), create_child(given="Wren", dob="2017-01-01", nhs_number=NHS_NUMBERS[1])]
        for _ in range(3):
            await send(intake, referrer, children=both)
        assert await counts(store) == [0, 1, 2]

    async def test_looks_back_six_months_by_the_calendar(
        self, intake: httpx.AsyncClient, tokens: Tokens, clock: FakeClock, store: Store
    ) -> None:
        clock.set(datetime(2026, 2, 28, 12, 0, tzinfo=UTC))
        await send(intake, tokens.issue("referrer"))
        clock.set(datetime(2026, 8, 28, 12, 0, tzinfo=UTC))
        await send(intake, tokens.issue("referrer"))
        clock.set(datetime(2026, 8, 28, 12, 0, 1, tzinfo=UTC))
        await send(intake, tokens.issue("referrer"))
        assert await counts(store) == [0, 1, 1]

    async def test_counts_every_one_of_many_at_once_and_waits_for_none_in_a_ring(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
    ) -> None:
        children = [create_child(), stranger(nhs_number=NHS_NUMBERS[1])]
        orders = [children, children[::-1]] * 5
        await asyncio.gather(*(send(intake, referrer, children=order) for order in orders))
        assert sorted(await counts(store)) == list(range(10))

    @pytest.mark.requirement("IDN-05")
    async def test_knows_an_unborn_child_and_then_the_baby_by_the_mother(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
    ) -> None:
        mother = create_mother(nhs_number=NHS_NUMBERS[2])
        unborn, baby = {"edd": "2026-12-20"}, stranger(dob="2026-11-10")
        for child in (unborn, unborn, baby):
            await send(intake, referrer, children=[child], household=[mother], address=None)
        assert await counts(store) == [0, 1, 2]
        events = await store.events("contact.received")
        assert [event["unborn"] for event in events] == [True, True, False]
