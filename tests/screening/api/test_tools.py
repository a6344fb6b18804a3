"""The special tools of a partnership: their forms, their use on a contact, and what that does to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest
from factories.screening import Desk, create_received

CSE = {"evidence": ["cse.medium.02"], "answers": {"age_years": 14}}
DASH = {"answers": {"dash_score": 14, "matrix_level": 2}}


async def use(desk: Desk, contact_id: UUID, tool: str, body: dict[str, Any], **how: Any) -> httpx.Response:
    return await desk.change(contact_id, f"tools/{tool}", body, method="PUT", **how)


async def used(desk: Desk, contact_id: UUID, tool: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await use(desk, contact_id, tool, body, role="worker")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def recommendation(desk: Desk, contact_id: UUID) -> dict[str, Any]:
    return dict((await desk.get(f"/{contact_id}/recommendation")).json())


class TestGetTools:
    async def read(self, desk: Desk, partnership: str, role: str = "worker") -> httpx.Response:
        return await desk.client.get(f"/v1/tools/{partnership}", headers=desk.tokens.issue(role))

    @pytest.mark.requirement("TOO-01", "TOO-05", "SCR-11")
    async def test_gives_all_that_a_form_needs(self, desk: Desk) -> None:
        found = (await self.read(desk, "havering")).json()

        tools = {tool["name"]: tool for tool in found["tools"]}
        assert sorted(tools) == [
            "cce",
            "cse",
            "custody",
            "disability",
            "domestic_abuse",
            "pre_birth",
            "radicalisation",
        ]
        assert [band["level"] for band in tools["radicalisation"]["bands"]] == [2, 3, 4, 4]
        assert len(tools["disability"]["groups"]) == 13
        assert "guide" in found["guidance"]

    async def test_says_what_each_question_asks_for(self, desk: Desk) -> None:
        found = (await self.read(desk, "havering")).json()

        custody = next(tool for tool in found["tools"] if tool["name"] == "custody")
        questions = {question["name"]: question for question in custody["questions"]}
        assert set(questions["request"]["choices"]) == {"secure", "non_secure"}
        assert questions["request"]["required"] is True
        assert questions["disagreement_reasons"]["required_when"] == {
            "answer": "disagreement",
            "equals": True,
        }

    @pytest.mark.parametrize("partnership", ["medway", "nowhere"])
    async def test_another_partnership_is_not_found(self, desk: Desk, partnership: str) -> None:
        assert (await self.read(desk, partnership)).status_code == 404


class TestUseTool:
    @pytest.mark.requirement("TOO-01", "SCR-11")
    async def test_answers_the_band_with_why_and_what_follows(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        answer = await use(desk, contact_id, "cse", CSE, role="worker")

        assert answer.headers["ETag"] == '"2"'
        found = answer.json()
        assert (found["band"], found["level"], found["counts"]) == ("medium", 3, True)
        assert [ground["id"] for ground in found["why"]] == ["cse.medium.02"]
        assert {alert["id"]: alert["told"] for alert in found["alerts"]}["specialist_safeguarding"]
        assert {outcome["decision"] for outcome in found["outcomes"]} == {"section_17_assessment", None}
        assert [flag["id"] for flag in found["flags"]] == ["low_not_noted"]
        assert "guide" in found["guidance"]

    async def test_names_what_was_not_answered(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        found = await used(desk, contact_id, "domestic_abuse", {"answers": {"matrix_level": 1}})

        assert {"name": "dash_score", "text": "What is the score on the SafeLives DASH checklist?"} in found[
            "unanswered"
        ]

    @pytest.mark.parametrize(
        ("tool", "body", "status", "named"),
        [
            ("tarot", {}, 404, "tarot"),
            ("cse", {"evidence": ["cse.low.99"]}, 422, "cse.low.99"),
            ("cse", {"answers": {"shoe_size": 5}}, 422, "shoe_size"),
            ("cse", {**CSE, "band": "extreme", "judgement": "So."}, 422, "extreme"),
            ("cse", {}, 422, "How old is the child"),
        ],
    )
    async def test_refuses_what_is_not_known_by_its_name(
        self, desk: Desk, tool: str, body: dict[str, Any], status: int, named: str
    ) -> None:
        contact_id = await desk.receive()

        answer = await use(desk, contact_id, tool, body)

        assert answer.status_code == status
        assert named in answer.json()["detail"]
        assert (await desk.get(f"/{contact_id}/tools")).json()["items"] == []

    @pytest.mark.parametrize(
        "body",
        [
            {"evidence": ["Robin Testcase"]},
            {"answers": {"age_years": -1}},
            {"answers": {"age_years": 1.5}},
            {"answers": {"disagreement_reasons": "a\x00b"}},
            {"child": "a\x00b"},
            {"child": "x" * 201},
            {"mood": "dark"},
        ],
    )
    async def test_refuses_what_cannot_be_kept(self, desk: Desk, body: dict[str, Any]) -> None:
        contact_id = await desk.receive()

        answer = await use(desk, contact_id, "custody", body)

        assert answer.status_code == 422
        assert "Robin" not in answer.text

    @pytest.mark.parametrize("child", [None, "", "  "])
    async def test_a_contact_of_one_child_needs_no_name_of_it(self, desk: Desk, child: str | None) -> None:
        contact_id = await desk.receive()

        assert (await used(desk, contact_id, "cse", {**CSE, "child": child}))["child"] is None

    @pytest.mark.requirement("SCR-15")
    async def test_refuses_an_older_version_and_says_what_changed(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await used(desk, contact_id, "cse", CSE)

        stale = await use(desk, contact_id, "cse", CSE, version=1)

        assert stale.status_code == 412
        assert stale.json()["changed"] == ["tools"]

    async def test_refuses_once_the_contact_is_decided(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        assert (await use(desk, contact_id, "cse", CSE)).status_code == 200
        await desk.decide(contact_id, "early_help", 2, rationale="The family agrees to help.")

        assert (await use(desk, contact_id, "cse", CSE)).status_code == 409

    @pytest.mark.parametrize(
        ("role", "status"), [("manager", 200), ("worker", 200), ("referrer-school", 403)]
    )
    async def test_is_for_those_who_screen(self, desk: Desk, role: str, status: int) -> None:
        contact_id = await desk.receive()

        assert (await use(desk, contact_id, "cse", CSE, role=role)).status_code == status

    async def test_another_partnerships_contact_is_not_found(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        answer = await use(desk, contact_id, "cse", CSE, version=1, partnerships=("medway",))

        assert answer.status_code == 404

    async def test_leaves_a_line_in_the_audit(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await used(desk, contact_id, "cse", CSE)
        await desk.get(f"/{contact_id}/tools")

        actions = [action for action, _ in await desk.audited(contact_id)]
        assert "screening.tool_used" in actions
        assert "screening.tools_viewed" in actions

    @pytest.mark.requirement("TOO-01")
    async def test_takes_up_the_age_that_intake_knows(self, desk: Desk) -> None:
        received = create_received()
        desk.intake.knows(received, ages=[12])
        await desk.hand(received)
        await recommendation(desk, received.contact_id)

        found = await used(desk, received.contact_id, "cse", {"evidence": ["cse.low.03"]})

        assert (found["band"], found["answers"]) == ("medium", {"age_years": 12})


class TestListToolUses:
    @pytest.mark.requirement("TOO-07")
    async def test_keeps_each_use_with_its_version_who_and_when(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        disputed = {
            "evidence": ["custody.ground.02"],
            "answers": {
                "age_years": 14,
                "request": "secure",
                "disagreement": True,
                "disagreement_reasons": "The police hold that no history of running away is needed.",
            },
        }
        first = await used(desk, contact_id, "custody", disputed)
        agreed = {**disputed, "answers": {"age_years": 14, "request": "secure", "disagreement": False}}
        await used(desk, contact_id, "custody", agreed)

        kept = (await desk.get(f"/{contact_id}/tools")).json()["items"]

        assert [one["counts"] for one in kept] == [False, True]
        assert kept[0] == {**first, "counts": False}
        assert kept[0]["answers"] == disputed["answers"]
        assert {alert["id"] for alert in kept[0]["alerts"]} >= {"custody_social_care", "custody_police"}
        assert (kept[0]["version"], bool(kept[0]["by"]), bool(kept[0]["at"])) == ("2023-06", True, True)

    async def test_each_child_has_a_result_of_its_own(self, desk: Desk) -> None:
        contact_id = await desk.receive(child_count=2)
        for child, age in (("1", 15), ("2", 12)):
            body = {"child": child, "evidence": ["cse.low.03"], "answers": {"age_years": age}}
            await used(desk, contact_id, "cse", body)

        kept = (await desk.get(f"/{contact_id}/tools")).json()["items"]

        assert [(one["child"], one["band"], one["counts"]) for one in kept] == [
            ("1", "low", True),
            ("2", "medium", True),
        ]
        assert (await recommendation(desk, contact_id))["level"] == 3


class TestRecommendation:
    @pytest.mark.requirement("TOO-02", "SCR-04")
    async def test_rests_on_the_band_and_shows_what_follows(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await used(desk, contact_id, "cce", {"evidence": ["cce.significant.03"]})

        found = await recommendation(desk, contact_id)

        assert (found["level"], found["rating"]) == (4, "red")
        assert found["reasons"][0]["id"] == "tool.cce"
        assert "significant risk" in found["reasons"][0]["text"]
        assert [alert["id"] for alert in found["tools"][0]["alerts"]] == ["adolescent_safeguarding"]
        assert any("Strategy discussion" in caution for caution in found["cautions"])

    @pytest.mark.requirement("TOO-03")
    async def test_decisions_are_held_against_the_band(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await used(desk, contact_id, "radicalisation", {"evidence": ["radicalisation.high.01"]})
        lower = {"pathway": "early_help", "level": 2}

        assert (await desk.change(contact_id, "pathway", lower)).status_code == 422

    async def test_has_to_be_looked_at_anew(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        closing = {"pathway": "close_with_advice", "level": 1}
        await recommendation(desk, contact_id)
        await used(desk, contact_id, "domestic_abuse", {"answers": {"dash_score": 3}})

        unseen = await desk.change(contact_id, "pathway", closing)
        await recommendation(desk, contact_id)
        seen = await desk.change(contact_id, "pathway", closing)

        assert (unseen.status_code, seen.status_code) == (422, 200)

    @pytest.mark.requirement("TOO-04")
    @pytest.mark.parametrize(("outcomes", "missed"), [([], True), (["marac"], False)])
    async def test_says_that_a_required_marac_was_not_chosen(
        self, desk: Desk, outcomes: list[str], missed: bool
    ) -> None:
        contact_id = await desk.receive()
        await used(desk, contact_id, "domestic_abuse", DASH)
        before = (await recommendation(desk, contact_id))["cautions"]
        await desk.decide(contact_id, "early_help", 2, rationale="She is safe.", outcomes=outcomes)

        after = (await recommendation(desk, contact_id))["cautions"]

        assert any("Referred to MARAC. Choose it" in caution for caution in before)
        assert any("Referred to MARAC. It was not chosen" in caution for caution in after) is missed

    @pytest.mark.requirement("TOO-04")
    async def test_an_outcome_is_kept_with_the_decision_and_goes_with_it(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await used(desk, contact_id, "domestic_abuse", DASH)
        await desk.decide(contact_id, "early_help", 2, rationale="She is safe.", outcomes=["marac"])
        assert (await desk.screening(contact_id))["decisions"][-1]["outcomes"] == ["marac"]

        await desk.change(contact_id, "reopen", {"reason": "More was told."})

        again = (await recommendation(desk, contact_id))["cautions"]
        assert any("Referred to MARAC. Choose it" in caution for caution in again)

    async def test_an_outcome_that_the_partnership_does_not_have_is_refused(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        body = {"pathway": "early_help", "level": 2, "outcomes": ["exile"]}

        answer = await desk.change(contact_id, "pathway", body)

        assert (answer.status_code, answer.json()["unknown"]) == (422, ["exile"])
