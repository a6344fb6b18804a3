"""Who is linked, who waits for a person, and what becomes of that when contacts change or go."""

from __future__ import annotations

import httpx
import pytest
from factories.intake import NHS_NUMBERS, create_child, create_form, create_mother
from intake.store.erasing import delete_contact
from intake.usecases.compare_people import compare_again_beside
from intake.usecases.erasing import work_through_the_night
from support.clock import FakeClock
from support.quiet_intake import QuietIntake
from support.services import Services
from support.tokens import Tokens

pytestmark = pytest.mark.requirement("IDN-01")

SAME_HOME_OTHER_SPELLING = create_child(family="Testkase", nhs_number=None)


@pytest.fixture
def intake(quiet_intake: QuietIntake) -> QuietIntake:
    return quiet_intake


class TestOnReceipt:
    async def test_links_who_is_surely_the_same_and_says_why(self, intake: QuietIntake) -> None:
        first = await intake.sent()
        second = await intake.sent(create_child(given="Robyn"))
        (robin,) = await intake.people(second)
        (match,) = robin["matches"]
        assert match["state"] == "linked"
        assert match["reasons"][:2] == ["The same NHS number.", "The same date of birth."]
        assert [one["contact_id"] for one in robin["known_from"]] == [str(first)]
        assert [(one["action"], one["by"]) for one in match["history"]] == [("linked", "service:intake")]

    async def test_asks_about_who_may_be_the_same(self, intake: QuietIntake) -> None:
        await intake.sent()
        second = await intake.sent(SAME_HOME_OTHER_SPELLING)
        (robin,) = await intake.people(second)
        (match,) = robin["matches"]
        assert (match["state"], robin["known_from"]) == ("waiting", [])
        assert "Family names that sound alike: Testkase and Testcase." in match["reasons"]
        assert 0 < match["score"] < 100
        assert match["likelihood"] in ("possible", "likely", "very likely")
        assert match["other"]["called"] == "Robin Testcase"

    async def test_knows_nobody_of_whom_nothing_was_heard(self, intake: QuietIntake) -> None:
        await intake.sent()
        other = await intake.sent(create_child(given="Wren", nhs_number=None, dob="2015-05-05"))
        assert await intake.states(other) == [[]]

    async def test_is_told_of_the_one_before_it_was_compared(self, intake: QuietIntake) -> None:
        contact_id = await intake.send()
        (robin,) = await intake.people(contact_id)
        assert (robin["called"], robin["mention_id"]) == ("Robin Testcase", None)

    async def test_is_seen_from_the_earlier_contact_too(self, intake: QuietIntake) -> None:
        first = await intake.sent()
        second = await intake.sent()
        (robin,) = await intake.people(first)
        assert [one["contact_id"] for one in robin["known_from"]] == [str(second)]

    async def test_knows_the_household_beside_one_child_again(self, intake: QuietIntake) -> None:
        await intake.sent(household=[create_mother()])
        second = await intake.sent(household=[create_mother(dob=None, telephone=None)])
        assert await intake.states(second) == [["linked"], ["linked"]]

    async def test_takes_of_several_contacts_of_one_person_one_link(self, intake: QuietIntake) -> None:
        for _ in range(3):
            await intake.sent()
        (robin,) = await intake.people(await intake.sent())
        assert len(robin["matches"]) == 1
        assert len(robin["known_from"]) == 3

    async def test_leaves_open_which_of_two_twins_it_is(self, intake: QuietIntake) -> None:
        expected = {"edd": "2026-12-20", "mother": "mum"}
        mother = create_mother(id="mum", nhs_number=NHS_NUMBERS[2])
        await intake.sent(expected, household=[mother])
        second = await intake.sent(expected, expected, household=[mother])
        assert await intake.states(second) == [["waiting"], ["waiting"], ["linked"]]

    @pytest.mark.requirement("IDN-05")
    async def test_an_unborn_child_is_known_again_by_the_mother_and_asked_about_once_born(
        self, intake: QuietIntake
    ) -> None:
        mother = create_mother(id="mum", nhs_number=NHS_NUMBERS[2])
        for _ in range(2):
            expected = await intake.sent({"edd": "2026-12-20", "mother": "mum"}, household=[mother])
        assert await intake.states(expected) == [["linked"], ["linked"]]
        baby = create_child(given="Wren", dob="2026-11-10", nhs_number=None, mother="mum")
        born = await intake.sent(baby, household=[mother])
        assert await intake.states(born) == [["waiting"], ["linked"]]

    async def test_keeps_partnerships_apart(
        self, service: Services, tokens: Tokens, clock: FakeClock
    ) -> None:
        app = await service.create("intake", partnerships=["havering", "medway"])
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://intake.test"
        ) as client:
            both = QuietIntake(app, client, tokens, clock)
            await both.sent()
            form = create_form(partnership="medway", household=[])
            there = tokens.issue("referrer", partnerships=["medway"])
            sent = (await client.post("/v1/contacts", json=form, headers=there)).json()
            await both.compare()
            manager = tokens.issue("manager", partnerships=["medway"])
            seen = await client.get(f"/v1/contacts/{sent['contact_id']}/people", headers=manager)
        await app.state.hub.engine.dispose()
        assert seen.json()["people"][0]["matches"] == []

    async def test_keeps_no_word_in_the_clear(self, intake: QuietIntake) -> None:
        await intake.sent(create_child(id="Robin_Testcase"))
        await intake.sent(SAME_HOME_OTHER_SPELLING)
        for table in ("mention", "mention_key", "match", "match_step"):
            rows = await intake.value(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            assert "test" not in rows.lower()
            assert "robin" not in rows.lower()


class TestCorrected:
    async def test_who_turns_out_to_be_the_same_is_linked(self, intake: QuietIntake) -> None:
        await intake.sent()
        second = await intake.sent({"given": "Robin", "family": "Testcase"})
        assert await intake.states(second) == [[]]
        await intake.correct(second, children=[create_child()])
        assert await intake.states(second) == [["linked"]]

    async def test_a_link_that_is_no_longer_sure_waits_for_a_person(self, intake: QuietIntake) -> None:
        await intake.sent()
        second = await intake.sent(create_child(id="robin"))
        changed = create_child(id="robin", nhs_number=NHS_NUMBERS[1])
        await intake.correct(second, children=[changed])
        (robin,) = await intake.people(second)
        (match,) = robin["matches"]
        assert (match["state"], robin["known_from"]) == ("waiting", [])
        assert [step["action"] for step in match["history"]] == ["linked", "doubted"]

    async def test_what_a_person_said_stays(self, intake: QuietIntake) -> None:
        await intake.sent()
        second = await intake.sent(create_child(id="robin", family="Testkase", nhs_number=None))
        (match,) = (await intake.people(second))[0]["matches"]
        await intake.step(second, match, "refuse")
        await intake.correct(second, children=[create_child(id="robin")])
        assert await intake.states(second) == [["refused"]]

    async def test_who_was_corrected_away_is_known_from_nothing(self, intake: QuietIntake) -> None:
        first = await intake.sent()
        second = await intake.sent()
        await intake.correct(second, children=[])
        (robin,) = await intake.people(first)
        assert (robin["known_from"], robin["matches"]) == ([], [])


class TestErased:
    async def test_all_goes_with_the_last_contact(self, intake: QuietIntake) -> None:
        for _ in range(2):
            await intake.close(await intake.sent())
        intake.clock.set(intake.clock().replace(year=intake.clock().year + 7))
        await work_through_the_night(intake.hub)
        for table in ("contact", "mention", "mention_key", "match", "match_step"):
            assert await intake.value(f"SELECT count(*) FROM {table}") == 0, table

    async def test_what_hung_on_it_finds_what_else_there_is(self, intake: QuietIntake) -> None:
        """The first and the last were held together by the one between them."""
        first = await intake.sent()
        between = await intake.sent()
        last = await intake.sent()
        async with intake.hub.transaction() as tx:
            await compare_again_beside(tx, "havering", between)
            await delete_contact(tx, between, None)
        await intake.compare()
        (robin,) = await intake.people(last)
        assert [one["contact_id"] for one in robin["known_from"]] == [str(first)]
