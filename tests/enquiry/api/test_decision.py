"""The decision, and the snapshot that is frozen with it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from enquiry.store.tables import decision
from factories.enquiry import REASON, Desk
from mash.contracts.enquiry import EnquiryDecided
from mash.partnerships import get
from mash.partnerships.models import OUTCOMES
from support.clock import FakeClock

GO_AHEAD = "The child cannot wait for the last answer."


async def snapshot_of(desk: Desk, id: Any) -> dict[str, Any]:
    answer = await desk.get(f"/{id}/snapshot")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.requirement("ENQ-06")
class TestDecide:
    @pytest.mark.parametrize("outcome", sorted(OUTCOMES))
    async def test_every_outcome_can_be_decided(self, desk: Desk, outcome: str) -> None:
        id = await desk.open("police")
        await desk.says(id)
        assert (await desk.decide(id, outcome=outcome)).status_code == 200
        (told,) = await desk.events(EnquiryDecided)
        assert told["outcome"] == outcome

    async def test_keeps_who_decided_what_when_and_why(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police")
        await desk.says(id)
        clock.advance(hours=2)
        await desk.decide(id)
        found = await desk.enquiry(id)
        assert found["state"] == "decided"
        assert found["decision"] == {
            "decided_at": clock.now.isoformat().replace("+00:00", "Z"),
            "decided_by": "manager",
            "in_time": True,
            "first_rating": "amber",
            "final_rating": "green",
            "level": 2,
            "outcome": "early_help",
            "outcome_title": "Stepped across to Early Help",
            "rationale": "Needs are met with targeted help.",
            "silent_rationale": None,
            "services": [],
        }

    async def test_the_hub_is_told_the_first_and_the_final_rating(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", "health", rating="red")
        clock.advance(hours=5)
        await desk.says(id, "health")
        await desk.decide(id, silent_rationale=GO_AHEAD, final_rating=None)
        (told,) = await desk.events(EnquiryDecided)
        assert (told["first_rating"], told["final_rating"]) == ("red", None)
        assert (told["silent"], told["in_time"]) == (["police"], False)

    async def test_each_agency_is_told_what_came_of_it(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        await desk.says(id, "police")
        await desk.decide(id, silent_rationale=GO_AHEAD)
        for agency in ("police", "health"):
            told = (await desk.posted(agency))[-1]
            assert (told.kind, told.outcome) == ("decided", "Stepped across to Early Help")

    async def test_nobody_is_chased_any_more(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="red")
        await desk.decide(id, silent_rationale=GO_AHEAD)
        clock.advance(days=3)
        assert await desk.fire_timers() == 0

    async def test_a_second_decision_is_refused_by_name(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.says(id)
        await desk.decide(id)
        answer = await desk.decide(id)
        assert answer.status_code == 409
        assert "has been decided" in answer.json()["detail"]

    @pytest.mark.parametrize(
        "changes",
        [
            {"outcome": "assessment"},
            {"level": 5},
            {"rationale": ""},
            {"final_rating": "blue"},
            {"rationale": "\u0000"},
            {"approved": True},
        ],
    )
    async def test_what_breaks_a_rule_is_refused(self, desk: Desk, changes: dict[str, Any]) -> None:
        id = await desk.open("police")
        await desk.says(id)
        assert (await desk.decide(id, **changes)).status_code == 422
        assert (await desk.enquiry(id))["state"] == "ready"


@pytest.mark.requirement("ENQ-03")
class TestDecideWithoutAnAnswer:
    async def test_needs_a_word_on_why_it_is_right(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        await desk.says(id, "police")
        answer = await desk.decide(id)
        assert (answer.status_code, answer.json()["silent"]) == (422, ["health"])
        assert (await desk.decide(id, silent_rationale=GO_AHEAD)).status_code == 200

    async def test_also_where_the_answer_was_taken_back(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        await desk.says(id, kind="withdrawal", version=2)
        assert (await desk.decide(id)).json()["silent"] == ["police"]

    async def test_but_not_where_the_agency_was_told_to_stop(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        request = (await desk.request(id, "health"))["request_id"]
        await desk.says(id, "police")
        await desk.change(id, f"requests/{request}/cancel", {"reason": "Not needed."})
        assert (await desk.decide(id)).status_code == 200

    async def test_shows_it_silent_and_not_nil(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.decide(id, silent_rationale=GO_AHEAD)
        request = await desk.request(id)
        assert (request["state"], request["answer"]) == ("silent_at_decision", None)


@pytest.mark.requirement("ENQ-10")
class TestSnapshot:
    async def decided(self, desk: Desk, clock: FakeClock) -> Any:
        id = await desk.open("police", "health", "housing", "probation")
        clock.advance(hours=1)
        await desk.informs(id, "police")
        clock.advance(hours=1)
        await desk.says(id, "health")
        await desk.says(id, "housing", answer="refused", reason=REASON, searched=None)
        clock.advance(hours=2)
        await desk.decide(id, silent_rationale=GO_AHEAD)
        return id

    async def test_says_how_each_agency_stood(self, desk: Desk, clock: FakeClock) -> None:
        frozen = await snapshot_of(desk, await self.decided(desk, clock))
        stood = {one["agency"]: (one["state"], one["answer"], one["age_hours"]) for one in frozen["agencies"]}
        assert stood == {
            "police": ("answered", "information", 3.0),
            "health": ("answered", "nil", 2.0),
            "housing": ("answered", "refused", 2.0),
            "probation": ("silent_at_decision", None, None),
        }
        assert (frozen["silent"], frozen["silent_rationale"]) == (["probation"], GO_AHEAD)

    async def test_says_why_it_was_refused_and_how_fresh_the_source_was(
        self, desk: Desk, clock: FakeClock
    ) -> None:
        frozen = await snapshot_of(desk, await self.decided(desk, clock))
        police, _, housing, _ = frozen["agencies"]
        assert (housing["reason"], police["reason"]) == (REASON, None)
        assert (police["source_fresh_on"], police["source_age_days"]) == ("2026-11-17", 1)

    async def test_stays_what_it_was_when_news_comes(self, desk: Desk, clock: FakeClock) -> None:
        id = await self.decided(desk, clock)
        before = await snapshot_of(desk, id)
        clock.advance(hours=1)
        await desk.informs(id, "probation")
        await desk.says(id, "police", kind="correction", version=2)
        await desk.says(id, "housing", kind="withdrawal", version=2)
        assert await snapshot_of(desk, id) == before

    async def test_names_the_version_it_rests_on(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        await desk.says(id, kind="correction", version=2)
        await desk.decide(id)
        (standing,) = (await snapshot_of(desk, id))["agencies"]
        assert (standing["answer_version"], standing["answer"]) == (2, "nil")

    async def test_is_not_there_before_the_decision(self, desk: Desk) -> None:
        id = await desk.open("police")
        assert (await desk.get(f"/{id}/snapshot")).status_code == 404

    @pytest.mark.parametrize("statement", ["UPDATE decision SET level = 4", "DELETE FROM decision"])
    async def test_cannot_be_altered_even_in_the_database(
        self, desk: Desk, clock: FakeClock, statement: str
    ) -> None:
        await self.decided(desk, clock)
        async with desk.hub.engine.connect() as connection:
            with pytest.raises(sa.exc.DBAPIError, match="never altered"):
                await connection.execute(sa.text(statement))
        assert await desk.count(decision) == 1


def test_havering_has_every_outcome_that_the_contract_names() -> None:
    assert set(get("havering").outcomes) == OUTCOMES
