"""Rating, deciding, reopening and the clock: what a manager alone may do."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from factories.screening import DUE_AT, LEVEL_2, LEVEL_3, LEVEL_4, RECEIVED_AT, Desk, create_opened
from mash.contracts.enquiry import EnquiryDecided
from mash.contracts.intake import ContactSupplemented
from mash.contracts.screening import (
    ContactAllocated,
    ContactDecided,
    ContactRated,
    ScreeningConfirmed,
    ScreeningPaused,
    ScreeningReopened,
    ScreeningResumed,
)
from support.clock import FakeClock

REASON = {"reason": "The school rang again."}
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("rating", {"rating": "red"}),
    ("pathway", {"pathway": "early_help", "level": 2}),
    ("pause", REASON),
]


class TestRateContact:
    @pytest.mark.requirement("SCR-01")
    async def test_tells_the_hub_the_rating(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_3]})

        answer = await desk.change(contact_id, "rating", {"rating": "amber"})

        assert answer.json()["rating"] == "amber"
        (event,) = await desk.events(ContactRated)
        assert (event["rating"], event["recommended_rating"], event["differs"]) == ("amber", "amber", False)

    @pytest.mark.requirement("SCR-01")
    async def test_needs_a_reason_where_it_differs_and_keeps_it_here(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_3]})

        refused = await desk.change(contact_id, "rating", {"rating": "red"})
        given = await desk.change(
            contact_id, "rating", {"rating": "red", "rationale": "Robin Testcase was hurt before."}
        )

        assert (refused.status_code, given.status_code) == (422, 200)
        assert refused.json()["errors"][0]["field"] == "rationale"
        assert given.json()["decisions"][-1]["rationale"] == "Robin Testcase was hurt before."
        (event,) = await desk.events(ContactRated)
        assert event["differs"] is True
        assert "Robin" not in str(event)

    async def test_a_blank_reason_is_none(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_3]})

        answer = await desk.change(contact_id, "rating", {"rating": "red", "rationale": "   "})

        assert answer.status_code == 422

    @pytest.mark.requirement("SCR-14")
    async def test_a_new_rating_never_restarts_the_clock(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "rating", {"rating": "green"})
        clock.advance(hours=2)

        answer = await desk.change(contact_id, "rating", {"rating": "red"})

        assert answer.json()["due_at"] == "2026-11-19T10:00:00Z"
        assert answer.json()["seconds_elapsed"] == 2 * 3600
        assert [event["previous_rating"] for event in await desk.events(ContactRated)] == [None, "green"]


class TestChoosePathway:
    @pytest.mark.requirement("SCR-09")
    async def test_closes_a_contact_below_level_two_at_once(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.get(f"/{contact_id}/recommendation")

        await desk.decide(contact_id, "close_with_advice", 1, advice="The family hub is open on Tuesdays.")

        (event,) = await desk.events(ContactDecided)
        assert (event["pathway"], event["level"], event["rating"]) == ("close_with_advice", 1, None)
        assert (event["differs"], event["in_time"]) == (False, True)
        assert "Tuesdays" not in str(event)
        assert (await desk.screening(contact_id))["decisions"][-1]["advice"].endswith("Tuesdays.")

    @pytest.mark.requirement("SCR-09")
    async def test_closes_nothing_unseen_without_a_reason(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        close = {"pathway": "close_with_advice", "level": 1}

        unseen = await desk.change(contact_id, "pathway", close)
        reasoned = await desk.change(contact_id, "pathway", {**close, "rationale": "Sent twice by mistake."})

        assert (unseen.status_code, reasoned.status_code) == (422, 200)

    @pytest.mark.requirement("SCR-09")
    async def test_a_change_of_the_findings_has_to_be_looked_at_before_closing(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.get(f"/{contact_id}/recommendation")
        await desk.change(contact_id, "findings", {})

        answer = await desk.change(contact_id, "pathway", {"pathway": "close_with_advice", "level": 1})

        assert answer.status_code == 422

    @pytest.mark.requirement("SCR-08")
    async def test_sends_high_risk_to_duty_assessment(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_4]})

        await desk.decide(contact_id, "fast_track", 4)

        (event,) = await desk.events(ContactDecided)
        assert (event["pathway"], event["recommended_pathway"], event["agencies"]) == (
            "fast_track",
            "fast_track",
            [],
        )

    @pytest.mark.requirement("SCR-08")
    async def test_gives_a_contact_to_a_social_worker_and_decides_later(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        await desk.decide(contact_id, "social_worker_screening", 3, worker="worker-wren")

        (event,) = await desk.events(ContactAllocated)
        assert event["worker"] == "worker-wren"
        assert await desk.events(ContactDecided) == []
        await desk.decide(contact_id, "early_help", 2)
        assert len(await desk.events(ContactDecided)) == 1

    @pytest.mark.requirement("SCR-08")
    async def test_opens_an_enquiry_beside_the_fast_track(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_4], "concerns": ["gangs"]})
        await desk.change(contact_id, "rating", {"rating": "red"})

        await desk.decide(
            contact_id, "enquiry", 4, agencies=["police", "health", "police"], fast_track_alongside=True
        )

        (event,) = await desk.events(ContactDecided)
        assert (event["pathway"], event["fast_track_alongside"], event["differs"]) == ("enquiry", True, False)
        assert event["agencies"] == ["police", "health"]
        assert event["concerns"] == ["gangs", "neglect", "physical_health"]

    @pytest.mark.requirement("SCR-01")
    async def test_needs_a_reason_where_it_differs(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_3]})
        other = {"pathway": "early_help", "level": 2}

        refused = await desk.change(contact_id, "pathway", other)
        given = await desk.change(contact_id, "pathway", {**other, "rationale": "The family agrees to help."})

        assert (refused.status_code, given.status_code) == (422, 200)
        (event,) = await desk.events(ContactDecided)
        assert (event["recommended_pathway"], event["differs"]) == ("social_worker_screening", True)

    @pytest.mark.requirement("SCR-07")
    async def test_an_enquiry_on_any_other_ground_needs_a_reason(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        found = {"indicators": [LEVEL_3], "criteria": ["hav.criterion.19"]}
        await desk.change(contact_id, "findings", found)
        await desk.change(contact_id, "rating", {"rating": "amber"})
        enquiry = {"pathway": "enquiry", "level": 3, "agencies": ["housing"]}

        refused = await desk.change(contact_id, "pathway", enquiry)
        given = await desk.change(contact_id, "pathway", {**enquiry, "rationale": "Three addresses at once."})

        assert (refused.status_code, given.status_code) == (422, 200)

    @pytest.mark.parametrize("agencies", [[], ["navy"]])
    async def test_an_enquiry_asks_agencies_that_the_partnership_has(
        self, desk: Desk, agencies: list[str]
    ) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "rating", {"rating": "amber"})

        answer = await desk.change(
            contact_id, "pathway", {"pathway": "enquiry", "level": 3, "agencies": agencies}
        )

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "agencies"

    async def test_an_enquiry_needs_a_rating(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        answer = await desk.change(
            contact_id, "pathway", {"pathway": "enquiry", "level": 3, "agencies": ["police"]}
        )

        assert answer.json()["errors"][0]["field"] == "rating"

    @pytest.mark.parametrize(("what", "body"), CHANGES)
    async def test_what_is_decided_is_decided(self, desk: Desk, what: str, body: dict[str, Any]) -> None:
        contact_id = await desk.receive()
        await desk.decide(contact_id)

        answer = await desk.change(contact_id, what, body)

        assert answer.status_code == 409
        assert "HAV-26-7K3M9QXT has been decided" in answer.json()["detail"]

    @pytest.mark.requirement("SCR-14")
    async def test_a_late_decision_is_told_as_late(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = await desk.receive()
        clock.set(DUE_AT + timedelta(seconds=1))

        await desk.decide(contact_id)

        (event,) = await desk.events(ContactDecided)
        assert (event["received_at"], event["due_at"], event["in_time"]) == (
            "2026-11-18T10:00:00Z",
            "2026-11-19T10:00:00Z",
            False,
        )

    async def test_of_two_decisions_at_once_one_is_told_that_it_is_stale(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        body = {"pathway": "early_help", "level": 2}

        first = await desk.change(contact_id, "pathway", body, version=1)
        second = await desk.change(contact_id, "pathway", body, version=1)

        assert (first.status_code, second.status_code) == (200, 412)
        assert second.json()["changed"] == ["decision", "pathway"]
        assert len(await desk.events(ContactDecided)) == 1

    async def test_of_many_decisions_at_the_same_moment_one_counts(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        body = {"pathway": "early_help", "level": 2}

        answers = await asyncio.gather(
            *(desk.change(contact_id, "pathway", body, version=1) for _ in range(5))
        )

        assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
        assert len(await desk.events(ContactDecided)) == 1


class TestReopen:
    @pytest.mark.requirement("SCR-14")
    async def test_puts_it_back_with_the_clock_it_had(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = await desk.receive()
        await desk.decide(contact_id)
        clock.advance(hours=3)

        answer = await desk.change(contact_id, "reopen", REASON)

        assert answer.json()["state"] == "awaiting_decision"
        assert answer.json()["seconds_left"] == 21 * 3600
        assert answer.json()["decisions"][-1]["rationale"] == REASON["reason"]
        (event,) = await desk.events(ScreeningReopened)
        assert (event["because"], event["due_at"]) == ("manager", "2026-11-19T10:00:00Z")
        await desk.decide(contact_id, "fast_track", 4)

    async def test_refuses_what_is_open(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        assert (await desk.change(contact_id, "reopen", REASON)).status_code == 409

    async def test_waits_for_an_enquiry_to_end(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        enquiry_id = await desk.open_enquiry(contact_id)
        assert (await desk.change(contact_id, "reopen", REASON)).status_code == 409

        decided = {**EnquiryDecided.example, "contact_id": contact_id, "enquiry_id": enquiry_id}
        await desk.hand(EnquiryDecided.model_validate(decided))

        assert (await desk.change(contact_id, "reopen", REASON)).status_code == 200

    async def test_needs_a_reason(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.decide(contact_id)

        assert (await desk.change(contact_id, "reopen", {"reason": " "})).status_code == 422


class TestConfirm:
    async def test_takes_the_contact_off_the_list_of_new_information(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.decide(contact_id)
        added = {**ContactSupplemented.example, "contact_id": contact_id}
        await desk.hand(ContactSupplemented.model_validate(added))
        assert await self._listed(desk) == [str(contact_id)]

        answer = await desk.change(contact_id, "confirmation", REASON)

        assert answer.status_code == 200
        assert await self._listed(desk) == []
        assert (await desk.screening(contact_id))["state"] == "decided"
        [told] = await desk.events(ScreeningConfirmed)
        assert told["contact_id"] == str(contact_id)

    async def test_refuses_what_is_open(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        assert (await desk.change(contact_id, "confirmation", REASON)).status_code == 409

    async def _listed(self, desk: Desk) -> list[str]:
        listed = (await desk.get(state="new_information")).json()
        return [item["contact_id"] for item in listed["items"]]


class TestPauseAndResume:
    @pytest.mark.requirement("SCR-14")
    async def test_moves_the_due_time_and_shows_the_real_time(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = await desk.receive()
        clock.set(RECEIVED_AT + timedelta(hours=1))
        paused = await desk.change(contact_id, "pause", REASON)
        clock.advance(hours=2)
        resumed = await desk.change(contact_id, "resume")

        assert paused.json()["paused"] is True
        assert resumed.json()["due_at"] == "2026-11-19T12:00:00Z"
        assert resumed.json()["seconds_left"] == 23 * 3600
        assert resumed.json()["seconds_elapsed"] == 3 * 3600
        (pause,) = resumed.json()["pauses"]
        assert (pause["reason"], pause["paused_by"]) == (REASON["reason"], "manager")

    async def test_tells_the_hub_and_not_why(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "pause", REASON)
        clock.advance(hours=2)
        await desk.change(contact_id, "resume")

        (paused,), (resumed,) = await desk.events(ScreeningPaused), await desk.events(ScreeningResumed)
        assert paused["paused_at"] == "2026-11-18T10:00:00Z"
        assert resumed["due_at"] == "2026-11-19T12:00:00Z"
        assert "school" not in str(paused)

    async def test_refuses_to_pause_twice_or_to_resume_what_runs(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        assert (await desk.change(contact_id, "resume")).status_code == 409
        assert (await desk.change(contact_id, "pause", REASON)).status_code == 200
        assert (await desk.change(contact_id, "pause", REASON)).status_code == 409

    @pytest.mark.requirement("SCR-14")
    async def test_needs_a_reason(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        assert (await desk.change(contact_id, "pause", {"reason": ""})).status_code == 422

    async def test_a_decision_ends_the_pause(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "pause", REASON)
        clock.advance(hours=30)

        await desk.decide(contact_id)

        (event,) = await desk.events(ContactDecided)
        assert event["in_time"] is True
        screening = await desk.screening(contact_id)
        assert screening["pauses"][0]["until_at"] is not None
        assert screening["paused"] is False

    async def test_what_is_paused_is_not_late(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "pause", REASON)
        clock.set(DUE_AT + timedelta(hours=1))

        listed = (await desk.get(state="paused")).json()

        assert listed["counts"]["late"] == 0
        assert listed["items"][0]["late"] is False


ALL_CHANGES: dict[str, dict[str, Any]] = {
    "findings": {"indicators": [LEVEL_2]},
    "analysis": {"worries": "Tired."},
    "screening-note": {
        "spoke_to_parents": True,
        "parents": "They agree.",
        "level": 2,
        "pathway": "early_help",
        "analysis": "Help at home.",
    },
    "rating": {"rating": "green"},
    "pathway": {"pathway": "early_help", "level": 2},
    "pause": REASON,
}
SCREENERS = {"officer", "worker", "manager"}
ALLOWED = {
    "findings": SCREENERS,
    "analysis": SCREENERS,
    "screening-note": {"worker", "manager"},
    "rating": {"manager"},
    "pathway": {"manager"},
    "pause": {"manager"},
}
EVERYBODY = [*SCREENERS, "referrer-school", "analyst", "dpo", "ops"]


@pytest.mark.parametrize("what", ALL_CHANGES)
async def test_only_those_who_may_can_change_a_screening(desk: Desk, what: str) -> None:
    for role in EVERYBODY:
        contact_id = await desk.receive()
        answer = await desk.change(contact_id, what, ALL_CHANGES[what], role=role)

        assert answer.status_code == (200 if role in ALLOWED[what] else 403), role


@pytest.mark.parametrize("what", ["reopen", "confirmation", "resume"])
async def test_only_managers_take_a_decision_back(desk: Desk, what: str) -> None:
    for role in EVERYBODY:
        contact_id = await desk.receive()
        if what == "resume":
            await desk.change(contact_id, "pause", REASON)
        else:
            await desk.decide(contact_id)
        answer = await desk.change(contact_id, what, None if what == "resume" else REASON, role=role)

        assert answer.status_code == (200 if role == "manager" else 403), role


@pytest.mark.parametrize("path", ["", "/{id}", "/{id}/recommendation"])
async def test_only_hub_staff_may_look(desk: Desk, path: str) -> None:
    contact_id = await desk.receive()
    for role in EVERYBODY:
        answer = await desk.get(path.format(id=contact_id), role=role)

        assert answer.status_code == (200 if role in SCREENERS else 403), role


@pytest.mark.parametrize("what", ALL_CHANGES)
async def test_a_change_outside_the_callers_partnerships_is_not_found(desk: Desk, what: str) -> None:
    contact_id = await desk.receive()

    elsewhere = await desk.change(contact_id, what, ALL_CHANGES[what], partnerships=("medway",))
    here = await desk.change(contact_id, what, ALL_CHANGES[what])

    assert (elsewhere.status_code, here.status_code) == (404, 200)


@pytest.mark.parametrize("what", ALL_CHANGES)
async def test_every_change_is_audited_with_who_made_it(desk: Desk, what: str) -> None:
    contact_id = await desk.receive()
    before = await desk.audited(contact_id)

    await desk.change(contact_id, what, ALL_CHANGES[what], version=1)

    (added,) = (await desk.audited(contact_id))[len(before) :]
    assert added[1] == "manager"


async def test_an_enquiry_of_an_earlier_decision_changes_nothing(desk: Desk) -> None:
    contact_id: UUID = await desk.receive()
    await desk.decide(contact_id)

    await desk.hand(create_opened(contact_id, enquiry_id=uuid4()))

    assert (await desk.screening(contact_id))["enquiry_id"] is None
