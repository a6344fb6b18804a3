"""Disagreements on pages: raised from a screening, answered stage by stage, accepted or taken back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from factories.disagreements import FIRST_DUE_AT, REASON, Challengers
from factories.screening import Desk
from mash.contracts.screening import DisagreementRaised
from support.clock import FakeClock
from support.pages import Page

ANSWER = "We looked at the history once more."


@pytest.fixture
def people(desk: Desk) -> Challengers:
    return Challengers(desk)


async def raised(people: Challengers, role: str = "officer", **typed: str) -> Page:
    """A disagreement that somebody of the hub has raised from the page of a decided screening."""
    contact_id, _ = await people.receive()
    people.desk.intake.named(contact_id)
    page = await people.desk.page(f"/screenings/{contact_id}/disagreement", role)
    return await page.submit({"about": "decision", "reason": REASON, **typed}, button="Raise it")


async def look(people: Challengers, page: Page, role: str, **who: object) -> Page:
    return await people.desk.page(page.path, role, **who)


class TestRaise:
    @pytest.mark.requirement("ESC-03")
    async def test_begins_at_the_first_stage_with_its_owner_and_time(self, people: Challengers) -> None:
        page = await raised(people)

        assert (page.status, page.heading) == (200, "Disagreement: the decision")
        assert page.texts(".moj-timeline__title") == ["Discussion in the hub"]
        assert "25 November 2026 at 5pm" in page.text
        assert REASON in page.text

    async def test_is_sent_twice_and_counts_once(self, people: Challengers) -> None:
        contact_id, _ = await people.receive()
        form = await people.desk.page(f"/screenings/{contact_id}/disagreement", "officer")
        first = await form.submit({"about": "decision", "reason": REASON}, button="Raise it")
        again = await form.submit({"about": "decision", "reason": REASON}, button="Raise it")

        assert first.path == again.path
        assert len(await people.desk.events(DisagreementRaised)) == 1

    async def test_says_what_is_wanting_and_keeps_the_rest(self, people: Challengers) -> None:
        page = await raised(people, about="")
        assert (page.status, page.errors) == (422, ["Choose what it is about"])
        assert page.fields("Raise it")["reason"] == [REASON]

    async def test_says_where_there_is_nothing_of_the_kind(self, people: Challengers) -> None:
        page = await raised(people, about="rating")
        assert page.status == 422
        assert "has no rating" in page.errors[0]
        assert page.fields("Raise it")["reason"] == [REASON]

    async def test_may_be_written_down_for_the_referrer(self, people: Challengers) -> None:
        page = await raised(people, for_referrer="yes")
        assert "Referrer, written down by officer" in page.text

    async def test_another_partnerships_screening_is_not_found(self, people: Challengers) -> None:
        contact_id, _ = await people.receive()
        path = "/screenings/{}/disagreement"
        page = await people.desk.page(path.format(contact_id), "officer", partnerships=["medway"])
        nothing = await people.desk.page(path.format(uuid4()), "officer", partnerships=["medway"])
        assert (page.status, page.text) == (404, nothing.text)


class TestAnswer:
    async def answered(self, people: Challengers, result: str = "upheld") -> Page:
        page = await look(people, await raised(people), "manager")
        return await page.submit({"result": result, "response": ANSWER}, button="Give the answer")

    @pytest.mark.requirement("ESC-01", "ESC-03")
    async def test_goes_up_stage_by_stage_until_the_last_answer_ends_it(self, people: Challengers) -> None:
        page = await raised(people)
        for stage in range(1, 5):
            page = await look(people, page, "manager")
            page = await page.submit({"result": "upheld", "response": ANSWER}, button="Give the answer")
            if stage < 4:
                page = await look(people, page, "officer")
                page = await page.submit(
                    {"further": "They are not safe."}, button="Take it to the next stage"
                )

        assert page.texts(".moj-timeline__title") == [
            "Discussion in the hub",
            "Strategic Head of Service",
            "Senior staff of the agencies",
            "Safeguarding partnership",
        ]
        assert "The last stage gave its answer" in page.text
        assert page.html.css("main form[method=post]") == []

    async def test_is_accepted_by_whoever_raised_it(self, people: Challengers) -> None:
        answered = await self.answered(people)
        assert "Accept the answer" not in answered.texts("main button")

        page = await (await look(people, answered, "officer")).submit({}, button="Accept the answer")

        assert "accepted the answer" in page.text
        assert ANSWER in page.text

    async def test_is_taken_back_with_the_reason(self, people: Challengers) -> None:
        page = await raised(people)
        wanting = await page.submit({}, button="Take it back")
        page = await page.submit({"back": "The plan was changed."}, button="Take it back")

        assert (wanting.status, wanting.errors) == (422, ["Write why it is taken back"])
        assert "took it back" in page.text
        assert "The plan was changed." in page.text

    async def test_asks_for_the_result_and_the_words(self, people: Challengers) -> None:
        page = await look(people, await raised(people), "manager")
        page = await page.submit({"response": ANSWER}, button="Give the answer")
        assert (page.status, page.errors) == (422, ["Choose what becomes of it"])
        assert page.fields("Give the answer")["response"] == [ANSWER]

    async def test_nobody_answers_themselves(self, people: Challengers) -> None:
        page = await raised(people, "manager")
        assert "another manager writes the answer" in page.text
        assert "Give the answer" not in page.texts("main button")

    async def test_others_read_that_only_a_manager_answers(self, people: Challengers) -> None:
        page = await look(people, await raised(people), "officer", subject="officer-oak")
        assert "Only a manager writes the answer down." in page.text
        assert page.texts("main form[method=post]") == []
        sent = await people.desk.client.post(
            f"{page.path}/response",
            data={"version": "1", "result": "upheld", "response": ANSWER},
            headers=people.desk.tokens.issue("officer"),
        )
        assert sent.status_code == 403

    @pytest.mark.requirement("SCR-15")
    async def test_the_second_of_two_is_told_how_it_stands_now(self, people: Challengers) -> None:
        opened = await look(people, await raised(people), "manager")
        other = await look(people, opened, "manager", subject="manager-maple")
        await other.submit({"result": "changed", "response": "Hers."}, button="Give the answer")

        page = await opened.submit({"further": "It is urgent."}, button="Take it to the next stage")

        assert page.status == 412
        assert "answered by manager-maple" in page.text
        assert page.fields("Take it to the next stage")["further"] == ["It is urgent."]

    async def test_words_of_an_answer_that_came_second_are_not_lost(self, people: Challengers) -> None:
        opened = await look(people, await raised(people), "manager")
        other = await look(people, opened, "manager", subject="manager-maple")
        await other.submit({"result": "changed", "response": "Hers."}, button="Give the answer")

        page = await opened.submit({"result": "upheld", "response": ANSWER}, button="Give the answer")

        assert page.status == 412
        assert "What you sent, which was not kept" in page.text
        assert ANSWER in page.text

    async def test_nor_words_for_a_stage_that_it_has_left(self, people: Challengers) -> None:
        opened = await look(people, await self.answered(people), "officer")
        await opened.submit({"further": "They are not safe."}, button="Take it to the next stage")

        page = await opened.submit({"further": "It is urgent."}, button="Take it to the next stage")

        assert page.status == 412
        assert "What you sent, which was not kept Why it goes further It is urgent." in page.text


class TestList:
    async def test_puts_the_next_to_be_due_first_and_says_what_is_late(
        self, people: Challengers, clock: FakeClock
    ) -> None:
        await raised(people)
        page = await people.desk.page("/disagreements")
        assert page.texts("tbody th a") == ["Zoe Testcase, 7: the decision"]
        assert page.texts("tbody td")[0] == "Answer due 25 Nov, 5pm"

        clock.set(FIRST_DUE_AT + timedelta(minutes=1))
        page = await people.desk.page("/disagreements")
        assert page.texts("tbody td")[0] == "Late since 25 Nov, 5pm"
        assert "1 on this page waits for an answer that is late" in page.text

    async def test_says_when_there_is_none(self, people: Challengers) -> None:
        page = await people.desk.page("/disagreements")
        assert "Nothing waits here." in page.text
        page = await page.submit({"state": "closed"}, button="Show")
        assert "There is none of these." in page.text

    async def test_another_partnership_sees_none(self, people: Challengers) -> None:
        page = await raised(people)
        listed = await people.desk.page("/disagreements", partnerships=["medway"])
        one = await look(people, page, "manager", partnerships=["medway"])
        nothing = await people.desk.page(f"/disagreements/{uuid4()}", partnerships=["medway"])
        assert listed.texts("tbody tr") == []
        assert (one.status, one.text) == (404, nothing.text)

    @pytest.mark.parametrize("role", ["analyst", "dpo", "ops", "referrer-school"])
    async def test_is_closed_to_who_does_not_work_at_the_hub(self, people: Challengers, role: str) -> None:
        page = await raised(people)
        statuses = [(await people.desk.page(path, role)).status for path in ("/disagreements", page.path)]
        assert statuses == [403, 403]

    async def test_is_linked_from_its_screening(self, people: Challengers) -> None:
        contact_id, _ = await people.receive()
        page = await people.desk.page(f"/screenings/{contact_id}/disagreement", "officer")
        one = await page.submit({"about": "decision", "reason": REASON}, button="Raise it")
        screening = await people.desk.page(f"/screenings/{contact_id}")
        assert one.path in screening.links().values()
