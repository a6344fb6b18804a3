"""What a manager changes while an enquiry is open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from factories.enquiry import Desk
from mash.contracts.enquiry import (
    EnquiryRatingChanged,
    EnquiryReady,
    EnquiryResumed,
    EnquiryWithdrawn,
    InformationRequested,
    RequestCancelled,
)
from support.clock import FakeClock

WHY = "It is needed."


def hours_after(clock: FakeClock, hours: float) -> str:
    return (clock.now + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


@pytest.mark.requirement("ENQ-04")
class TestChangeRating:
    async def test_both_ratings_are_kept(self, desk: Desk) -> None:
        id = await desk.open("police", rating="amber")
        await desk.rate(id, "red")
        found = await desk.enquiry(id)
        assert (found["first_rating"], found["rating"]) == ("amber", "red")
        given = [(one["rating"], one["rationale"]) for one in found["history"]]
        assert given == [("amber", None), ("red", "The picture has changed.")]

    async def test_a_rise_is_due_from_then_on(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="amber")
        clock.advance(hours=10)
        await desk.rate(id, "red")
        found = await desk.enquiry(id)
        assert found["due_at"] == found["requests"][0]["due_at"] == hours_after(clock, 4)
        assert found["seconds_elapsed"] == 36000

    async def test_a_fall_gives_what_there_would_have_been(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="red")
        clock.advance(hours=3)
        await desk.rate(id, "amber")
        assert (await desk.enquiry(id))["due_at"] == hours_after(clock, 21)

    async def test_the_agencies_are_told_who_it_is_and_when_it_is_due(
        self, desk: Desk, clock: FakeClock
    ) -> None:
        id = await desk.open("police", rating="amber")
        await desk.rate(id, "red")
        _, changed = await desk.posted("police")
        assert (changed.kind, changed.rating, changed.version) == ("changed", "red", 2)
        assert changed.due_at == clock.now + timedelta(hours=4)
        assert [person.given for person in changed.people] == ["Wren", "Robin"]

    async def test_a_rise_does_not_wait_for_intake(self, desk: Desk) -> None:
        id = await desk.open("police", rating="amber")
        desk.intake.is_away = True
        await desk.rate(id, "red")
        _, changed = await desk.posted("police")
        assert (changed.rating, changed.people) == ("red", [])

    async def test_timers_move_with_what_is_due(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="red")
        await desk.rate(id, "amber")
        clock.advance(hours=5)
        await desk.fire_timers()
        assert [one.kind for one in await desk.posted("police")] == ["request", "changed"]
        clock.advance(hours=13)
        await desk.fire_timers()
        assert [one.kind for one in await desk.posted("police")] == ["request", "changed", "reminder"]

    async def test_timers_come_forward_with_a_rise(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="amber")
        clock.advance(hours=10)
        await desk.rate(id, "red")
        clock.advance(hours=3)
        await desk.fire_timers()
        assert [one.kind for one in await desk.posted("police")] == ["request", "changed", "reminder"]
        clock.advance(hours=1)
        await desk.fire_timers()
        assert (await desk.enquiry(id))["ready"] == "time_up"

    async def test_whoever_has_answered_keeps_the_time_it_was_due(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", "health", rating="amber")
        await desk.says(id, "police")
        before = (await desk.request(id, "police"))["due_at"]
        await desk.rate(id, "red")
        assert (await desk.request(id, "police"))["due_at"] == before
        assert (await desk.request(id, "health"))["due_at"] == hours_after(clock, 4)
        assert len(await desk.posted("police")) == 1

    async def test_a_fall_takes_an_enquiry_whose_time_was_up_from_the_manager(
        self, desk: Desk, clock: FakeClock
    ) -> None:
        id = await desk.open("police", rating="red")
        clock.advance(hours=4)
        await desk.fire_timers()
        await desk.rate(id, "amber")
        found = await desk.enquiry(id)
        assert (found["state"], found["ready"]) == ("open", None)
        [told] = await desk.events(EnquiryResumed)
        assert told["enquiry_id"] == str(id)
        clock.advance(hours=20)
        await desk.fire_timers()
        assert [one["reason"] for one in await desk.events(EnquiryReady)] == ["time_up", "time_up"]

    async def test_the_hub_is_told(self, desk: Desk, clock: FakeClock) -> None:
        await desk.rate(await desk.open("police", rating="amber"), "red")
        (told,) = await desk.events(EnquiryRatingChanged)
        assert (told["previous_rating"], told["rating"]) == ("amber", "red")
        assert told["due_at"] == hours_after(clock, 4)

    async def test_the_same_rating_is_no_change(self, desk: Desk) -> None:
        id = await desk.open("police", rating="amber")
        answer = await desk.change(id, "rating", {"rating": "amber", "rationale": WHY})
        assert answer.status_code == 409

    @pytest.mark.parametrize(
        "body",
        [{"rating": "red"}, {"rating": "red", "rationale": "  "}, {"rating": "blue", "rationale": WHY}],
    )
    async def test_a_rating_needs_its_reason(self, desk: Desk, body: dict[str, str]) -> None:
        id = await desk.open("police")
        assert (await desk.change(id, "rating", body)).status_code == 422


class TestAskAgency:
    async def test_another_agency_is_asked_with_the_ratings_whole_time(
        self, desk: Desk, clock: FakeClock
    ) -> None:
        id = await desk.open("police", rating="red")
        clock.advance(hours=2)
        answer = await desk.change(id, "requests", {"agency": "housing", "rationale": WHY})
        assert answer.status_code == 201
        (asked,) = await desk.posted("housing")
        assert (asked.kind, asked.due_at) == ("request", clock.now + timedelta(hours=4))
        assert [one["agency"] for one in await desk.events(InformationRequested)] == ["police", "housing"]

    @pytest.mark.requirement("ENQ-12")
    async def test_the_manager_may_choose_the_questions(self, desk: Desk) -> None:
        id = await desk.open("police")
        body = {"agency": "housing", "questions": ["housing.eviction"], "rationale": WHY}
        await desk.change(id, "requests", body)
        assert [one["id"] for one in (await desk.request(id, "housing"))["questions"]] == ["housing.eviction"]

    async def test_takes_an_enquiry_that_was_all_in_from_the_manager(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.says(id)
        await desk.change(id, "requests", {"agency": "housing", "rationale": WHY})
        assert (await desk.enquiry(id))["ready"] is None
        assert len(await desk.events(EnquiryResumed)) == 1

    async def test_leaves_an_enquiry_whose_time_is_up_with_the_manager(
        self, desk: Desk, clock: FakeClock
    ) -> None:
        id = await desk.open("police", rating="red")
        clock.advance(hours=4)
        await desk.fire_timers()
        await desk.change(id, "requests", {"agency": "housing", "rationale": WHY})
        assert (await desk.enquiry(id))["ready"] == "time_up"
        assert await desk.events(EnquiryResumed) == []

    async def test_one_that_has_answered_can_be_asked_anew(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.says(id)
        await desk.change(id, "requests", {"agency": "police", "rationale": WHY})
        first, second = (await desk.enquiry(id))["requests"]
        assert (first["state"], second["state"]) == ("answered", "waiting")

    async def test_one_that_owes_an_answer_is_not_asked_twice(self, desk: Desk) -> None:
        id = await desk.open("police")
        answer = await desk.change(id, "requests", {"agency": "police", "rationale": WHY})
        assert answer.status_code == 409
        assert len(await desk.posted("police")) == 1

    @pytest.mark.parametrize(
        "body",
        [
            {"agency": "coastguard"},
            {"agency": "housing", "questions": ["police.known"]},
            {"agency": "housing", "questions": ["Is Robin Testcase there?"]},
        ],
    )
    async def test_nobody_is_asked_what_the_partnership_does_not_have(
        self, desk: Desk, body: dict[str, object]
    ) -> None:
        id = await desk.open("police")
        answer = await desk.change(id, "requests", {**body, "rationale": WHY})
        assert answer.status_code == 422
        assert "Testcase" not in answer.text

    async def test_nobody_is_asked_while_intake_is_away(self, desk: Desk) -> None:
        id = await desk.open("police")
        desk.intake.is_away = True
        answer = await desk.change(id, "requests", {"agency": "housing", "rationale": WHY})
        assert answer.status_code == 503
        assert len((await desk.enquiry(id))["requests"]) == 1


@pytest.mark.requirement("ENQ-12")
class TestChangeRequest:
    async def test_a_narrowed_one_asks_less(self, desk: Desk) -> None:
        id = await desk.open("police")
        request = (await desk.request(id))["request_id"]
        await desk.change(
            id, f"requests/{request}/narrow", {"questions": ["police.danger"], "rationale": WHY}
        )
        _, changed = await desk.posted("police")
        assert [question.id for question in changed.questions] == ["police.danger"]
        assert [one["id"] for one in (await desk.request(id))["questions"]] == ["police.danger"]

    async def test_one_sent_again_names_the_people_as_they_are_now_recorded(
        self, desk: Desk, clock: FakeClock
    ) -> None:
        id = await desk.open("police")
        request = await desk.request(id)
        desk.intake.people[(await desk.enquiry(id))["contact_id"]]["people"][0]["family"] = "Sample"
        clock.advance(hours=1)
        await desk.change(id, f"requests/{request['request_id']}/reissue", {"rationale": WHY})
        _, again = await desk.posted("police")
        assert (again.kind, again.version, again.people[0].family) == ("request", 2, "Sample")
        assert again.due_at == datetime.fromisoformat(request["due_at"])

    async def test_a_cancelled_one_is_owed_no_more(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", "health", rating="red")
        request = (await desk.request(id))["request_id"]
        await desk.says(id, "health")
        await desk.change(id, f"requests/{request}/cancel", {"reason": "Asked by mistake."})
        clock.advance(hours=5)
        await desk.fire_timers()
        assert [one.kind for one in await desk.posted("police")] == ["request", "cancelled"]
        assert (await desk.request(id))["state"] == "cancelled"
        assert (await desk.enquiry(id))["ready"] == "all_in"
        assert len(await desk.events(RequestCancelled)) == 1

    async def test_an_answer_that_crossed_the_cancelling_is_kept(self, desk: Desk) -> None:
        id = await desk.open("police")
        request = (await desk.request(id))["request_id"]
        await desk.change(id, f"requests/{request}/cancel", {"reason": "Asked by mistake."})
        await desk.informs(id)
        assert (await desk.request(id))["answer"] == "information"

    @pytest.mark.parametrize(
        ("what", "body"),
        [
            ("narrow", {"questions": ["police.known"], "rationale": WHY}),
            ("reissue", {"rationale": WHY}),
            ("cancel", {"reason": WHY}),
        ],
    )
    @pytest.mark.parametrize("done", ["answered", "cancelled"])
    async def test_nothing_is_changed_once_nothing_is_owed(
        self, desk: Desk, what: str, body: dict[str, object], done: str
    ) -> None:
        id = await desk.open("police")
        request = (await desk.request(id))["request_id"]
        if done == "answered":
            await desk.says(id)
        else:
            await desk.change(id, f"requests/{request}/cancel", {"reason": WHY})
        told = len(await desk.posted("police"))
        answer = await desk.change(id, f"requests/{request}/{what}", body)
        assert answer.status_code == 409
        assert len(await desk.posted("police")) == told


@pytest.mark.requirement("ENQ-09")
class TestWithdraw:
    async def test_the_agencies_are_told_to_stop(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", "health", rating="red")
        await desk.change(id, "withdrawal", {"reason": "The wrong family."})
        clock.advance(hours=5)
        await desk.fire_timers()
        assert [one.kind for one in await desk.posted("police")] == ["request", "withdrawn"]
        assert (await desk.request(id))["state"] == "cancelled"
        assert len(await desk.events(EnquiryWithdrawn)) == 1

    async def test_what_was_returned_stays(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        await desk.informs(id)
        await desk.change(id, "withdrawal", {"reason": "The wrong family."})
        request = await desk.request(id)
        assert (request["answer"], len(request["returns"])) == ("information", 1)
        assert [one.kind for one in await desk.posted("police")] == ["request", "withdrawn"]

    async def test_needs_its_reason(self, desk: Desk) -> None:
        id = await desk.open("police")
        assert (await desk.change(id, "withdrawal", {"reason": ""})).status_code == 422
        await desk.change(id, "withdrawal", {"reason": "The wrong family."})
        assert (await desk.enquiry(id))["history"][-1]["rationale"] == "The wrong family."
