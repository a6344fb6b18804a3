"""Recording what was found, and the recommendation that it leads to."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from factories.screening import LEVEL_2, LEVEL_3, LEVEL_4, Desk, create_received
from mash.contracts.intake import ContactSupplemented
from support.clock import FakeClock


class TestPutFindings:
    async def test_keeps_what_was_found(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        body = {
            "indicators": [LEVEL_3],
            "criteria": ["hav.criterion.19"],
            "concerns": ["housing"],
            "facts": {"gestation_weeks": 22, "pregnant": True},
        }

        answer = await desk.change(contact_id, "findings", body, role="worker")

        assert answer.status_code == 200
        assert answer.headers["ETag"] == '"2"'
        kept = (await desk.screening(contact_id))["findings"]
        assert {name: kept[name] for name in body} == body

    @pytest.mark.parametrize(
        ("body", "named"),
        [
            ({"indicators": ["hav.health.4.99"]}, "hav.health.4.99"),
            ({"criteria": ["hav.criterion.20"]}, "hav.criterion.20"),
            ({"concerns": ["untidiness"]}, "untidiness"),
            ({"facts": {"shoe_size": 5}}, "shoe_size"),
        ],
    )
    async def test_refuses_what_is_not_known_by_its_name(
        self, desk: Desk, body: dict[str, object], named: str
    ) -> None:
        contact_id = await desk.receive()

        answer = await desk.change(contact_id, "findings", body)

        assert answer.status_code == 422
        assert answer.json()["unknown"] == [named]

    async def test_refuses_a_word_of_another_form_without_repeating_it(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        answer = await desk.change(contact_id, "findings", {"indicators": ["Robin Testcase"]})

        assert answer.status_code == 422
        assert "Robin" not in answer.text

    @pytest.mark.requirement("SCR-15")
    async def test_refuses_an_older_version_and_says_what_changed(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "rating", {"rating": "red"}, version=1)
        await desk.change(contact_id, "analysis", {"worries": "Robin Testcase is often alone."}, version=2)

        stale = await desk.change(contact_id, "findings", {"indicators": [LEVEL_2]}, version=1)
        fresh = await desk.change(contact_id, "findings", {"indicators": [LEVEL_2]}, version=3)

        assert stale.status_code == 412
        assert stale.json()["changed"] == ["analysis", "rating"]
        assert fresh.status_code == 200

    @pytest.mark.requirement("SCR-15")
    async def test_asks_for_a_version(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        headers = desk.tokens.issue("manager")

        answer = await desk.client.put(f"/v1/screenings/{contact_id}/findings", json={}, headers=headers)

        assert answer.status_code == 428

    async def test_refuses_once_the_contact_is_decided(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        assert (await desk.change(contact_id, "findings", {})).status_code == 200
        await desk.decide(contact_id, "close_with_advice", 1, rationale="A question about school places.")

        assert (await desk.change(contact_id, "findings", {})).status_code == 409

    @pytest.mark.parametrize(
        ("what", "body"),
        [
            ("findings", {"facts": {"referrer_kind": "a\x00b"}}),
            ("findings", {"facts": {"dash_score": True, "gestation_weeks": 1_000_001}}),
            ("findings", {"indicators": ["a\x00b"]}),
            ("analysis", {"worries": "a\x00b"}),
            ("analysis", {"children": [{"child": "Robin Testcase", "worries": "a\x00b"}]}),
            ("analysis", {"children": [{"child": "\ud800"}]}),
        ],
    )
    async def test_refuses_what_cannot_be_kept(self, desk: Desk, what: str, body: dict[str, object]) -> None:
        contact_id = await desk.receive()

        assert (await desk.change(contact_id, what, body)).status_code in (400, 422)


class TestGetRecommendation:
    @pytest.mark.requirement("SCR-01", "SCR-04", "SCR-10", "SCR-11", "SCR-16")
    async def test_gives_the_recommendation_and_the_time_left(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = await desk.receive()
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_3]})
        clock.advance(hours=1)

        found = (await desk.get(f"/{contact_id}/recommendation")).json()

        assert (found["level"], found["rating"], found["pathway"]) == (3, "amber", "social_worker_screening")
        assert [reason["id"] for reason in found["reasons"]] == [LEVEL_3]
        assert found["near_misses"]
        assert found["seconds_left"] == 23 * 3600
        assert "guide" in found["cautions"][0]
        assert len(found["biases"]) == 5

    @pytest.mark.requirement("SCR-04", "SCR-07")
    async def test_uses_what_intake_knows_of_the_children(self, desk: Desk) -> None:
        received = create_received()
        desk.intake.knows(received, ages=[14], concern_tags=["gangs"], repeat_count_6_months=2)
        await desk.hand(received)
        await desk.change(received.contact_id, "findings", {"facts": {"pregnant": True}})

        found = (await desk.get(f"/{received.contact_id}/recommendation")).json()

        assert {met["id"] for met in found["criteria_met"]} == {
            "hav.criterion.04",
            "hav.criterion.05",
            "hav.criterion.17",
        }
        # A pregnancy at 14 is of the highest level, so that the enquiry runs beside the referral.
        assert (found["pathway"], found["alongside"]) == ("fast_track", ["enquiry"])

    async def test_does_not_wait_for_intake(self, desk: Desk) -> None:
        contact_id = await desk.receive(immediate_danger=True)
        desk.intake.is_away = True

        found = (await desk.get(f"/{contact_id}/recommendation")).json()

        assert found["rating"] == "red"
        assert "from_receipt_only" in {flag["id"] for flag in found["flags"]}

    async def test_asks_intake_nothing_for_those_who_may_not_see_it(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        elsewhere = await desk.get(f"/{contact_id}/recommendation", partnerships=("medway",))
        assert (elsewhere.status_code, desk.intake.asked) == (404, [])
        assert (await desk.get(f"/{contact_id}/recommendation")).status_code == 200
        assert desk.intake.asked == [str(contact_id)]

    @pytest.mark.requirement("GOV-03")
    async def test_uses_the_version_that_the_screening_was_opened_on(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        found = (await desk.get(f"/{contact_id}/recommendation")).json()

        assert found["version"] == (await desk.screening(contact_id))["threshold_version"] == "2023-06"

    async def test_is_audited_and_changes_no_version(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.get(f"/{contact_id}/recommendation", role="worker")

        assert ("screening.recommendation_viewed", "worker") in await desk.audited(contact_id)
        assert (await desk.screening(contact_id))["version"] == 1

    async def test_shows_the_contact_as_it_is_after_the_decision_too(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.decide(contact_id)

        assert (await desk.get(f"/{contact_id}/recommendation")).status_code == 200


class TestScreeningNote:
    NOTE = {  # noqa: RUF012 - never changed
        "spoke_to_parents": False,
        "parents": "Nobody answered at 020 7946 0123.",
        "level": 3,
        "pathway": "fast_track",
        "analysis": "Wren Example has been seen by two schools.",
    }

    @pytest.mark.requirement("SCR-08")
    async def test_gives_the_contact_back_to_the_manager_with_the_advice(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.decide(contact_id, "social_worker_screening", 3, worker="worker")
        assert (await desk.screening(contact_id))["state"] == "with_social_worker"

        answer = await desk.change(contact_id, "screening-note", self.NOTE, role="worker")

        assert answer.json()["state"] == "awaiting_decision"
        (note,) = answer.json()["notes"]
        assert {name: note[name] for name in self.NOTE} == self.NOTE
        assert note["by"] == "worker"

    async def test_is_for_social_workers_and_their_managers(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        refused = await desk.change(contact_id, "screening-note", self.NOTE, role="officer")
        allowed = await desk.change(contact_id, "screening-note", self.NOTE, role="worker")

        assert (refused.status_code, allowed.status_code) == (403, 200)

    async def test_refuses_a_pathway_that_the_partnership_does_not_have(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        answer = await desk.change(contact_id, "screening-note", {**self.NOTE, "pathway": "prayer"})

        assert answer.status_code == 422


class TestPutAnalysis:
    @pytest.mark.requirement("SCR-11")
    async def test_keeps_the_analysis_in_words_for_each_child(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        body = {
            "lived_experience": "Robin Testcase gets up alone.",
            "worries": "No food on two mornings.",
            "working_well": "An aunt visits.",
            "what_needs_to_happen": "Somebody sees the home.",
            "children": [{"child": "Robin Testcase", "worries": "Tired at school."}],
        }

        answer = await desk.change(contact_id, "analysis", body, role="officer")

        kept = answer.json()["analysis"]
        assert {name: kept[name] for name in list(body)[:4]} == {name: body[name] for name in list(body)[:4]}
        assert kept["children"][0]["worries"] == "Tired at school."

    async def test_may_be_written_after_the_decision(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.decide(contact_id)

        assert (await desk.change(contact_id, "analysis", {"worries": "Still."})).status_code == 200


class TestNewInformation:
    @pytest.mark.requirement("SCR-15")
    async def test_nobody_decides_on_what_they_have_not_seen(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await self._supplement(desk, contact_id)

        stale = await desk.change(contact_id, "rating", {"rating": "red"}, version=1)

        assert stale.status_code == 412
        assert stale.json()["changed"] == ["contact"]

    async def test_is_shown_until_a_screener_goes_on_with_it(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await self._supplement(desk, contact_id)
        assert (await desk.screening(contact_id))["new_information"] is True

        await desk.change(contact_id, "findings", {"indicators": [LEVEL_4]})

        assert (await desk.screening(contact_id))["new_information"] is False

    async def _supplement(self, desk: Desk, contact_id: object) -> None:
        added = {**ContactSupplemented.example, "contact_id": contact_id}
        await desk.hand(ContactSupplemented.model_validate(added))


async def test_a_screening_that_is_not_there_is_not_found(desk: Desk, clock: FakeClock) -> None:
    clock.advance(timedelta(hours=1))

    answer = await desk.change(uuid4(), "findings", {}, version=1)

    assert answer.status_code == 404
