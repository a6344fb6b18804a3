"""The page of one screening, as each of the hub's people sees it in each of its states."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from factories.screening import DUE_AT, LEVEL_3, LEVEL_4, RECEIVED_AT, Desk
from mash.contracts.enquiry import EnquiryDecided
from mash.contracts.intake import AccessChanged, ContactSupplemented
from support.clock import FakeClock
from support.pages import Page

WORDS = "Zoe told her teacher that her father hits her with a belt. She has bruises on her arms."
BELT = "hav.abuse_neglect.4.09"


async def screening(desk: Desk, contact_id: UUID, role: str = "manager", **who: object) -> Page:
    return await desk.page(f"/screenings/{contact_id}", role, **who)


async def told(desk: Desk) -> UUID:
    """A contact that tells of a belt, about a child that intake names."""
    desk.intake.words = WORDS
    contact_id = await desk.receive()
    desk.intake.named(contact_id)
    return contact_id


def next_step(page: Page) -> str:
    return page.texts(".hub-next p")[0]


async def add_something(desk: Desk, contact_id: UUID) -> None:
    added = {**ContactSupplemented.example, "contact_id": contact_id, "contact_version": 2}
    await desk.hand(ContactSupplemented.model_validate(added))


class TestWhatItShows:
    @pytest.mark.requirement("SCR-13")
    async def test_what_was_told_with_the_words_marked_that_were_read(self, desk: Desk) -> None:
        page = await screening(desk, await told(desk))

        assert page.texts(".hub-said") == [WORDS]
        assert "father hits her with a belt" in " ".join(page.texts(".hub-said mark"))
        assert "Zoe Testcase, 7" in page.answer.text
        assert "6 of 6 wait for an answer" in page.text

    @pytest.mark.requirement("SCR-11", "SCR-16")
    async def test_that_indicators_guide_and_which_biases_to_mind(self, desk: Desk) -> None:
        page = await screening(desk, await told(desk))

        assert "Indicators guide, a manager decides." in page.text
        biases = [one for one in page.texts("details li strong") if one.endswith(".")]
        assert len(biases) == 5

    @pytest.mark.requirement("SCR-04")
    async def test_the_recommendation_with_what_brought_it_and_nearly_more(self, desk: Desk) -> None:
        contact_id = await told(desk)
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_3]})

        page = await screening(desk, contact_id)

        assert "Amber Level 3: Screening" in page.text
        assert "Recorded by the screener." in page.text
        assert "What would bring it higher" in page.text

    @pytest.mark.requirement("SCR-14")
    async def test_time_left_and_real_time_gone_by(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = await told(desk)
        clock.set(RECEIVED_AT + timedelta(hours=6))
        page = await screening(desk, contact_id)
        assert "18 h 0 min left" in page.text
        assert "6 h 0 min, in real time; the clock is running" in page.text

        clock.set(DUE_AT + timedelta(minutes=5))
        assert "Late by 5 min" in (await screening(desk, contact_id)).text

    async def test_every_part_that_intake_has_and_what_was_added(self, desk: Desk) -> None:
        contact_id = await told(desk)
        desk.intake.document = {"views": {"child": "I hide when he shouts."}}
        desk.intake.additions = [
            {"added_at": "2026-11-18T12:30:00Z", "by_referrer": False, "text": "The GP rang."}
        ]

        page = await screening(desk, contact_id)

        assert page.texts(".hub-said") == [WORDS, "I hide when he shouts.", "The GP rang."]
        assert "Added by the hub on 18 November 2026 at 12.30pm" in page.text

    async def test_its_own_part_where_intake_does_not_answer(self, desk: Desk) -> None:
        contact_id = await told(desk)
        desk.intake.is_away = True

        page = await screening(desk, contact_id)

        assert page.status == 200
        assert "does not answer just now" in page.text
        assert "Suggestions cannot be read just now" in page.text
        assert page.form("Rate") is not None

    @pytest.mark.requirement("SEAL-05")
    async def test_leaves_the_look_in_the_audit(self, desk: Desk) -> None:
        contact_id = await told(desk)
        await screening(desk, contact_id, "officer")

        looks = await desk.audited(contact_id)
        assert {("screening.viewed", "officer"), ("screening.recommendation_viewed", "officer")} <= set(looks)
        assert [reference for reference, _ in desk.intake.looks] == ["HAV-26-7K3M9QXT"]


class TestWhatToDoNext:
    async def test_undecided_by_role(self, desk: Desk) -> None:
        contact_id = await told(desk)

        assert next_step(await screening(desk, contact_id)).startswith("Read what was told and what")
        officer = await screening(desk, contact_id, "officer")
        assert next_step(officer).startswith("Read what was told, then accept or refuse")

    async def test_in_danger_the_manager_comes_first(self, desk: Desk) -> None:
        contact_id = await desk.receive(immediate_danger=True)
        assert "Rate it and decide first" in next_step(await screening(desk, contact_id))
        assert "Tell a manager at once" in next_step(await screening(desk, contact_id, "officer"))

    async def test_with_a_social_worker(self, desk: Desk) -> None:
        contact_id = await told(desk)
        await desk.decide(contact_id, "social_worker_screening", 3, worker="worker")

        assert "write your note" in next_step(await screening(desk, contact_id, "worker"))
        assert "their note brings it back to you" in next_step(await screening(desk, contact_id))
        assert "worker is screening it" in next_step(await screening(desk, contact_id, "officer"))

    async def test_paused(self, desk: Desk) -> None:
        contact_id = await told(desk)
        await desk.change(contact_id, "pause", {"reason": "The system of the school is down."})

        page = await screening(desk, contact_id)

        assert next_step(page).startswith("The clock is stopped. Start it again")
        assert "left, paused" in page.text
        assert "The system of the school is down." in page.text
        assert "A manager starts it again" in next_step(await screening(desk, contact_id, "officer"))

    async def test_decided(self, desk: Desk) -> None:
        contact_id = await told(desk)
        await desk.decide(contact_id, rationale="The family asked for help.")

        page = await screening(desk, contact_id)

        assert next_step(page).startswith("It is decided.")
        assert "Yes, with 1 d 0 h left" in page.text
        assert "Suggested from the words" not in page.text
        assert page.links()["Reopen the decision"].endswith("/reopening")

    async def test_while_an_enquiry_is_open(self, desk: Desk) -> None:
        contact_id = await told(desk)
        await desk.open_enquiry(contact_id)

        page = await screening(desk, contact_id)

        assert next_step(page).startswith("Agencies are being asked.")
        assert "Reopen the decision" not in page.links()
        assert "withdraw or decide the enquiry first" in page.text

    async def test_when_something_came_after_the_decision(self, desk: Desk) -> None:
        contact_id = await told(desk)
        await desk.decide(contact_id, rationale="The family asked for help.")
        await add_something(desk, contact_id)

        page = await screening(desk, contact_id)

        assert next_step(page).startswith("Something was added after the decision. Read it")
        assert page.links()["The decision stands although something was added"].endswith("/confirmation")
        assert "Tell a manager" in next_step(await screening(desk, contact_id, "officer"))


class TestWhoSeesIt:
    @pytest.mark.parametrize("role", ["officer", "worker"])
    async def test_others_read_in_words_what_only_a_manager_may_do(self, desk: Desk, role: str) -> None:
        page = await screening(desk, await told(desk), role)

        assert "Only a manager rates it, decides what happens next, and stops the clock." in page.text
        assert page.texts("main button") == ["Keep your answers"]
        assert not {"Decide what happens next", "Stop the clock"} & page.links().keys()

    async def test_another_partnership_finds_nothing(self, desk: Desk) -> None:
        page = await screening(desk, await told(desk), partnerships=["medway"])
        nothing = await screening(desk, uuid4(), partnerships=["medway"])
        assert (page.status, page.heading, page.text) == (404, nothing.heading, nothing.text)

    async def test_a_restricted_case_is_found_by_nobody_who_is_not_named(self, desk: Desk) -> None:
        contact_id = await told(desk)
        closed = {
            **AccessChanged.example,
            "contact_id": contact_id,
            "restricted": True,
            "named": [{"subject": "manager-maple", "until": None}],
            "own": [],
        }
        await desk.hand(AccessChanged.model_validate(closed))

        assert (await screening(desk, contact_id)).status == 404
        assert (await screening(desk, contact_id, subject="manager-maple")).status == 200
        looks = [
            subject for action, subject in await desk.audited(contact_id) if action == "screening.viewed"
        ]
        assert looks == ["manager-maple"]

    @pytest.mark.parametrize("role", ["analyst", "dpo", "ops", "referrer-school"])
    async def test_is_closed_to_who_screens_nothing(self, desk: Desk, role: str) -> None:
        contact_id = await told(desk)
        page = await screening(desk, contact_id, role)
        assert (page.status, desk.intake.looks) == (403, [])

    async def test_a_worker_says_what_they_open_another_workers_case_for(self, desk: Desk) -> None:
        contact_id = await told(desk)
        await desk.decide(contact_id, "social_worker_screening", 3, worker="worker-wren")

        asked = await screening(desk, contact_id, "worker")
        page = await asked.submit({"purpose": "duty_cover"})

        assert asked.heading == "What do you open this case for?"
        assert (page.status, page.heading) == (200, "Screening")
        assert desk.intake.looks == [("HAV-26-7K3M9QXT", "duty_cover")]
        assert page.links()["Record what you found"].endswith("?purpose=duty_cover")


class TestAnswerSuggestions:
    @pytest.mark.requirement("SCR-13")
    async def test_accepts_and_refuses_and_remembers_both(self, desk: Desk) -> None:
        contact_id = await told(desk)
        page = await screening(desk, contact_id, "officer")

        page = await page.submit(
            {f"answer-{BELT}": "accepted", "answer-hav.domestic_abuse.3.01": ""}, button="Keep your answers"
        )

        assert page.status == 200
        assert "Accepted by officer" in page.text
        assert "5 of 6 wait for an answer" in page.text
        found = (await desk.screening(contact_id))["findings"]["indicators"]
        assert found == [BELT]

    async def test_asks_for_at_least_one_answer(self, desk: Desk) -> None:
        page = await screening(desk, await told(desk), "officer")
        page = await page.submit({}, button="Keep your answers")
        assert (page.status, page.errors) == (422, ["Accept or refuse at least one suggestion"])

    @pytest.mark.requirement("SCR-15")
    async def test_comes_back_with_the_answers_when_somebody_was_quicker(self, desk: Desk) -> None:
        contact_id = await told(desk)
        page = await screening(desk, contact_id, "officer")
        rated = await desk.change(contact_id, "rating", {"rating": "red", "rationale": "Hurt."})

        page = await page.submit({f"answer-{BELT}": "accepted"}, button="Keep your answers")

        assert (rated.status_code, page.status) == (200, 412)
        assert page.fields("Keep your answers")[f"answer-{BELT}"] == ["accepted"]
        assert "the rating, by manager" in page.texts("#meanwhile li")[0]
        page = await page.submit({}, button="Keep your answers")
        assert (page.status, (await desk.screening(contact_id))["findings"]["indicators"]) == (200, [BELT])


class TestRate:
    @pytest.mark.requirement("SCR-01")
    async def test_asks_for_the_reason_where_it_differs_and_loses_nothing(self, desk: Desk) -> None:
        contact_id = await told(desk)
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_3]})
        page = await screening(desk, contact_id)

        page = await page.submit({"rating": "red"}, button="Rate")

        assert (page.status, page.errors) == (422, ["The rating differs from the recommendation; write why."])
        assert page.fields("Rate")["rating"] == ["red"]
        page = await page.submit({"rationale": "Zoe was hurt before."}, button="Rate")
        assert page.status == 200
        assert "Rated Red" in page.texts(".moj-timeline__title")
        assert "the indicators, which point to Amber" in page.text
        assert (await desk.screening(contact_id))["rating"] == "red"

    async def test_asks_for_a_rating(self, desk: Desk) -> None:
        page = await screening(desk, await told(desk))
        page = await page.submit({"rationale": "Zoe was hurt before."}, button="Rate")
        assert (page.status, page.errors) == (422, ["Choose a rating"])
        assert page.fields("Rate")["rationale"] == ["Zoe was hurt before."]

    @pytest.mark.requirement("SCR-15")
    async def test_the_second_of_two_is_told_what_changed_and_by_whom(self, desk: Desk) -> None:
        contact_id = await told(desk)
        first = await screening(desk, contact_id)
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_4]}, role="officer")

        page = await first.submit({"rating": "green", "rationale": "No more than help."}, button="Rate")

        assert page.status == 412
        assert "what was found, by officer" in page.texts("#meanwhile li")[0]
        assert page.fields("Rate")["rationale"] == ["No more than help."]
        assert (await desk.screening(contact_id))["rating"] is None
        page = await page.submit({}, button="Rate")
        assert (page.status, (await desk.screening(contact_id))["rating"]) == (200, "green")

    async def test_another_fault_does_not_pass_over_what_somebody_changed(self, desk: Desk) -> None:
        contact_id = await told(desk)
        page = await screening(desk, contact_id)
        await desk.change(contact_id, "findings", {"indicators": [LEVEL_4]}, role="officer")

        page = await page.submit({"rationale": "No more than help."}, button="Rate")
        again = await page.submit({"rating": "green"}, button="Rate")

        assert (page.status, again.status) == (422, 412)
        assert (await desk.screening(contact_id))["rating"] is None

    async def test_tells_that_its_enquiry_was_decided(self, desk: Desk) -> None:
        contact_id = await told(desk)
        enquiry_id = await desk.open_enquiry(contact_id)
        decided = {**EnquiryDecided.example, "contact_id": contact_id, "enquiry_id": enquiry_id}
        await desk.hand(EnquiryDecided.model_validate({**decided, "final_rating": "green", "level": 2}))

        page = await screening(desk, contact_id)

        assert "Reopened" not in page.texts(".moj-timeline__title")
        (item,) = [one for one in page.texts(".moj-timeline__item") if "The enquiry was decided" in one]
        assert "Level 2 Final rating Green" in item

    @pytest.mark.parametrize("role", ["officer", "worker"])
    async def test_is_a_managers_alone(self, desk: Desk, role: str) -> None:
        contact_id = await told(desk)
        answer = await desk.client.post(
            f"/screenings/{contact_id}/rating",
            data={"version": "1", "rating": "green"},
            headers=desk.tokens.issue(role),
        )
        assert answer.status_code == 403
        assert (await desk.screening(contact_id))["rating"] is None

    async def test_says_that_it_is_decided_by_now(self, desk: Desk) -> None:
        contact_id = await told(desk)
        page = await screening(desk, contact_id)
        await desk.decide(contact_id, rationale="The family asked for help.")

        page = await page.submit({"rating": "red", "rationale": "Hurt."}, button="Rate")

        assert page.status == 412
        assert "the decision" in page.texts("#meanwhile li")[0]
        assert "Hurt." in page.text
