"""Telephone and walk-in contacts, and the written form that must follow some of them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from factories.intake import create_call, create_form
from support.clock import FakeClock
from support.intake import Store
from support.tokens import Tokens


async def log(client: httpx.AsyncClient, headers: dict[str, str], **changes: Any) -> httpx.Response:
    return await client.post("/v1/calls", json=create_call(**changes), headers=headers)


class TestLogCall:
    @pytest.mark.requirement("INT-01", "INT-04")
    @pytest.mark.parametrize(("channel", "kind"), [("telephone", "call"), ("walk_in", "walk-in")])
    async def test_becomes_a_contact(
        self, intake: httpx.AsyncClient, officer: dict[str, str], store: Store, channel: str, kind: str
    ) -> None:
        answer = await log(intake, officer, channel=channel)
        assert (answer.status_code, answer.json()["channel"]) == (201, channel)
        (event,) = await store.events("contact.received")
        assert (event["channel"], event["kind"], event["source_code"]) == (channel, kind, "2A")

    @pytest.mark.parametrize("role", ["referrer", "mailbox", "social_worker", "analyst"])
    async def test_is_for_contact_officers(
        self, intake: httpx.AsyncClient, tokens: Tokens, role: str
    ) -> None:
        assert (await log(intake, tokens.issue(role))).status_code == 403

    @pytest.mark.requirement("INT-04")
    @pytest.mark.parametrize(
        ("changes", "follows"),
        [
            ({}, True),
            ({"immediate_child_protection": False}, False),
            ({"channel": "walk_in"}, False),
            ({"referrer": {"kind": "public"}}, False),
        ],
    )
    async def test_asks_professionals_for_the_form_when_a_child_needs_protection_now(
        self,
        intake: httpx.AsyncClient,
        officer: dict[str, str],
        store: Store,
        changes: dict[str, Any],
        follows: bool,
    ) -> None:
        told = (await log(intake, officer, **changes)).json()
        assert (told["written_form_due_at"] == "2026-11-19T10:00:00Z") is follows
        assert len(await store.timers()) == int(follows)

    async def test_counts_from_when_the_call_came(
        self, intake: httpx.AsyncClient, officer: dict[str, str], clock: FakeClock
    ) -> None:
        came_at = clock.now - timedelta(minutes=20)
        told = (await log(intake, officer, received_at=came_at.isoformat())).json()
        assert datetime.fromisoformat(told["received_at"]) == came_at

    @pytest.mark.parametrize("hours", [1, -24 * 8])
    async def test_refuses_a_time_when_it_cannot_have_come(
        self, intake: httpx.AsyncClient, officer: dict[str, str], clock: FakeClock, hours: int
    ) -> None:
        at = (clock.now + timedelta(hours=hours)).isoformat()
        answer = await log(intake, officer, received_at=at)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "received_at")


class TestWrittenForm:
    @pytest.mark.requirement("INT-04")
    async def test_is_chased_when_it_has_not_followed(
        self, intake: httpx.AsyncClient, officer: dict[str, str], clock: FakeClock, store: Store
    ) -> None:
        call = (await log(intake, officer)).json()
        clock.advance(hours=23, minutes=59)
        assert not await store.events("written-form.overdue")
        clock.advance(minutes=1)
        event = await store.wait_for("written-form.overdue")
        assert (event["contact_id"], event["reference"]) == (call["contact_id"], call["reference"])
        assert event["due_at"] == call["written_form_due_at"]

    @pytest.mark.requirement("INT-04")
    async def test_ends_the_chase_when_it_follows(
        self,
        intake: httpx.AsyncClient,
        officer: dict[str, str],
        referrer: dict[str, str],
        store: Store,
    ) -> None:
        call = (await log(intake, officer)).json()
        form = create_form(follows_call=call["reference"])
        written = (await intake.post("/v1/contacts", json=form, headers=referrer)).json()
        assert await store.timers() == []
        seen = (await intake.get(f"/v1/contacts/{call['reference']}", headers=officer)).json()
        assert seen["written_forms"] == [written["reference"]]
        told = [event["follows_contact_id"] for event in await store.events("contact.received")]
        assert told == [None, call["contact_id"]]

    @pytest.mark.requirement("INT-04", "IDN-03")
    async def test_is_one_occasion_with_its_call(
        self,
        intake: httpx.AsyncClient,
        officer: dict[str, str],
        referrer: dict[str, str],
        store: Store,
    ) -> None:
        call = (await log(intake, officer)).json()
        form = create_form(follows_call=call["reference"])
        await intake.post("/v1/contacts", json=form, headers=referrer)
        await intake.post("/v1/contacts", json=create_form(), headers=referrer)
        counts = [event["repeat_count"] for event in await store.events("contact.received")]
        assert counts == [0, 0, 1]

    async def test_is_taken_in_though_no_such_call_is_known(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        form = create_form(follows_call="HAV-26-00000000")
        answer = await intake.post("/v1/contacts", json=form, headers=referrer)
        assert answer.status_code == 201
        assert "No call of that reference" in answer.json()["warnings"][0]

    async def test_waits_in_no_ring_with_corrections_of_its_call(
        self,
        intake: httpx.AsyncClient,
        officer: dict[str, str],
        referrer: dict[str, str],
    ) -> None:
        call = (await log(intake, officer)).json()["reference"]
        form = create_form(follows_call=call)

        async def correct(version: int) -> int:
            headers = officer | {"If-Match": f'"{version}"'}
            child = {"children": form["children"]}
            answer = await intake.patch(f"/v1/contacts/{call}", json=child, headers=headers)
            return answer.status_code

        async def follow() -> int:
            return (await intake.post("/v1/contacts", json=form, headers=referrer)).status_code

        answers = await asyncio.gather(*(step for _ in range(5) for step in (correct(1), follow())))
        assert sorted(answers) == [200, *[201] * 5, *[412] * 4]
