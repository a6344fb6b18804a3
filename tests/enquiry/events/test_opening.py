"""A manager's choice of an enquiry opens one, and asks each agency by a sealed message."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from enquiry.store.tables import enquiry, notice, request
from factories.enquiry import Desk, create_decided
from mash.contracts.enquiry import EnquiryOpened, InformationRequested
from mash.db.tables import outbox
from mash.http import Unavailable
from mash.messaging.handlers import Unreadable
from mash.sealing import Unopenable
from support.clock import FakeClock


class TestOpenEnquiry:
    @pytest.mark.requirement("ENQ-01")
    async def test_each_agency_is_asked_by_a_message_of_its_own(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        (to_police,), (to_health,) = await desk.posted("police"), await desk.posted("health")
        assert (to_police.kind, to_police.agency, to_health.agency) == ("request", "police", "health")
        assert (to_police.enquiry_id, to_police.rating) == (id, "amber")
        assert [person.given for person in to_police.people] == ["Wren", "Robin"]
        assert to_police.due_at == datetime(2026, 11, 19, 10, 0, tzinfo=UTC)

    @pytest.mark.requirement("ENQ-01")
    async def test_only_the_agency_asked_can_read_its_request(self, desk: Desk) -> None:
        await desk.open("police")
        async with desk.hub.engine.connect() as connection:
            sealed = await connection.scalar(
                sa.select(outbox.c.payload).where(outbox.c.subject == "enq.police.havering")
            )
        assert sealed is not None
        assert b"Wren" not in sealed
        with pytest.raises(Unopenable):
            desk.keyrings["health"].open(sealed)

    @pytest.mark.requirement("ENQ-02")
    @pytest.mark.parametrize(
        ("rating", "due_at"),
        [
            ("red", "2026-11-20T20:00:00+00:00"),
            ("amber", "2026-11-23T16:00:00+00:00"),
            ("green", "2026-11-25T16:00:00+00:00"),
        ],
    )
    async def test_what_is_due_follows_the_partnerships_calendar(
        self, desk: Desk, clock: FakeClock, rating: str, due_at: str
    ) -> None:
        clock.set(datetime(2026, 11, 20, 16, 0, tzinfo=UTC))  # a Friday
        found = await desk.enquiry(await desk.open("police", rating=rating))
        assert datetime.fromisoformat(found["due_at"]) == datetime.fromisoformat(due_at)
        assert found["requests"][0]["due_at"] == found["due_at"]

    @pytest.mark.requirement("CON-05")
    async def test_the_three_facts_of_consent_are_told_as_they_are_recorded(self, desk: Desk) -> None:
        event = create_decided(agencies=["police"])
        desk.intake.knows(
            event.contact_id,
            family_told="The family was not told, as telling them would put the child at further risk.",
            family_agreed="The family was not asked whether they agree.",
            lawful_basis="No lawful basis is recorded.",
        )
        await desk.hand(event)
        (asked,) = await desk.posted("police")
        assert asked.family_told.startswith("The family was not told")
        assert asked.family_agreed == "The family was not asked whether they agree."
        assert asked.lawful_basis == "No lawful basis is recorded."

    @pytest.mark.requirement("ENQ-12")
    async def test_an_agency_is_asked_no_more_than_the_concerns_need(self, desk: Desk) -> None:
        await desk.open("housing", concerns=["neglect"])
        await desk.open("housing", concerns=[])
        about_neglect, in_general = [
            {question.id for question in asked.questions} for asked in await desk.posted("housing")
        ]
        assert about_neglect - in_general == {"housing.neglect_home", "housing.neglect_arrears"}
        assert in_general == {"housing.address", "housing.worries"}

    async def test_the_hub_is_told_ids_and_times_only(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        (opened,) = await desk.events(EnquiryOpened)
        asked = await desk.events(InformationRequested)
        assert (opened["enquiry_id"], opened["agencies"]) == (str(id), ["police", "health"])
        assert [one["agency"] for one in asked] == ["police", "health"]
        assert "Wren" not in json.dumps([opened, asked])

    async def test_the_clock_starts_with_the_decision_and_not_with_its_arrival(
        self, desk: Desk, clock: FakeClock
    ) -> None:
        decided_at = clock.now
        clock.advance(minutes=30)
        id = await desk.open("police", rating="red", decided_at=decided_at)
        found = await desk.enquiry(id)
        assert found["seconds_elapsed"] == 1800
        assert datetime.fromisoformat(found["due_at"]) == decided_at + timedelta(hours=4)
        assert datetime.fromisoformat(found["requests"][0]["due_at"]) == clock.now + timedelta(hours=4)

    async def test_the_same_decision_told_twice_opens_one(self, desk: Desk) -> None:
        event = create_decided(agencies=["police"])
        desk.intake.knows(event.contact_id)
        await desk.hand(event)
        await desk.hand(event)
        assert [await desk.count(table) for table in (enquiry, request, notice)] == [1, 1, 1]
        assert len(await desk.posted("police")) == 1

    async def test_a_decision_told_again_after_the_end_opens_none(self, desk: Desk) -> None:
        event = create_decided(agencies=["police"])
        desk.intake.knows(event.contact_id)
        await desk.hand(event)
        (found,) = (await desk.get(contact_id=event.contact_id)).json()["items"]
        await desk.change(found["enquiry_id"], "withdrawal", {"reason": "Opened by mistake."})
        await desk.hand(event)
        assert await desk.count(enquiry) == 1

    async def test_a_contact_decided_again_gets_another(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = uuid4()
        first = await desk.open("police", contact_id=contact_id)
        await desk.change(first, "withdrawal", {"reason": "The wrong family."})
        clock.advance(hours=1)
        event = create_decided(contact_id, agencies=["health"], decided_at=clock.now)
        await desk.hand(event)
        assert len((await desk.get(contact_id=contact_id)).json()["items"]) == 2

    async def test_another_pathway_opens_none_and_asks_nothing_of_intake(self, desk: Desk) -> None:
        desk.intake.is_away = True
        await desk.hand(create_decided(pathway="fast_track", agencies=[]))
        assert await desk.count(enquiry) == 0

    async def test_one_beside_the_fast_track_says_so(self, desk: Desk) -> None:
        id = await desk.open("police", rating="red", fast_track_alongside=True)
        assert (await desk.enquiry(id))["fast_track_alongside"] is True

    async def test_nothing_is_opened_while_intake_is_away(self, desk: Desk) -> None:
        event = create_decided()
        desk.intake.knows(event.contact_id)
        desk.intake.is_away = True
        with pytest.raises(Unavailable):
            await desk.hand(event)
        desk.intake.is_away = False
        await desk.hand(event)
        assert await desk.count(enquiry) == 1

    @pytest.mark.parametrize(
        "changes",
        [{"rating": None}, {"agencies": []}, {"agencies": ["coastguard"]}, {"partnership": "atlantis"}],
        ids=lambda changes: "-".join(changes),
    )
    async def test_one_that_cannot_be_opened_is_set_aside_for_a_person(
        self, desk: Desk, changes: dict[str, Any]
    ) -> None:
        event = create_decided(**changes)
        desk.intake.knows(event.contact_id)
        with pytest.raises(Unreadable):
            await desk.hand(event)
        assert await desk.count(enquiry) == 0

    async def test_a_request_too_long_for_the_boundary_is_set_aside(self, desk: Desk) -> None:
        event = create_decided()
        person = {"role": "household", "given": "W" * 200, "family": "E" * 200, "address": "A" * 500}
        desk.intake.knows(event.contact_id, people=[person] * 120)
        with pytest.raises(Unreadable, match="longer than can be sent"):
            await desk.hand(event)
        assert await desk.count(enquiry) == 0
