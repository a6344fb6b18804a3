"""Reminders and escalations run by themselves, and leave proof."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from enquiry.usecases.chasing import chase
from enquiry.usecases.telling import Postbox
from factories.enquiry import Desk
from mash.contracts.enquiry import EnquiryReady, RequestDueSoon, RequestOverdue, RequestRaised
from mash.db.tables import timer
from mash.timers import Timer
from support.clock import FakeClock


async def kinds(desk: Desk, agency: str = "police") -> list[str]:
    return [message.kind for message in await desk.posted(agency)]


@pytest.mark.requirement("ENQ-03")
class TestOneThatDoesNotAnswer:
    @pytest.mark.parametrize(
        ("rating", "reminded", "due", "raised"), [("red", 3, 4, 5), ("amber", 18, 24, 30)]
    )
    async def test_is_reminded_then_chased_then_raised_to_its_lead(
        self, desk: Desk, clock: FakeClock, rating: str, reminded: int, due: int, raised: int
    ) -> None:
        await desk.open("police", rating=rating)
        opened_at = clock.now
        for hours, told in (
            (reminded, ["request", "reminder"]),
            (due, ["request", "reminder", "chase"]),
            (raised, ["request", "reminder", "chase", "raised"]),
        ):
            clock.set(opened_at)
            clock.advance(hours=hours, seconds=-1)
            await desk.fire_timers()
            assert await kinds(desk) == told[:-1]
            clock.advance(seconds=1)
            await desk.fire_timers()
            assert await kinds(desk) == told
        assert len(await desk.events(RequestDueSoon)) == 1
        assert len(await desk.events(RequestOverdue)) == 1
        assert len(await desk.events(RequestRaised)) == 1

    async def test_each_message_has_a_higher_version(self, desk: Desk, clock: FakeClock) -> None:
        await desk.open("police", rating="red")
        clock.advance(hours=5)
        await desk.fire_timers()
        assert [message.version for message in await desk.posted("police")] == [1, 2, 3, 4]

    async def test_names_nobody_again_in_a_reminder(self, desk: Desk, clock: FakeClock) -> None:
        await desk.open("police", rating="red")
        clock.advance(hours=3)
        await desk.fire_timers()
        asked, reminded = await desk.posted("police")
        assert (len(asked.people), len(reminded.people)) == (2, 0)

    async def test_is_shown_late_at_once(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="red")
        clock.advance(hours=4, seconds=1)
        request = await desk.request(id)
        assert (request["state"], request["is_late"], request["seconds_left"]) == ("late", True, 0)


class TestOneThatAnswers:
    async def test_is_left_alone_from_then_on(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", "health", rating="red")
        await desk.says(id, "police")
        clock.advance(hours=5)
        await desk.fire_timers()
        assert await kinds(desk, "police") == ["request"]
        assert await kinds(desk, "health") == ["request", "reminder", "chase", "raised"]

    async def test_has_no_timer_left(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        await desk.says(id, "police")
        health = (await desk.request(id, "health"))["request_id"]
        async with desk.hub.engine.connect() as connection:
            keys = (await connection.execute(sa.select(timer.c.key))).scalars().all()
        assert {key.split(".")[0] for key in keys} == {str(id), health}

    async def test_and_takes_it_back_is_reminded_again(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="red")
        await desk.says(id)
        await desk.says(id, kind="withdrawal", version=2)
        clock.advance(hours=3)
        await desk.fire_timers()
        assert await kinds(desk) == ["request", "reminder"]


@pytest.mark.requirement("ENQ-05")
class TestWhenTheTimeIsUp:
    async def test_the_enquiry_goes_back_to_the_decision_maker(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", "health", rating="red")
        await desk.says(id, "health")
        clock.advance(hours=4)
        await desk.fire_timers()
        found = await desk.enquiry(id)
        assert (found["state"], found["ready"]) == ("ready", "time_up")
        assert [one["reason"] for one in await desk.events(EnquiryReady)] == ["time_up"]

    async def test_a_late_answer_makes_it_all_in(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="red")
        clock.advance(hours=5)
        await desk.fire_timers()
        await desk.says(id)
        assert [one["reason"] for one in await desk.events(EnquiryReady)] == ["time_up", "all_in"]
        assert (await desk.enquiry(id))["ready"] == "all_in"

    async def test_one_that_was_all_in_is_not_brought_back_twice(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="red")
        await desk.says(id)
        clock.advance(hours=5)
        await desk.fire_timers()
        assert [one["reason"] for one in await desk.events(EnquiryReady)] == ["all_in"]


@pytest.mark.requirement("ENQ-11")
class TestProof:
    async def test_says_who_was_told_by_what_means_and_when(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="red")
        clock.advance(hours=5)
        await desk.fire_timers()
        notices = (await desk.get(f"/{id}/proof")).json()["notices"]
        assert [(one["kind"], one["told"], one["means"]) for one in notices] == [
            ("request", "researcher", "nats"),
            ("reminder", "researcher", "nats"),
            ("chase", "researcher", "nats"),
            ("raised", "agency_lead", "nats"),
        ]
        assert notices[-1]["told_at"] == clock.now.isoformat().replace("+00:00", "Z")

    async def test_a_receipt_shows_that_its_own_message_was_delivered(
        self, desk: Desk, clock: FakeClock
    ) -> None:
        id = await desk.open("police", rating="red")
        clock.advance(hours=3)
        await desk.fire_timers()
        _, reminder = await desk.posted("police")
        await desk.says(id, kind="receipt", version=2, receipt_of=reminder.message_id)
        notices = (await desk.get(f"/{id}/proof")).json()["notices"]
        assert [one["delivery"] for one in notices] == ["waiting", "received"]

    async def test_a_receipt_of_a_version_covers_those_before_it(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="red")
        clock.advance(hours=4)
        await desk.fire_timers()
        await desk.says(id, kind="receipt", version=2)
        notices = (await desk.get(f"/{id}/proof")).json()["notices"]
        assert [one["delivery"] for one in notices] == ["received", "received", "waiting"]


async def test_a_timer_that_was_overtaken_chases_nobody(desk: Desk, clock: FakeClock) -> None:
    id = await desk.open("police", rating="red")
    request = await desk.request(id)
    stale = {"enquiry_id": str(id), "request_id": request["request_id"], "due_at": clock.now.isoformat()}
    overtaken = Timer(id, "request.overdue", request["request_id"], clock.now, stale, 1, None)
    async with desk.hub.transaction() as tx:
        await chase(tx, overtaken, Postbox(desk.hub.sealing))
    assert await kinds(desk) == ["request"]
    clock.advance(hours=4)
    await desk.fire_timers()
    assert (await kinds(desk))[-1] == "chase"
