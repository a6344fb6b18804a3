"""The decision as a manager makes it on its page, and its snapshot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from factories.enquiry import NARRATIVE, REASON, Desk
from support.pages import Page, visit

DECISION = {
    "final_rating": "green",
    "level": "2",
    "outcome": "early_help",
    "rationale": "Needs are met with targeted help.",
}
SILENT = "The child cannot wait for housing."


async def decision(desk: Desk, id: UUID, path: str = "/decision") -> Page:
    return await visit(desk.client, f"/enquiries/{id}{path}", desk.tokens.issue("manager"))


class TestDecide:
    @pytest.mark.requirement("ENQ-06")
    async def test_decides_and_leads_to_the_snapshot(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)

        page = await (await decision(desk, id)).submit(DECISION)

        assert page.path == f"/enquiries/{id}/snapshot"
        assert page.heading == "What the decision rested on"
        assert DECISION["rationale"] in page.text
        found = (await desk.enquiry(id))["decision"]
        assert (found["outcome"], found["level"], found["final_rating"]) == ("early_help", 2, "green")

    async def test_shows_what_is_known_beside_the_form(self, desk: Desk) -> None:
        id = await desk.open("police", "housing")
        await desk.informs(id)
        page = await decision(desk, id)
        assert NARRATIVE in page.text
        assert "There is no answer from Housing. That is not the same as nothing known" in page.text

    @pytest.mark.requirement("ENQ-03", "ENQ-10")
    async def test_goes_ahead_without_the_silent_only_with_a_reason_of_its_own(self, desk: Desk) -> None:
        id = await desk.open("police", "housing")
        await desk.informs(id)
        page = await (await decision(desk, id)).submit(DECISION)
        assert (page.status, page.errors) == (
            422,
            ["There is no answer from housing; write why it is right to go ahead."],
        )
        assert page.fields()["rationale"] == [DECISION["rationale"]]

        page = await page.submit({"silent_rationale": SILENT})

        assert page.path == f"/enquiries/{id}/snapshot"
        assert "Why it went ahead without Housing" in page.text
        assert SILENT in page.text

    @pytest.mark.parametrize(
        ("left_out", "error"),
        [
            ("final_rating", "Choose the final rating, or that there is none"),
            ("level", "Choose the level of need"),
            ("outcome", "Choose the outcome"),
            ("rationale", "Write why"),
        ],
    )
    async def test_is_refused_until_it_is_complete(self, desk: Desk, left_out: str, error: str) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        filled: dict[str, Any] = {name: value for name, value in DECISION.items() if name != left_out}
        page = await (await decision(desk, id)).submit(filled)
        assert (page.status, page.errors) == (422, [error])
        typed = page.fields()
        assert {name: typed[name] for name in filled} == {name: [value] for name, value in filled.items()}
        assert (await desk.enquiry(id))["decision"] is None

    async def test_may_have_no_rating_and_name_services(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        page = await decision(desk, id)
        service = page.html.css("input[name=services]")[0].attributes["value"]
        await page.submit({**DECISION, "final_rating": "none", "services": [service]})
        found = (await desk.enquiry(id))["decision"]
        assert (found["final_rating"], found["services"]) == (None, [service])

    async def test_is_not_made_on_what_was_not_seen(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        await desk.informs(id)
        form = await decision(desk, id)
        await desk.informs(id, "health")

        page = await form.submit({**DECISION, "silent_rationale": SILENT})

        assert page.status == 412
        assert "What was returned (health)" in page.text
        assert page.fields()["rationale"] == [DECISION["rationale"]]
        assert (await page.submit()).path == f"/enquiries/{id}/snapshot"

    async def test_nor_after_another_fault_brought_the_form_back(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        form = await decision(desk, id)
        await desk.informs(id)
        await desk.informs(id, "health")
        page = await form.submit({**DECISION, "rationale": ""})
        assert (page.status, page.errors) == (422, ["Write why"])

        page = await page.submit({"rationale": DECISION["rationale"]})

        assert page.status == 412
        assert (await desk.enquiry(id))["decision"] is None
        assert (await page.submit()).path == f"/enquiries/{id}/snapshot"

    async def test_is_made_once(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        form = await decision(desk, id)
        await form.submit(DECISION)
        page = await form.submit(DECISION)
        assert page.errors == ["The enquiry on contact HAV-26-7K3M9QXT has been decided."]
        assert "This enquiry is closed already." in page.text


class TestSnapshot:
    @pytest.mark.requirement("ENQ-10")
    async def test_stays_as_it_was_whatever_comes_later(self, desk: Desk) -> None:
        id = await desk.open("police", "health", "housing")
        await desk.informs(id)
        await desk.says(
            id, "health", answer="refused", searched=None, reason=REASON, refused_because="privileged"
        )
        await (await decision(desk, id)).submit({**DECISION, "silent_rationale": SILENT})
        before = (await decision(desk, id, "/snapshot")).texts("tbody tr")

        await desk.informs(id, "housing")
        page = await decision(desk, id, "/snapshot")

        assert page.texts("tbody tr") == before
        assert page.texts("tbody .hub-answer") == ["Information", "Refused", "No answer when it was decided"]
        assert REASON in before[1]
        assert "Something has come since" in page.text

    async def test_is_not_there_before_there_is_a_decision(self, desk: Desk) -> None:
        assert (await decision(desk, await desk.open(), "/snapshot")).status == 404
