"""For whom a restricted contact is there, and for nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from support.clock import FakeClock
from support.intake import Store
from support.tokens import Tokens

REASON = "The mother works on this team."


def create_restriction(**changes: Any) -> dict[str, Any]:
    return {"restricted": True, "why": "staff_family", "reason": REASON, **changes}


class TestRestrict:
    @pytest.fixture
    async def restricted(self, intake: httpx.AsyncClient, tokens: Tokens, sent: str) -> str:
        """The reference of a contact that its manager has restricted, for themself alone."""
        manager = tokens.issue("manager", subject="manager-1")
        answer = await intake.put(
            f"/v1/contacts/{sent}/restriction", json=create_restriction(), headers=manager
        )
        assert answer.json()["named"] == [{"subject": "manager-1", "until": None}]
        return sent

    @pytest.mark.requirement("SEAL-07")
    @pytest.mark.parametrize("role", ["manager", "contact_officer", "social_worker"])
    @pytest.mark.parametrize("path", ["", "/documents", "/restriction"])
    async def test_is_not_there_for_who_is_not_named(
        self, intake: httpx.AsyncClient, tokens: Tokens, restricted: str, role: str, path: str
    ) -> None:
        other = tokens.issue(role, subject="somebody-else")
        closed = await intake.get(f"/v1/contacts/{restricted}{path}", headers=other)
        absent = await intake.get(f"/v1/contacts/HAV-26-00000000{path}", headers=other)
        same = (closed.status_code, closed.content, dict(closed.headers).keys())
        assert same == (absent.status_code, absent.content, dict(absent.headers).keys())
        assert closed.status_code in (403, 404)
        assert (role == "manager" or path != "/restriction") == (closed.status_code == 404)

    async def test_is_there_for_who_is_named(
        self, intake: httpx.AsyncClient, tokens: Tokens, restricted: str
    ) -> None:
        manager = tokens.issue("manager", subject="manager-1")
        answer = await intake.get(f"/v1/contacts/{restricted}", headers=manager)
        assert answer.json()["document"]["concern"]["types"] == ["neglect"]

    @pytest.mark.requirement("SEAL-07")
    async def test_is_in_no_list_of_others(
        self, intake: httpx.AsyncClient, tokens: Tokens, restricted: str
    ) -> None:
        def references(answer: httpx.Response) -> list[str]:
            return [one["reference"] for one in answer.json()["items"]]

        named = await intake.get("/v1/contacts", headers=tokens.issue("manager", subject="manager-1"))
        other = await intake.get("/v1/contacts", headers=tokens.issue("manager", subject="manager-2"))
        assert (references(named), references(other)) == ([restricted], [])

    async def test_shows_its_sender_what_became_of_it(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], restricted: str
    ) -> None:
        answer = await intake.get(f"/v1/contacts/{restricted}/status", headers=referrer)
        more = await intake.post(
            f"/v1/contacts/{restricted}/additions", json={"text": "More to say."}, headers=referrer
        )
        assert (answer.status_code, more.status_code) == (200, 201)

    async def test_tells_the_hub_by_ids_alone(self, restricted: str, store: Store) -> None:
        told = (await store.events("access.changed"))[-1]
        assert told["restricted"] is True
        assert told["named"] == [{"subject": "manager-1", "until": None}]
        assert REASON not in await store.raw_events()

    async def test_names_others_and_no_longer_who_asked(
        self, intake: httpx.AsyncClient, tokens: Tokens, restricted: str
    ) -> None:
        manager = tokens.issue("manager", subject="manager-1")
        wish = create_restriction(managers=["manager-2"], others=["worker-3"])
        await intake.put(f"/v1/contacts/{restricted}/restriction", json=wish, headers=manager)
        worker = tokens.issue("social_worker", subject="worker-3")
        seen = await intake.get(f"/v1/contacts/{restricted}", headers=worker)
        gone = await intake.get(f"/v1/contacts/{restricted}", headers=manager)
        assert (seen.status_code, gone.status_code) == (200, 404)

    async def test_is_lifted_with_a_reason(
        self, intake: httpx.AsyncClient, tokens: Tokens, restricted: str
    ) -> None:
        manager = tokens.issue("manager", subject="manager-1")
        path = f"/v1/contacts/{restricted}/restriction"
        unsaid = await intake.put(path, json={"restricted": False}, headers=manager)
        lifted = await intake.put(
            path, json={"restricted": False, "reason": "She has left."}, headers=manager
        )
        other = await intake.get(f"/v1/contacts/{restricted}", headers=tokens.issue("contact_officer"))
        assert (unsaid.status_code, lifted.status_code, other.status_code) == (422, 200, 200)
        assert [step["reason"] for step in lifted.json()["history"]] == [REASON, "She has left."]

    @pytest.mark.requirement("SEAL-07")
    async def test_shows_the_data_protection_officer_ids_and_no_words(
        self, intake: httpx.AsyncClient, tokens: Tokens, restricted: str
    ) -> None:
        dpo = tokens.issue("data_protection_officer")
        (line,) = (await intake.get("/v1/restrictions", headers=dpo)).json()["items"]
        assert (line["reference"], line["why"]) == (restricted, "staff_family")
        state = await intake.get(f"/v1/contacts/{restricted}/restriction", headers=dpo)
        assert [step["reason"] for step in state.json()["history"]] == [None]
        assert REASON not in state.text

    async def test_needs_a_manager_named_by_the_data_protection_officer(
        self, intake: httpx.AsyncClient, tokens: Tokens, sent: str
    ) -> None:
        dpo = tokens.issue("data_protection_officer")
        path = f"/v1/contacts/{sent}/restriction"
        nobody = await intake.put(path, json=create_restriction(others=["worker-3"]), headers=dpo)
        assert nobody.json()["errors"][0]["field"] == "managers"
        named = await intake.put(path, json=create_restriction(managers=["manager-2"]), headers=dpo)
        assert named.json()["named"] == [{"subject": "manager-2", "until": None}]


class TestOpenInEmergency:
    @pytest.fixture
    async def restricted(self, intake: httpx.AsyncClient, tokens: Tokens, sent: str) -> str:
        wish = create_restriction(managers=["manager-1"])
        await intake.put(
            f"/v1/contacts/{sent}/restriction", json=wish, headers=tokens.issue("data_protection_officer")
        )
        return sent

    @pytest.mark.requirement("SEAL-07")
    async def test_opens_for_eight_hours_and_no_longer(
        self, intake: httpx.AsyncClient, tokens: Tokens, clock: FakeClock, restricted: str
    ) -> None:
        path = f"/v1/contacts/{restricted}"
        worker = tokens.issue("social_worker", subject="worker-9")
        before = await intake.get(path, headers=worker)
        opened = await intake.post(
            f"{path}/emergency-opening", json={"reason": "At the hospital now."}, headers=worker
        )
        during = await intake.get(path, headers=worker)
        clock.advance(timedelta(hours=8, seconds=1))
        after = await intake.get(path, headers=tokens.issue("social_worker", subject="worker-9"))
        statuses = [answer.status_code for answer in (before, opened, during, after)]
        assert statuses == [404, 201, 200, 404]

    async def test_ends_when_the_contact_is_restricted_anew(
        self, intake: httpx.AsyncClient, tokens: Tokens, restricted: str
    ) -> None:
        path = f"/v1/contacts/{restricted}"
        worker = tokens.issue("social_worker", subject="worker-9")
        await intake.post(f"{path}/emergency-opening", json={"reason": "At the hospital."}, headers=worker)
        wish = create_restriction(managers=["manager-1"])
        manager = tokens.issue("manager", subject="manager-1")
        await intake.put(f"{path}/restriction", json=wish, headers=manager)
        assert (await intake.get(path, headers=worker)).status_code == 404

    @pytest.mark.requirement("SEAL-07")
    async def test_tells_of_it_at_once_and_keeps_the_reason_sealed(
        self, intake: httpx.AsyncClient, tokens: Tokens, restricted: str, store: Store
    ) -> None:
        worker = tokens.issue("social_worker", subject="worker-9")
        reason = {"reason": "At the hospital now."}
        await intake.post(f"/v1/contacts/{restricted}/emergency-opening", json=reason, headers=worker)
        (raised,) = await store.events("access.raised")
        assert (raised["kind"], raised["by"]) == ("emergency_opening", "worker-9")
        (line,) = await store.audit("contact.opened_in_emergency")
        assert line["subject"] == "worker-9"
        assert "hospital" not in await store.raw_events() + str(line)
        seen = await intake.get(
            f"/v1/contacts/{restricted}/restriction", headers=tokens.issue("manager", subject="manager-1")
        )
        assert seen.json()["history"][-1]["reason"] == "At the hospital now."

    @pytest.mark.parametrize(("role", "status"), [("analyst", 403), ("ops", 403), ("referrer-school", 403)])
    async def test_is_for_the_hub_s_people(
        self, intake: httpx.AsyncClient, tokens: Tokens, restricted: str, role: str, status: int
    ) -> None:
        path = f"/v1/contacts/{restricted}/emergency-opening"
        answer = await intake.post(path, json={"reason": "Curious."}, headers=tokens.issue(role))
        assert answer.status_code == status

    async def test_finds_nothing_of_another_partnership_or_of_no_contact(
        self, intake: httpx.AsyncClient, tokens: Tokens, restricted: str
    ) -> None:
        elsewhere = tokens.issue("manager", partnerships=["medway"])
        there = await intake.post(
            f"/v1/contacts/{restricted}/emergency-opening", json={"reason": "Now."}, headers=elsewhere
        )
        nowhere = await intake.post(
            "/v1/contacts/HAV-26-00000000/emergency-opening",
            json={"reason": "Now."},
            headers=tokens.issue("manager"),
        )
        assert (there.status_code, there.content) == (404, nowhere.content)

    async def test_is_not_needed_for_what_is_open(
        self, intake: httpx.AsyncClient, tokens: Tokens, sent: str
    ) -> None:
        answer = await intake.post(
            f"/v1/contacts/{sent}/emergency-opening", json={"reason": "Now."}, headers=tokens.issue("manager")
        )
        assert answer.status_code == 409


class TestSayWhatFor:
    @pytest.mark.requirement("SEAL-01")
    async def test_asks_a_worker_what_a_colleague_s_case_is_opened_for(
        self, intake: httpx.AsyncClient, tokens: Tokens, sent: str, store: Store
    ) -> None:
        await store.allocate(sent, "worker-1")
        path = f"/v1/contacts/{sent}"
        own = await intake.get(path, headers=tokens.issue("social_worker", subject="worker-1"))
        other = tokens.issue("social_worker", subject="worker-2")
        unsaid = await intake.get(path, headers=other)
        said = await intake.get(path, headers={**other, "x-purpose": "duty_cover"})
        manager = await intake.get(path, headers=tokens.issue("manager"))
        assert [answer.status_code for answer in (own, unsaid, said, manager)] == [200, 403, 200, 200]
        assert "X-Purpose" in unsaid.json()["detail"]
        assert (await store.audit("contact.viewed"))[1]["purpose"] == "duty_cover"
