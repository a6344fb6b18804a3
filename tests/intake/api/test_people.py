"""Who is who is settled by people, what came before is one list, and what is closed is in neither."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from factories.intake import NHS_NUMBERS, create_child, create_form, create_mother
from support.quiet_intake import QuietIntake
from support.tokens import Tokens

SPELT_OTHERWISE = create_child(family="Testkase", nhs_number=None)
# Another child who lives elsewhere.
WREN = create_child(
    given="Wren",
    family="Sample",
    dob="2016-04-05",
    nhs_number=NHS_NUMBERS[1],
    address="3 Other Road, Romford, RM99 2CD",
)


@pytest.fixture
def intake(quiet_intake: QuietIntake) -> QuietIntake:
    return quiet_intake


async def waiting(intake: QuietIntake) -> tuple[UUID, UUID, dict[str, Any]]:
    """Two contacts on a child who may be the same, and the match that says so."""
    first, second = await intake.sent(), await intake.sent(SPELT_OTHERWISE)
    (match,) = (await intake.people(second))[0]["matches"]
    assert match["state"] == "waiting"
    return first, second, match


@pytest.mark.requirement("IDN-01")
class TestSettleMatch:
    async def test_confirms_that_two_are_the_same_person(self, intake: QuietIntake) -> None:
        first, second, match = await waiting(intake)
        answer = await intake.step(second, match, "confirm", reason="The school knows them as one.")
        assert (answer.status_code, answer.json()["state"]) == (200, "confirmed")
        (robin,) = await intake.people(second)
        assert [one["contact_id"] for one in robin["known_from"]] == [str(first)]
        said = robin["matches"][0]["history"][-1]
        assert (said["action"], said["by"], said["reason"]) == (
            "confirmed",
            "officer",
            "The school knows them as one.",
        )

    async def test_refuses_it(self, intake: QuietIntake) -> None:
        _, second, match = await waiting(intake)
        assert (await intake.step(second, match, "refuse")).json()["state"] == "refused"
        (robin,) = await intake.people(second)
        assert (robin["known_from"], robin["matches"][0]["state"]) == ([], "refused")

    @pytest.mark.parametrize("said", ["confirm", "refuse"])
    async def test_undoes_what_was_said_and_keeps_that_it_was(self, intake: QuietIntake, said: str) -> None:
        _, second, match = await waiting(intake)
        version = (await intake.step(second, match, said)).json()["version"]
        undone = await intake.step(second, match, "undo", version=version, reason="I was wrong.")
        assert undone.json()["state"] == "waiting"
        (robin,) = await intake.people(second)
        assert robin["known_from"] == []
        assert [one["action"] for one in robin["matches"][0]["history"]] == [
            "found",
            {"confirm": "confirmed", "refuse": "refused"}[said],
            "undone",
        ]

    async def test_undoes_a_link_that_the_hub_made_and_it_is_not_made_again(
        self, intake: QuietIntake
    ) -> None:
        await intake.sent()
        second = await intake.sent()
        (match,) = (await intake.people(second))[0]["matches"]
        assert (await intake.step(second, match, "undo")).json()["state"] == "waiting"
        await intake.correct(second, telephone="07700 900113")
        assert await intake.states(second) == [["waiting"]]

    async def test_undoing_takes_apart_just_what_it_held_together(self, intake: QuietIntake) -> None:
        """Two contacts on each of two records of one child: what is undone leaves each record whole."""
        ones = [await intake.sent() for _ in range(2)]
        others = [await intake.sent(SPELT_OTHERWISE)]
        (match,) = (await intake.people(others[0]))[0]["matches"]
        version = (await intake.step(others[0], match, "confirm")).json()["version"]
        assert len((await intake.people(ones[0]))[0]["known_from"]) == 2
        await intake.step(others[0], match, "undo", version=version)
        assert len((await intake.people(ones[0]))[0]["known_from"]) == 1
        assert (await intake.people(others[0]))[0]["known_from"] == []

    async def test_joins_nobody_whom_somebody_keeps_apart(self, intake: QuietIntake) -> None:
        _, second, match = await waiting(intake)
        third = await intake.sent(create_child(dob="2019-03-02", nhs_number=None, address=None))
        await intake.step(second, match, "refuse")
        found = {one["other"]["contact_id"]: one for one in (await intake.people(third))[0]["matches"]}
        assert len(found) == 2
        first_one, last_one = found.values()
        assert (await intake.step(third, first_one, "confirm")).status_code == 200
        refused = await intake.step(third, last_one, "confirm")
        assert refused.status_code == 409
        assert "not the same person" in refused.json()["detail"]

    @pytest.mark.parametrize("step", ["refuse", "confirm"])
    async def test_says_of_what_is_settled_that_it_has_to_be_undone_first(
        self, intake: QuietIntake, step: str
    ) -> None:
        _, second, match = await waiting(intake)
        version = (await intake.step(second, match, "confirm")).json()["version"]
        assert (await intake.step(second, match, step, version=version)).status_code == 409

    async def test_lets_the_second_of_two_know_that_the_first_was_there(self, intake: QuietIntake) -> None:
        _, second, match = await waiting(intake)
        await intake.step(second, match, "confirm")
        answer = await intake.step(second, match, "refuse")
        assert (answer.status_code, answer.json()["changed"]) == (412, ["state"])

    async def test_wants_the_version_and_a_reason(self, intake: QuietIntake) -> None:
        _, second, match = await waiting(intake)
        path = f"/v1/contacts/{second}/matches/{match['id']}/steps"
        body = {"step": "confirm", "reason": "It is."}
        assert (await intake.ask("manager", "POST", path, json=body)).status_code == 428
        assert (await intake.step(second, match, "confirm", reason=" ")).status_code == 422

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            ("contact_officer", 200),
            ("social_worker", 200),
            ("manager", 200),
            ("referrer-school", 403),
            ("analyst", 403),
            ("data_protection_officer", 403),
        ],
    )
    async def test_is_for_the_hubs_screeners(self, intake: QuietIntake, role: str, status: int) -> None:
        _, second, match = await waiting(intake)
        assert (await intake.step(second, match, "confirm", role=role)).status_code == status

    async def test_finds_a_match_from_either_of_its_contacts_and_no_other(self, intake: QuietIntake) -> None:
        first, _, match = await waiting(intake)
        beside = await intake.sent(WREN)
        assert (await intake.step(beside, match, "confirm")).status_code == 404
        assert (await intake.step(first, match, "confirm")).status_code == 200

    async def test_leaves_a_line_for_both_contacts(self, intake: QuietIntake) -> None:
        first, second, match = await waiting(intake)
        await intake.step(second, match, "confirm")
        for contact_id in (first, second):
            line = f"SELECT subject FROM audit WHERE action = 'people.confirmed' AND case_id = '{contact_id}'"
            assert await intake.value(line) == "officer"

    async def test_knows_the_mother_too_once_the_child_is(self, intake: QuietIntake) -> None:
        bare = create_mother(dob=None, telephone=None)
        await intake.sent(household=[bare])
        second = await intake.sent(SPELT_OTHERWISE, household=[bare])
        child, mother = await intake.people(second)
        assert [match["state"] for match in mother["matches"]] == ["waiting"]
        await intake.step(second, child["matches"][0], "confirm")
        await intake.compare()
        assert (await intake.states(second))[1] == ["linked"]


@pytest.mark.requirement("IDN-01", "SEAL-07")
class TestClosed:
    """One of the two contacts is open to one manager alone."""

    async def test_nobody_else_hears_of_the_match_or_of_the_contact(self, intake: QuietIntake) -> None:
        first, second, match = await waiting(intake)
        await intake.restrict(first, "named")
        assert await intake.states(second) == [[]]
        assert await intake.states(second, subject="named") == [["waiting"]]
        assert (await intake.step(second, match, "confirm")).status_code == 404
        gone = await intake.ask("manager", "GET", f"/v1/contacts/{first}/people")
        nothing = await intake.ask("manager", "GET", f"/v1/contacts/{uuid4()}/people")
        assert (gone.status_code, gone.json()["detail"]) == (404, nothing.json()["detail"])

    async def test_what_it_held_together_is_apart_for_who_may_not_know_of_it(
        self, intake: QuietIntake
    ) -> None:
        """The first and the last are alike only to the one between, which knows both names."""
        first = await intake.sent(create_child(nhs_number=None, address=None))
        both = create_child(nhs_number=None, address=None, also_known_as="Wren Sample")
        between = await intake.sent(both)
        last = await intake.sent(create_child(given="Wren", family="Sample", nhs_number=None, address=None))
        for match in (await intake.people(between))[0]["matches"]:
            await intake.step(between, match, "confirm")
        assert len((await intake.people(first))[0]["known_from"]) == 2
        await intake.restrict(between, "named")
        assert (await intake.people(last))[0]["known_from"] == []
        assert (await intake.people(first))[0]["known_from"] == []

    async def test_ordinary_contacts_hang_on_each_other_and_not_on_it(self, intake: QuietIntake) -> None:
        first, between, last = [await intake.sent() for _ in range(3)]
        await intake.restrict(between, "named")
        (robin,) = await intake.people(last)
        assert [one["contact_id"] for one in robin["known_from"]] == [str(first)]
        (robin,) = await intake.people(last, subject="named")
        assert len(robin["known_from"]) == 2

    async def test_the_chronology_is_without_it(self, intake: QuietIntake) -> None:
        first, second, _ = await waiting(intake)
        await intake.restrict(first, "named")
        path = f"/v1/contacts/{second}/chronology"
        assert (await intake.ask("manager", "GET", path)).json()["items"] == []
        (entry,) = (await intake.ask("manager", "GET", path, subject="named")).json()["items"]
        assert (entry["contact_id"], entry["restricted"]) == (str(first), True)


async def chronology(intake: QuietIntake, contact_id: UUID, **query: Any) -> list[dict[str, Any]]:
    answer = await intake.ask("social_worker", "GET", f"/v1/contacts/{contact_id}/chronology", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.mark.requirement("IDN-07")
class TestChronology:
    async def test_has_what_came_on_child_sibling_household_adult_and_home_newest_first(
        self, intake: QuietIntake
    ) -> None:
        uncle = create_mother(given="Ned", dob="1980-01-02", relationship="Uncle", telephone="07700 900114")
        sibling = {"given": "Ash", "family": "Testcase", "dob": "2015-03-04", "relationship": "Brother"}
        as_child = create_child(given="Ash", dob="2015-03-04", nhs_number=None)
        stranger = create_child(given="Zed", family="Mock", dob="2012-12-12", nhs_number=None, sex="female")
        far = "3 Other Road, Romford, RM99 2CD"
        on_child = await intake.sent(create_child(address=far))
        on_sibling = await intake.sent({**as_child, "address": "14 Sample Close, Romford, RM99 1AB"})
        on_home = await intake.sent(stranger)
        on_adult = await intake.sent({**WREN}, adults=[uncle])
        await intake.sent({**WREN})
        here = await intake.sent(
            create_child(), household=[create_mother(), sibling], adults=[{**uncle, "given": "Ned"}]
        )
        found = await chronology(intake, here)
        assert [entry["contact_id"] for entry in found] == [
            str(one) for one in (on_adult, on_home, on_sibling, on_child)
        ]
        words = {entry["contact_id"]: [why["words"] for why in entry["why"]] for entry in found}
        assert words[str(on_child)] == ["Robin Testcase is on it as a child there."]
        assert "Ash Testcase is on it as a child there." in words[str(on_sibling)]
        assert words[str(on_home)] == ["It is about the same address."]

    async def test_marks_what_is_in_doubt(self, intake: QuietIntake) -> None:
        bare = {"given": "Robin", "family": "Testkase", "dob": "2019-02-03"}
        await intake.sent(create_child(address=None))
        here = await intake.sent(bare)
        (entry,) = await chronology(intake, here)
        assert (entry["certain"], entry["why"][0]["code"]) == (False, "perhaps")
        assert "may be on it as a child there, called Robin Testcase" in entry["why"][0]["words"]

    async def test_says_what_was_decided_and_no_further_action_too(self, intake: QuietIntake) -> None:
        first, second = await intake.sent(), await intake.sent()
        await intake.close(first)
        open_one, closed = await chronology(intake, await intake.sent())
        assert (open_one["contact_id"], open_one["decision"]) == (str(second), None)
        assert closed["decision"]
        assert closed["decided_at"]

    async def test_has_all_that_repeats_are_counted_by(self, intake: QuietIntake) -> None:
        sent = [create_child(), SPELT_OTHERWISE, create_child(given="Ash", nhs_number=None), WREN]
        for child in sent:
            await intake.sent(child)
        here = await intake.sent(create_child(), household=[create_mother()])
        counted = await intake.value(f"SELECT repeat_count_ever FROM contact WHERE id = '{here}'")
        assert len(await chronology(intake, here)) >= counted == 3

    async def test_is_of_one_person_where_that_is_asked(self, intake: QuietIntake) -> None:
        await intake.sent(create_child(address=None))
        on_wren = await intake.sent({**WREN})
        here = await intake.sent(create_child(), {**WREN})
        wren = (await intake.people(here))[1]
        (entry,) = await chronology(intake, here, person=wren["mention_id"])
        assert entry["contact_id"] == str(on_wren)

    async def test_comes_a_page_at_a_time(self, intake: QuietIntake) -> None:
        for _ in range(5):
            await intake.sent()
        here = await intake.sent()
        path, seen, cursor = f"/v1/contacts/{here}/chronology", [], None
        for _ in range(4):
            query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
            page = (await intake.ask("manager", "GET", path, params=query)).json()
            seen += [entry["contact_id"] for entry in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 5

    async def test_has_the_call_that_a_form_follows(self, intake: QuietIntake, tokens: Tokens) -> None:
        call = {**create_form(children=[], household=[]), "channel": "telephone"}
        answer = await intake.ask("contact_officer", "POST", "/v1/calls", json=call)
        follows = {"follows_call": answer.json()["reference"]}
        form = create_form(household=[], **follows)
        sent = (await intake.ask("referrer-school", "POST", "/v1/contacts", json=form)).json()
        (entry,) = await chronology(intake, UUID(sent["contact_id"]))
        assert [why["code"] for why in entry["why"]] == ["call"]
        (entry,) = await chronology(intake, UUID(answer.json()["contact_id"]))
        assert ([why["code"] for why in entry["why"]], entry["later"]) == (["form"], True)

    async def test_leaves_a_line_for_each_contact_that_it_shows(self, intake: QuietIntake) -> None:
        first = await intake.sent()
        await chronology(intake, await intake.sent())
        line = "SELECT detail -> 'contacts' FROM audit WHERE action = 'chronology.viewed_beside'"
        assert await intake.value(line) == [str(first)]

    @pytest.mark.parametrize("role", ["referrer-school", "analyst", "data_protection_officer", "ops"])
    async def test_is_for_the_hubs_people(self, intake: QuietIntake, role: str) -> None:
        here = await intake.sent()
        for what in ("people", "chronology"):
            assert (await intake.ask(role, "GET", f"/v1/contacts/{here}/{what}")).status_code == 403
