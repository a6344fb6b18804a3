"""The tab "People and history": a tired person sees what waits, says why, and loses nothing on an error."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from factories.intake import NHS_NUMBERS, create_child, create_mother
from support.pages import Page, visit
from support.quiet_intake import QuietIntake

SPELT_OTHERWISE = create_child(family="Testkase", nhs_number=None)
QUESTION = "Say whether Robin Testkase and Robin Testcase on {} are the same"


@pytest.fixture
def intake(quiet_intake: QuietIntake) -> QuietIntake:
    return quiet_intake


async def people(intake: QuietIntake, contact_id: UUID, role: str = "social_worker", **more: str) -> Page:
    headers = intake.tokens.issue(role, subject=more.get("subject"))
    return await visit(intake.client, f"/contacts/{contact_id}/people{more.get('query', '')}", headers)


async def two(intake: QuietIntake) -> tuple[UUID, UUID]:
    """Two contacts on a child who may be the same."""
    return await intake.sent(), await intake.sent(SPELT_OTHERWISE)


async def question(intake: QuietIntake, contact_id: UUID) -> Page:
    """The page that asks about the only match that waits."""
    page = await people(intake, contact_id)
    (path,) = [href for text, href in page.links().items() if text.startswith("Say whether")]
    return await visit(intake.client, path, page.headers)


@pytest.mark.requirement("IDN-01")
class TestPeople:
    async def test_says_first_what_waits_and_why_it_may_be_so(self, intake: QuietIntake) -> None:
        _, second = await two(intake)
        page = await people(intake, second)
        assert page.heading == "People and history"
        assert page.text.index("1 possible match") < page.text.index("People on this contact")
        assert "Is Robin Testkase the same person as Robin Testcase?" in page.text
        assert "Family names that sound alike: Testkase and Testcase." in page.text
        assert "of 100" in page.text

    async def test_says_who_is_known_and_from_where(self, intake: QuietIntake) -> None:
        await intake.sent()
        second = await intake.sent(create_child(), household=[create_mother()])
        page = await people(intake, second)
        assert page.texts("h3 + p .govuk-tag") == ["Known to the hub", "Not known before"]
        assert "Linked by the hub to Robin Testcase" in page.text
        assert "No match waits for you" in page.text

    async def test_says_what_to_do_where_nobody_is_named(self, intake: QuietIntake) -> None:
        bare = await intake.sent(children=[], concern={"narrative": "A child was heard crying."})
        page = await people(intake, bare)
        assert "Nobody is named on this contact" in page.text
        assert "The hub knows of no other contact" in page.text

    async def test_says_that_people_are_still_being_compared(self, intake: QuietIntake) -> None:
        page = await people(intake, await intake.send())
        assert "are being compared" in page.text

    @pytest.mark.parametrize(
        ("role", "status"), [("referrer-school", 403), ("analyst", 403), ("data_protection_officer", 403)]
    )
    async def test_is_for_the_hubs_people(self, intake: QuietIntake, role: str, status: int) -> None:
        assert (await people(intake, await intake.sent(), role)).status == status

    async def test_is_not_there_for_another_partnership(self, intake: QuietIntake) -> None:
        contact_id = await intake.sent()
        headers = intake.tokens.issue("manager", partnerships=["medway"])
        page = await visit(intake.client, f"/contacts/{contact_id}/people", headers)
        nothing = await visit(intake.client, f"/contacts/{uuid4()}/people", headers)
        assert (page.status, page.text) == (404, nothing.text)

    @pytest.mark.requirement("SEAL-07")
    async def test_shows_nothing_of_a_restricted_case_to_who_is_not_named(self, intake: QuietIntake) -> None:
        first, second = await two(intake)
        reference = await intake.value(f"SELECT reference FROM contact WHERE id = '{first}'")
        await intake.restrict(first, "named")
        page = await people(intake, second, "manager", subject="unnamed")
        assert reference not in page.text
        assert "possible match" not in page.text
        page = await people(intake, second, "manager", subject="named")
        assert reference in page.text
        assert "Restricted" in page.text


@pytest.mark.requirement("IDN-01")
class TestSettle:
    async def test_puts_the_two_beside_each_other(self, intake: QuietIntake) -> None:
        _, second = await two(intake)
        page = await question(intake, second)
        assert page.heading == "Is Robin Testkase the same person as Robin Testcase?"
        assert page.texts("tbody tr:first-child td") == ["Robin Testkase", "Robin Testcase"]
        assert page.texts("tbody tr:nth-child(3) td") == ["Not recorded", NHS_NUMBERS[0]]

    async def test_confirms_with_a_reason_and_can_be_undone(self, intake: QuietIntake) -> None:
        _, second = await two(intake)
        page = await question(intake, second)
        page = await page.submit({"step": "confirm", "reason": "The school says so."}, button="Save")
        assert page.path == f"/contacts/{second}/people"
        assert "Confirmed to be Robin Testcase" in page.text
        (path,) = [href for text, href in page.links().items() if text.startswith("See why, or undo")]
        page = await visit(intake.client, path, page.headers)
        assert "The school says so." in page.text
        page = await page.submit({"reason": "I had the wrong child."}, button="Save")
        assert "1 possible match" in page.text

    async def test_refuses(self, intake: QuietIntake) -> None:
        _, second = await two(intake)
        page = await question(intake, second)
        page = await page.submit({"step": "refuse", "reason": "Cousins."}, button="Save")
        assert "Said not to be Robin Testcase" in page.text
        assert "Not known before" in page.text

    async def test_wants_an_answer_and_a_reason_and_keeps_what_was_written(self, intake: QuietIntake) -> None:
        _, second = await two(intake)
        page = await (await question(intake, second)).submit({"reason": "The school says so."}, button="Save")
        assert (page.status, page.errors) == (422, ["Say whether this is the same person"])
        assert page.fields("Save")["reason"] == ["The school says so."]
        page = await (await question(intake, second)).submit({"step": "confirm"}, button="Save")
        assert (page.status, page.errors) == (422, ["Write why, so that a colleague can follow it"])
        assert page.fields("Save")["step"] == ["confirm"]

    async def test_keeps_what_was_written_when_somebody_was_quicker(self, intake: QuietIntake) -> None:
        _, second = await two(intake)
        slow = await question(intake, second)
        await (await question(intake, second)).submit({"step": "confirm", "reason": "Yes."}, button="Save")
        page = await slow.submit({"step": "refuse", "reason": "They are cousins."}, button="Save")
        assert page.status == 412
        assert "Somebody else has changed this" in page.text
        assert "They are cousins." in page.fields("Save")["reason"]
        assert "Confirmed to be the same person" in page.text

    @pytest.mark.parametrize("role", ["referrer-school", "analyst"])
    async def test_is_for_the_hubs_people(self, intake: QuietIntake, role: str) -> None:
        _, second = await two(intake)
        asked = await question(intake, second)
        path = asked.path
        headers = intake.tokens.issue(role)
        assert (await visit(intake.client, path, headers)).status == 403
        sent = {"step": "confirm", "reason": "It is.", "version": "1"}
        assert (await intake.client.post(path, data=sent, headers=headers)).status_code == 403

    async def test_a_match_that_is_not_there_is_a_page_by_itself(self, intake: QuietIntake) -> None:
        contact_id = await intake.sent()
        headers = intake.tokens.issue("manager")
        page = await visit(intake.client, f"/contacts/{contact_id}/people/matches/{uuid4()}", headers)
        assert (page.status, page.heading) == (404, "Page not found")


@pytest.mark.requirement("IDN-07")
class TestHistory:
    async def test_is_a_timeline_newest_first_with_why_and_what_was_decided(
        self, intake: QuietIntake
    ) -> None:
        first = await intake.sent()
        await intake.close(first)
        await intake.sent(create_child(address=None, nhs_number=None))
        page = await people(intake, await intake.sent())
        newer, older = page.texts(".moj-timeline__item")
        assert "In doubt" in newer
        assert "No decision yet" in newer
        assert "Robin Testcase is on it as a child there." in older
        assert "In doubt" not in older
        assert "No decision yet" not in older

    async def test_is_of_one_person_where_that_is_chosen(self, intake: QuietIntake) -> None:
        await intake.sent(create_child())
        wren = create_child(
            given="Wren", dob="2015-05-05", nhs_number=NHS_NUMBERS[1], address="3 Other Road, RM99 2CD"
        )
        await intake.sent(wren)
        page = await people(intake, await intake.sent(create_child(), wren))
        assert len(page.texts(".moj-timeline__item")) == 2
        options = {one.text(): one.attributes["value"] for one in page.html.css("#person option")}
        page = await page.submit({"person": options["Wren Testcase (a child)"]}, button="Show")
        (only,) = page.texts(".moj-timeline__item")
        assert "Wren Testcase is on it" in only

    async def test_comes_a_page_at_a_time(self, intake: QuietIntake) -> None:
        for _ in range(21):
            await intake.send()
        await intake.compare()
        page = await people(intake, await intake.sent())
        assert len(page.texts(".moj-timeline__item")) == 20
        page = await visit(intake.client, page.links()["Show older contacts"], page.headers)
        assert len(page.texts(".moj-timeline__item")) == 1
