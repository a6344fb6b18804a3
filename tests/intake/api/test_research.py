"""What no contact shows alone: who is harmed again, by whom, where, and in whose company."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from factories.intake import NHS_NUMBERS, create_child, create_mother
from support.pages import visit
from support.quiet_intake import QuietIntake

pytestmark = pytest.mark.requirement("IDN-04")

HOMES = ("14 Sample Close, Romford, RM99 1AB", "3 Other Road, Romford, RM99 2CD", "8 Third Row, RM99 3EF")
ROBIN = create_child()
WREN = create_child(
    given="Wren", family="Sample", dob="2016-04-05", nhs_number=NHS_NUMBERS[1], address=HOMES[1]
)
NED = create_mother(
    given="Ned",
    family="Mockford",
    dob="1980-01-02",
    relationship="Mother's partner",
    concern="Alleged perpetrator",
    nhs_number=NHS_NUMBERS[4],
)


@pytest.fixture
def intake(quiet_intake: QuietIntake) -> QuietIntake:
    return quiet_intake


async def research(intake: QuietIntake, role: str = "manager", **who: Any) -> dict[str, Any]:
    answer = await intake.ask(role, "GET", "/v1/research", **who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def behind(finding: dict[str, Any]) -> list[str]:
    return [one["contact_id"] for one in finding["contacts"]]


def newest_first(*ids: UUID) -> list[str]:
    return [str(id) for id in reversed(ids)]


class TestRepeatVictims:
    async def test_a_child_told_of_three_times_is_found_with_the_contacts(self, intake: QuietIntake) -> None:
        sent = [await intake.sent(ROBIN) for _ in range(3)]
        await intake.sent(WREN)
        (found,) = (await research(intake))["repeat_victims"]
        assert (found["called"], found["recent"], found["before"]) == ("Robin Testcase", 3, 0)
        assert behind(found) == newest_first(*sent)

    async def test_two_times_are_not_again_and_again(self, intake: QuietIntake) -> None:
        for _ in range(2):
            await intake.sent(ROBIN)
        assert (await research(intake))["repeat_victims"] == []

    async def test_counts_each_half_year_by_itself_and_nothing_older(self, intake: QuietIntake) -> None:
        for days in (200, 100, 200, 1):
            await intake.sent(ROBIN)
            intake.clock.advance(days=days)
        (found,) = (await research(intake))["repeat_victims"]
        assert (found["recent"], found["before"]) == (1, 2)


class TestAlleged:
    async def test_somebody_named_in_two_families_is_found(self, intake: QuietIntake) -> None:
        one = await intake.sent(ROBIN, adults=[NED])
        other = await intake.sent(WREN, adults=[NED])
        (found,) = (await research(intake))["alleged_across_families"]
        assert (found["called"], found["families"]) == ("Ned Mockford", 2)
        assert behind(found) == newest_first(one, other)

    async def test_one_family_told_of_twice_is_one_family(self, intake: QuietIntake) -> None:
        for _ in range(2):
            await intake.sent(ROBIN, adults=[NED])
        assert (await research(intake))["alleged_across_families"] == []

    async def test_two_children_of_one_home_are_one_family(self, intake: QuietIntake) -> None:
        await intake.sent(ROBIN, adults=[NED])
        await intake.sent({**WREN, "address": HOMES[0]}, adults=[NED])
        assert (await research(intake))["alleged_across_families"] == []

    async def test_somebody_who_is_only_there_is_not_said_to_harm(self, intake: QuietIntake) -> None:
        uncle = {**NED, "concern": "worried about them"}
        await intake.sent(ROBIN, adults=[uncle])
        await intake.sent(WREN, adults=[uncle])
        assert (await research(intake))["alleged_across_families"] == []


class TestRising:
    async def test_an_address_that_more_is_heard_of_is_found(self, intake: QuietIntake) -> None:
        children = [
            create_child(given=name, dob=dob, nhs_number=None)
            for name, dob in (("Ash", "2012-01-01"), ("Elm", "2014-02-02"), ("Oak", "2018-03-03"))
        ]
        sent = [await intake.sent(child) for child in children]
        await intake.sent(WREN)
        (found,) = (await research(intake))["addresses"]
        assert (found["called"], found["recent"]) == (HOMES[0], 3)
        assert behind(found) == newest_first(*sent)

    async def test_one_that_was_as_loud_before_does_not_rise(self, intake: QuietIntake) -> None:
        for _ in range(2):
            for _ in range(3):
                await intake.sent(ROBIN)
            intake.clock.set(intake.clock() + timedelta(days=170))
        intake.clock.advance(days=10)
        assert (await research(intake))["addresses"] == []

    async def test_families_tied_by_one_man_are_a_group(self, intake: QuietIntake) -> None:
        third = create_child(
            given="Ivy", family="Mock", dob="2013-03-03", nhs_number=NHS_NUMBERS[2], address=HOMES[2]
        )
        sent = [await intake.sent(child, adults=[NED]) for child in (ROBIN, WREN, third)]
        (found,) = (await research(intake))["groups"]
        assert (found["called"], found["families"], found["recent"]) == ("Ned Mockford", 3, 3)
        assert behind(found) == newest_first(*sent)

    async def test_one_family_alone_is_no_group(self, intake: QuietIntake) -> None:
        for _ in range(4):
            await intake.sent(ROBIN, household=[create_mother()])
        assert (await research(intake))["groups"] == []


class TestWhoSees:
    @pytest.mark.parametrize(
        ("role", "status"),
        [
            ("manager", 200),
            ("social_worker", 200),
            ("contact_officer", 403),
            ("analyst", 403),
            ("data_protection_officer", 403),
            ("referrer-school", 403),
        ],
    )
    async def test_is_for_those_who_work_with_the_families(
        self, intake: QuietIntake, role: str, status: int
    ) -> None:
        for path in ("/v1/research", "/research"):
            assert (await intake.ask(role, "GET", path)).status_code == status

    @pytest.mark.requirement("SEAL-07")
    async def test_a_restricted_contact_counts_for_who_may_know_of_it_alone(
        self, intake: QuietIntake
    ) -> None:
        sent = [await intake.sent(ROBIN) for _ in range(3)]
        await intake.restrict(sent[1], "named")
        found = await research(intake)
        assert (found["repeat_victims"], found["addresses"]) == ([], [])
        found = await research(intake, subject="named")
        assert len(found["repeat_victims"]) == len(found["addresses"]) == 1

    async def test_another_partnership_sees_nothing(self, intake: QuietIntake) -> None:
        for _ in range(3):
            await intake.sent(ROBIN)
        there = intake.tokens.issue("manager", partnerships=["medway"])
        found = (await intake.client.get("/v1/research", headers=there)).json()
        assert [found[kind] for kind in ("repeat_victims", "addresses", "groups")] == [[], [], []]

    async def test_the_look_is_in_the_audit_with_the_contacts(self, intake: QuietIntake) -> None:
        sent = [await intake.sent(ROBIN) for _ in range(3)]
        await research(intake)
        line = "SELECT detail -> 'contacts' FROM audit WHERE action = 'research.viewed'"
        assert await intake.value(line) == sorted(str(id) for id in sent)


class TestPage:
    async def test_says_what_was_found_and_leads_to_the_contacts(self, intake: QuietIntake) -> None:
        for _ in range(3):
            last = await intake.sent(ROBIN)
        page = await visit(intake.client, "/research", intake.tokens.issue("manager"))
        assert page.heading == "Research"
        assert "Robin Testcase" in page.text
        assert "3 in the last six months, 0 in the six months before; 1 family" in page.text
        assert f"/contacts/{last}" in page.links().values()

    async def test_says_what_to_do_where_nothing_stands_out(self, intake: QuietIntake) -> None:
        page = await visit(intake.client, "/research", intake.tokens.issue("social_worker"))
        assert "Nothing stands out" in page.text
        assert "No child was told of three times." in page.text
