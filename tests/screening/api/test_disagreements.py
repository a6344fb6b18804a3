"""Challenging what was decided: who may, who answers, and how it climbs."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from factories.disagreements import (
    FIRST_DUE_AT,
    HERS,
    REASON,
    RESPONSE,
    SECOND_DUE_AT,
    Challengers,
)
from factories.screening import Desk
from mash import partnerships
from mash.contracts.screening import (
    DisagreementAnswered,
    DisagreementClosed,
    DisagreementRaised,
    DisagreementWentUp,
)

WHY = {"reason": "The answer passes over last week."}
LEAD: dict[str, Any] = {"role": "lead-police", "agency": "police"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(desk: Desk) -> Challengers:
    return Challengers(desk)


def challenge(reference: str, **changes: Any) -> dict[str, Any]:
    return {"reference": reference, "about": "decision", "reason": REASON, **changes}


async def enquire(people: Challengers) -> str:
    """A contact on which the police are asked; return its reference."""
    contact_id, reference = await people.receive(decided=False)
    await people.desk.open_enquiry(contact_id)
    return reference


class TestRaise:
    @pytest.mark.requirement("ESC-03", "FBK-06")
    async def test_opens_at_the_first_stage_with_its_owner_and_its_time(self, people: Challengers) -> None:
        contact_id, reference = await people.receive()

        answer = await people.send(body=challenge(reference))

        assert answer.status_code == 201
        raised = answer.json()
        assert (raised["stage"], raised["reference"]) == ("team", reference)
        assert raised["owner"] == partnerships.get("havering").escalation["team"].owner
        assert raised["due_at"].startswith("2026-11-25T17:00:00")
        (event,) = await people.desk.events(DisagreementRaised)
        assert (event["contact_id"], event["challenger_kind"]) == (str(contact_id), "referrer")
        assert "Robin" not in str(event)

    async def test_keeps_the_words_here_for_those_who_may_read_them(self, people: Challengers) -> None:
        contact_id, reference = await people.receive()
        id = await people.challenge(reference)

        for role in ("referrer-school", "officer", "manager"):
            found = (await people.get(f"/{id}", role=role)).json()
            assert (found["reason"], found["state"], found["late"]) == (REASON, "awaiting_answer", False)
        looks = [
            subject
            for action, subject in await people.desk.audited(contact_id)
            if action == "disagreement.viewed"
        ]
        assert looks == ["referrer-school", "officer", "manager"]

    async def test_a_repeat_under_one_key_starts_nothing_twice(self, people: Challengers) -> None:
        _, reference = await people.receive()

        first = await people.send(body=challenge(reference), key="k1")
        again = await people.send(body=challenge(reference), key="k1")
        other = await people.send(body=challenge(reference, about="no_feedback"), key="k1")

        assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
        assert first.json() == again.json()
        assert len(await people.desk.events(DisagreementRaised)) == 1

    async def test_one_person_has_one_open_about_one_thing(self, people: Challengers) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference)

        second = await people.send(body=challenge(reference))
        about_another = await people.send(body=challenge(reference, about="no_feedback"))
        await people.do(id, "withdrawal", WHY)
        after_its_end = await people.send(body=challenge(reference))

        statuses = [one.status_code for one in (second, about_another, after_its_end)]
        assert statuses == [409, 201, 201]

    @pytest.mark.parametrize(("about", "status"), [("decision", 409), ("rating", 409), ("delay", 201)])
    async def test_only_what_is_there_can_be_challenged(
        self, people: Challengers, about: str, status: int
    ) -> None:
        _, reference = await people.receive(decided=False)

        assert (await people.send(body=challenge(reference, about=about))).status_code == status

    async def test_waits_for_intake_and_changes_nothing_meanwhile(self, people: Challengers) -> None:
        _, reference = await people.receive()
        people.desk.intake.is_away = True

        assert (await people.send(body=challenge(reference))).status_code == 503
        assert (await people.get()).json()["items"] == []

    @pytest.mark.parametrize(
        "body", [{"about": "colour"}, {"reason": " "}, {"reference": "HAV"}, {"colour": "red"}]
    )
    async def test_refuses_what_it_does_not_know(self, people: Challengers, body: dict[str, Any]) -> None:
        _, reference = await people.receive()

        assert (await people.send(body=challenge(reference) | body)).status_code == 422


class TestWhoMayChallenge:
    @pytest.mark.requirement("ESC-03")
    @pytest.mark.parametrize("role", ["officer", "worker", "manager"])
    async def test_the_hubs_own_people(self, people: Challengers, role: str) -> None:
        _, reference = await people.receive()
        people.desk.intake.is_away = True

        found = await people.read(await people.challenge(reference, role=role))

        assert (found["challenger_kind"], found["raised_by"]) == ("hub", role)

    @pytest.mark.requirement("ESC-03")
    async def test_the_lead_of_an_agency_that_was_asked(self, people: Challengers) -> None:
        reference = await enquire(people)

        answer = await people.send(body=challenge(reference), **LEAD)
        other = await people.send(body=challenge(reference), role="lead-health", agency="health")

        assert (answer.status_code, other.status_code) == (201, 404)
        found = (await people.get(f"/{answer.json()['id']}", **LEAD)).json()
        assert (found["challenger_kind"], found["agency"]) == ("agency", "police")

    async def test_the_hub_for_a_referrer_who_rang(self, people: Challengers) -> None:
        _, reference = await people.receive()

        found = await people.read(await people.challenge(reference, role="officer", for_referrer=True))

        assert (found["challenger_kind"], found["on_behalf"]) == ("referrer", True)

    @pytest.mark.requirement("SEAL-09")
    async def test_nobody_whose_contact_it_is_not(self, people: Challengers) -> None:
        _, reference = await people.receive()

        refused = [
            await people.send(body=challenge(reference), subject="referrer-nursery"),
            await people.send(body=challenge(reference), partnerships=("medway",)),
            await people.send(body=challenge(reference), role="manager", partnerships=("medway",)),
            await people.send(body=challenge(reference), **LEAD),
            await people.send(body=challenge("HAV-26-00000000")),
        ]

        assert [one.status_code for one in refused] == [404] * 5
        assert len({one.json()["detail"] for one in refused}) == 1
        assert (await people.send(body=challenge(reference))).status_code == 201

    @pytest.mark.requirement("SEAL-09")
    @pytest.mark.parametrize("role", ["mailbox", "analyst", "dpo", "ops"])
    async def test_nobody_whose_role_it_is_not(self, people: Challengers, role: str) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference)

        assert (await people.send(body=challenge(reference), role=role)).status_code == 403
        assert (await people.get(role=role)).status_code == 403
        assert (await people.get(f"/{id}", role=role)).status_code == 403

    @pytest.mark.requirement("SEAL-09")
    async def test_an_agencys_researcher_not_even_with_a_token_of_the_hub(self, people: Challengers) -> None:
        reference = await enquire(people)

        answer = await people.send(body=challenge(reference), role="researcher-police", agency="police")

        assert answer.status_code == 403


class TestRespond:
    async def create(self, people: Challengers) -> str:
        _, reference = await people.receive()
        return await people.challenge(reference)

    @pytest.mark.requirement("ESC-03")
    async def test_gives_its_challenger_the_answer(self, people: Challengers) -> None:
        id = await self.create(people)

        answer = await people.do(id, "response", HERS, role="manager")

        assert answer.status_code == 200
        read = (await people.get(f"/{id}", role="referrer-school")).json()
        (stage,) = read["stages"]
        assert (read["state"], stage["result"], stage["response"]) == ("answered", "upheld", RESPONSE)
        (event,) = await people.desk.events(DisagreementAnswered)
        assert (event["result"], event["in_time"]) == ("upheld", True)
        assert "Robin" not in str(event)

    @pytest.mark.requirement("SEAL-09")
    async def test_is_for_managers_of_that_hub_alone(self, people: Challengers) -> None:
        id = await self.create(people)

        statuses = [
            (await people.do(id, "response", HERS, role=role)).status_code
            for role in ("referrer-school", "officer", "worker", "analyst")
        ]
        elsewhere = await people.do(id, "response", HERS, role="manager", partnerships=("medway",))

        assert statuses == [403] * 4
        assert elsewhere.status_code == 404
        assert (await people.do(id, "response", HERS, role="manager")).status_code == 200

    async def test_is_not_for_whoever_raised_it(self, people: Challengers) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference, role="manager")

        own = await people.do(id, "response", HERS, role="manager")
        other = await people.do(id, "response", HERS, role="manager", subject="another-manager")

        assert (own.status_code, other.status_code) == (403, 200)

    async def test_of_two_at_once_one_is_kept(self, people: Challengers) -> None:
        id = await self.create(people)

        answers = await asyncio.gather(
            *(people.send(f"/{id}/response", HERS, role="manager", version=1) for _ in range(4))
        )

        assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]
        assert len(await people.desk.events(DisagreementAnswered)) == 1

    async def test_needs_the_version_that_was_read(self, people: Challengers) -> None:
        id = await self.create(people)

        without = await people.send(f"/{id}/response", HERS, role="manager")
        first = await people.send(f"/{id}/response", HERS, role="manager", version=1)
        stale = await people.send(f"/{id}/response", HERS, role="manager", version=1)
        twice = await people.send(f"/{id}/response", HERS, role="manager", version=2)

        statuses = [one.status_code for one in (without, first, stale, twice)]
        assert statuses == [428, 200, 412, 409]
        assert first.headers["etag"] == '"2"'


class TestEscalate:
    @pytest.mark.requirement("ESC-01", "ESC-03")
    async def test_climbs_haverings_stages_to_the_partnership_and_ends_there(
        self, people: Challengers
    ) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference)
        for _ in range(3):
            await people.do(id, "response", HERS, role="manager")
            assert (await people.do(id, "escalate", WHY)).status_code == 200
        assert (await people.do(id, "response", HERS, role="manager")).status_code == 200

        found = await people.read(id)
        assert [one["stage"] for one in found["stages"]] == [
            "team",
            "head_of_service",
            "senior_staff",
            "partnership",
        ]
        assert (found["state"], found["closed_because"]) == ("resolved", "final_answer")
        assert (await people.do(id, "escalate", WHY)).status_code == 409
        assert len(await people.desk.events(DisagreementWentUp)) == 3
        assert len(await people.desk.events(DisagreementClosed)) == 1

    async def test_waits_for_the_answer_unless_a_manager_sends_it_up(self, people: Challengers) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference)

        statuses = [
            (await people.do(id, "escalate", WHY, role=role)).status_code
            for role in ("referrer-school", "officer", "manager")
        ]

        assert statuses == [409, 403, 200]
        (event,) = await people.desk.events(DisagreementWentUp)
        assert (event["because"], event["stage"]) == ("sent_up", "head_of_service")
        assert WHY["reason"] not in str(event)
        assert (await people.read(id))["stages"][1]["why"] == WHY["reason"]

    async def test_a_manager_takes_an_answer_further_whose_challenger_rang(self, people: Challengers) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference)
        await people.do(id, "response", HERS, role="manager")

        await people.do(id, "escalate", WHY, role="manager")

        assert (await people.read(id))["stages"][1]["because"] == "not_content"

    @pytest.mark.requirement("SEAL-09")
    async def test_is_not_for_another_referrer(self, people: Challengers) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference)
        await people.do(id, "response", HERS, role="manager")
        other = {"subject": "referrer-nursery"}

        for what, body in (("escalate", WHY), ("acceptance", None), ("withdrawal", WHY)):
            assert (await people.do(id, what, body, **other)).status_code == 404
        assert (await people.get(f"/{id}", role="referrer-school", **other)).status_code == 404
        assert (await people.do(id, "escalate", WHY)).status_code == 200


class TestEnd:
    async def test_is_accepted_by_its_challenger(self, people: Challengers) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference)
        too_soon = await people.do(id, "acceptance")
        await people.do(id, "response", HERS, role="manager")

        by_another = await people.do(id, "acceptance", role="manager")
        accepted = await people.do(id, "acceptance")

        assert [one.status_code for one in (too_soon, by_another, accepted)] == [409, 403, 200]
        assert (accepted.json()["state"], accepted.json()["closed_because"]) == ("resolved", "accepted")

    async def test_is_taken_back_by_its_challenger(self, people: Challengers) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference)

        by_another = await people.do(id, "withdrawal", WHY, role="manager")
        taken_back = await people.do(id, "withdrawal", WHY)
        afterwards = await people.do(id, "response", HERS, role="manager")

        assert [one.status_code for one in (by_another, taken_back, afterwards)] == [403, 200, 409]
        (event,) = await people.desk.events(DisagreementClosed)
        assert event["because"] == "withdrawn"

    async def test_is_taken_back_by_the_hub_where_the_hub_wrote_it_down(self, people: Challengers) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference, role="officer", for_referrer=True)

        assert (await people.do(id, "withdrawal", WHY, role="worker")).status_code == 200


class TestTime:
    @pytest.mark.requirement("ESC-03")
    async def test_goes_up_by_itself_unanswered_once_a_stage_and_stays_at_the_last(
        self, people: Challengers
    ) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference)

        found = []
        for moment in (FIRST_DUE_AT - MINUTE, FIRST_DUE_AT, SECOND_DUE_AT - MINUTE, SECOND_DUE_AT):
            await people.wait_until(moment)
            found.append((await people.read(id))["stage"])
        await people.wait_until(SECOND_DUE_AT + timedelta(days=60))
        await people.wait_until(SECOND_DUE_AT + timedelta(days=120))

        assert found == ["team", "head_of_service", "head_of_service", "senior_staff"]
        last = await people.read(id)
        assert (last["stage"], last["state"], last["late"]) == ("partnership", "awaiting_answer", True)
        events = await people.desk.events(DisagreementWentUp)
        assert [one["because"] for one in events] == ["unanswered"] * 3
        assert events[0]["due_at"] == "2026-12-02T17:00:00Z"

    @pytest.mark.requirement("ESC-02")
    async def test_gives_each_of_medways_stages_five_working_days(self, people: Challengers) -> None:
        reference = "MED-26-7K3M9QXT"
        there: dict[str, Any] = {"partnerships": ("medway",)}
        await people.desk.receive(reference=reference, partnership="medway")
        answer = await people.send(body=challenge(reference, about="delay"), **there)
        id = answer.json()["id"]
        for _ in range(4):
            await people.wait_until(datetime.fromisoformat((await people.read(id))["due_at"]))

        stages = (await people.read(id))["stages"]
        assert [one["stage"] for one in stages] == [
            "line_manager",
            "service_manager",
            "director",
            "partnership",
        ]
        assert [one["due_at"][:10] for one in stages[:3]] == ["2026-11-25", "2026-12-02", "2026-12-09"]
        assert (await people.get(role="manager")).json()["items"] == []
        (late,) = (await people.get(role="manager", **there)).json()["items"]
        assert late["owner"] == partnerships.get("medway").escalation["partnership"].owner

    async def test_ends_an_answer_that_nobody_takes_further(self, people: Challengers) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference)
        await people.do(id, "response", HERS, role="manager")

        await people.wait_until(FIRST_DUE_AT - MINUTE)
        assert (await people.read(id))["state"] == "answered"
        await people.wait_until(FIRST_DUE_AT)

        found = await people.read(id)
        assert (found["state"], found["closed_because"]) == ("resolved", "not_taken_further")
        assert await people.desk.events(DisagreementWentUp) == []

    async def test_does_nothing_to_what_was_taken_back(self, people: Challengers) -> None:
        _, reference = await people.receive()
        id = await people.challenge(reference)
        await people.do(id, "withdrawal", WHY)

        await people.wait_until(SECOND_DUE_AT)

        assert len((await people.read(id))["stages"]) == 1


class TestList:
    async def test_puts_the_next_to_be_due_first_a_page_at_a_time(self, people: Challengers) -> None:
        later = [await people.challenge((await people.receive())[1]) for _ in range(3)]
        up = await people.challenge((await people.receive())[1])
        await people.wait_until(FIRST_DUE_AT - MINUTE)
        for id in later:
            await people.do(id, "response", HERS, role="manager")

        found: list[str] = []
        cursor: dict[str, str] = {}
        for _ in range(2):
            page = (await people.get(limit=2, **cursor)).json()
            found += [one["id"] for one in page["items"]]
            cursor = {"cursor": page["next"]} if page["next"] else {}

        assert found[0] == up
        assert sorted(found) == sorted([*later, up])
        assert cursor == {}
        assert REASON not in str(page)

    async def test_is_narrowed(self, people: Challengers) -> None:
        contact_id, reference = await people.receive()
        waiting, ended = (
            await people.challenge(reference),
            await people.challenge((await people.receive())[1]),
        )
        await people.do(ended, "withdrawal", WHY)

        async def found(**filters: Any) -> list[str]:
            return [one["id"] for one in (await people.get(**filters)).json()["items"]]

        assert await found() == await found(state="awaiting_answer") == await found(stage="team") == [waiting]
        assert await found(contact_id=str(contact_id)) == [waiting]
        assert await found(state="closed") == [ended]
        assert await found(state="late") == await found(stage="partnership") == await found(state="answered")
        assert await found(partnership="havering", partnerships=("medway",)) == []

    async def test_is_for_the_hubs_people(self, people: Challengers) -> None:
        statuses = [(await people.get(role=role)).status_code for role in ("officer", "worker", "manager")]
        assert statuses == [200] * 3
        assert (await people.get(role="referrer-school")).status_code == 403
        assert (await people.get(**LEAD)).status_code == 403
        assert ("disagreements.listed", "officer") in await people.desk.audited()

    async def test_what_is_not_there_is_not_found(self, people: Challengers) -> None:
        assert (await people.get(f"/{uuid4()}")).status_code == 404
        assert (await people.send(f"/{uuid4()}/response", HERS, role="manager", version=1)).status_code == 404
