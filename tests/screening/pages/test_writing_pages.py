"""The analysis and the social worker's note, in people's own words."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from factories.screening import Desk, create_received
from support.pages import Page

NOTE = {
    "spoke_to_parents": "yes",
    "parents": "They want help with the mornings.",
    "analysis": "The family is isolated.",
    "level": "2",
    "pathway": "early_help",
}
GIVE = "Give it back to the manager"
KEEP = "Keep the analysis"


async def note(desk: Desk, contact_id: UUID, role: str = "worker", **who: object) -> Page:
    return await desk.page(f"/screenings/{contact_id}/note", role, **who)


async def analysis(desk: Desk, contact_id: UUID, role: str = "officer", **who: object) -> Page:
    return await desk.page(f"/screenings/{contact_id}/analysis", role, **who)


class TestNote:
    @pytest.mark.requirement("SCR-08")
    async def test_gives_the_contact_back_with_what_was_found(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.decide(contact_id, "social_worker_screening", 3, worker="worker")
        page = await note(desk, contact_id)

        page = await page.submit(NOTE, button=GIVE)

        assert (page.status, page.heading) == (200, "Screening")
        assert "They want help with the mornings." in page.text
        assert "Early Help at level 2" in page.text
        assert (await desk.screening(contact_id))["state"] == "awaiting_decision"
        assert "The manager (screened by worker)" in page.texts(".govuk-summary-list dd")
        assert "The manager (screened by worker)" in (await desk.page("/board")).texts("tbody td")

    async def test_says_what_is_wanting_and_keeps_the_rest(self, desk: Desk) -> None:
        page = await note(desk, await desk.receive())

        page = await page.submit({"analysis": "The family is isolated."}, button=GIVE)

        assert page.status == 422
        assert set(page.errors) == {
            "Say whether you spoke to the parents",
            "Write what the parents said, or why they were not spoken to",
            "Choose the level that you recommend",
            "Choose what you recommend",
        }
        assert page.fields(GIVE)["analysis"] == ["The family is isolated."]

    async def test_an_older_version_keeps_the_words(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await note(desk, contact_id)
        await desk.change(contact_id, "rating", {"rating": "green"})

        page = await page.submit(NOTE, button=GIVE)

        assert page.status == 412
        assert page.fields(GIVE)["parents"] == [NOTE["parents"]]
        assert (await desk.screening(contact_id))["notes"] == []
        page = await page.submit({}, button=GIVE)
        assert len((await desk.screening(contact_id))["notes"]) == 1

    async def test_once_decided_the_words_are_shown_and_not_kept(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await note(desk, contact_id, "manager")
        await desk.decide(contact_id, rationale="The family asked.")

        page = await page.submit(NOTE, button=GIVE)

        assert page.status == 412
        assert "What you sent, which was not kept" in page.text
        assert "They want help with the mornings." in page.text

    @pytest.mark.parametrize("role", ["officer", "analyst", "dpo"])
    async def test_is_a_social_workers(self, desk: Desk, role: str) -> None:
        assert (await note(desk, await desk.receive(), role)).status == 403

    async def test_another_partnership_finds_nothing(self, desk: Desk) -> None:
        page = await note(desk, await desk.receive(), partnerships=["medway"])
        nothing = await note(desk, uuid4(), partnerships=["medway"])
        assert (page.status, page.text) == (404, nothing.text)


class TestAnalysis:
    @pytest.mark.requirement("SCR-17", "SCR-11")
    async def test_is_written_for_the_family_and_for_each_child(self, desk: Desk) -> None:
        contact_id = await desk.receive(child_count=2)
        desk.intake.named(contact_id, children=[{"name": "Max Testcase"}, {"name": "Zoe Testcase"}])
        page = await analysis(desk, contact_id)
        assert page.texts("legend") == ["The family as a whole", "Max Testcase", "Zoe Testcase"]

        page = await page.submit(
            {"worries": "Nobody wakes them.", "child1-lived_experience": "Zoe makes the breakfast."},
            button=KEEP,
        )

        assert page.status == 200
        assert {"Nobody wakes them.", "Zoe makes the breakfast."} <= set(page.texts(".hub-said"))
        written: dict[str, Any] = (await desk.screening(contact_id))["analysis"]
        assert written["worries"] == "Nobody wakes them."
        assert [one["child"] for one in written["children"]] == ["Zoe Testcase"]
        again = await analysis(desk, contact_id)
        assert again.fields(KEEP)["worries"] == ["Nobody wakes them."]
        assert sorted(again.texts("legend"))[:2] == ["Max Testcase", "The family as a whole"]

    @pytest.mark.requirement("SCR-17")
    async def test_asks_the_questions_of_the_partnerships_framework(self, desk: Desk) -> None:
        received = create_received(partnership="redbridge", reference="RED-26-7K3M9QXT")
        desk.intake.knows(received)
        await desk.hand(received)
        desk.intake.named(received.contact_id, partnership="redbridge")
        page = await analysis(desk, received.contact_id, partnerships=["redbridge"])

        page = await page.submit(
            {"framework-history": "Two moves.", "child0-framework-identity": "Called lazy."}, button=KEEP
        )

        assert page.status == 200
        assert "How do the histories of parents" in page.text
        assert {"Two moves.", "Called lazy."} <= set(page.texts(".hub-said"))

    async def test_may_be_written_after_the_decision(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.decide(contact_id, rationale="The family asked.")
        page = await analysis(desk, contact_id)
        page = await page.submit({"working_well": "The aunt helps."}, button=KEEP)
        assert (page.status, page.texts(".hub-said")[0]) == (200, "The aunt helps.")

    @pytest.mark.requirement("SCR-15")
    async def test_shows_the_second_of_two_what_is_written_there_now(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        page = await analysis(desk, contact_id)
        await desk.change(contact_id, "analysis", {"worries": "Hers."}, role="worker")

        page = await page.submit({"worries": "Mine."}, button=KEEP)

        assert page.status == 412
        assert page.fields(KEEP)["worries"] == ["Mine."]
        assert page.texts(".hub-said") == ["Hers."]
        assert "the analysis, by worker" in page.texts("#meanwhile li")[0]
        assert (await desk.screening(contact_id))["analysis"]["worries"] == "Hers."

    @pytest.mark.requirement("SCR-15")
    async def test_the_second_of_two_has_no_childs_words_under_another(self, desk: Desk) -> None:
        contact_id = await desk.receive(child_count=2)
        desk.intake.named(contact_id, children=[{"name": "Max Testcase"}, {"name": "Zoe Testcase"}])
        page = await analysis(desk, contact_id)
        theirs = [
            {"child": "Zoe Testcase", "worries": "Zoe's."},
            {"child": "Kit Testcase", "worries": "Kit's."},
        ]
        await desk.change(contact_id, "analysis", {"children": theirs}, role="worker")

        page = await page.submit({"child0-worries": "Max's.", "child1-worries": "Mine of Zoe."}, button=KEEP)

        assert page.status == 412
        assert page.texts("legend")[1:] == ["Max Testcase", "Zoe Testcase", "Kit Testcase"]
        assert page.texts(".hub-said") == ["Zoe's."]
        await page.submit({}, button=KEEP)
        written = (await desk.screening(contact_id))["analysis"]["children"]
        assert {one["child"]: one["worries"] for one in written} == {
            "Max Testcase": "Max's.",
            "Zoe Testcase": "Mine of Zoe.",
            "Kit Testcase": "Kit's.",
        }

    async def test_has_a_part_for_each_of_two_of_one_name(self, desk: Desk) -> None:
        contact_id = await desk.receive(child_count=2)
        desk.intake.named(contact_id, children=[{"name": "Unborn"}, {"name": "Unborn"}])
        page = await analysis(desk, contact_id)
        assert page.texts("legend")[1:] == ["Unborn", "Unborn (2)"]
        await page.submit({"child1-worries": "The second is small."}, button=KEEP)
        again = await analysis(desk, contact_id)
        assert sorted(again.texts("legend")[1:]) == ["Unborn", "Unborn (2)"]

    async def test_says_too_many_words_at_the_childs_own_field(self, desk: Desk) -> None:
        contact_id = await desk.receive(child_count=2)
        desk.intake.named(contact_id, children=[{"name": "Max Testcase"}, {"name": "Zoe Testcase"}])
        page = await analysis(desk, contact_id)
        page = await page.submit({"child1-worries": "a" * 20_001}, button=KEEP)
        assert page.errors == [
            "Zoe Testcase: What are we worried about? is too long: 20000 characters at most"
        ]
        assert page.texts("#child1-worries-error")

    async def test_another_partnership_finds_nothing(self, desk: Desk) -> None:
        page = await analysis(desk, await desk.receive(), partnerships=["medway"])
        nothing = await analysis(desk, uuid4(), partnerships=["medway"])
        assert (page.status, page.text) == (404, nothing.text)
