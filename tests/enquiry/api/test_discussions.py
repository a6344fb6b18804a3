"""Strategy discussions beside an enquiry: who must attend, what came of them, and who is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from enquiry.events.handlers import take
from factories.enquiry import Desk
from mash.contracts.boundary import Discussion, DiscussionReceipt
from mash.contracts.enquiry import DiscussionAsked, DiscussionEnded
from support.clock import FakeClock

pytestmark = pytest.mark.requirement("ENQ-08")

REASON = "Wren may be at risk of significant harm tonight."
ASKED = {
    "reason": REASON,
    "attend": [
        {"role": "Police decision maker", "agency": "police"},
        {"role": "Named nurse", "agency": "health"},
        {"role": "Duty team manager"},
    ],
    "meets_at": "2026-11-18T15:00:00Z",
}
RESULT = {
    "outcome": "section_47",
    "conduct": "joint",
    "rationale": "Both agencies must see the children.",
    "attended": [{"role": "Police decision maker", "agency": "police"}, {"role": "Duty team manager"}],
    "actions": [{"what": "Joint visit this afternoon.", "who": "Police", "due_on": "2026-11-18"}],
}


async def post(
    desk: Desk, id: UUID, body: dict[str, Any], what: str = "", *, role: str = "manager", version: int = 1
) -> httpx.Response:
    headers = {**desk.tokens.issue(role), "If-Match": f'"{version}"'}
    path = f"/v1/enquiries/{id}/discussions{what}"
    return await desk.client.post(path, json=body, headers=headers)


async def ask(desk: Desk, id: UUID) -> str:
    answer = await post(desk, id, ASKED)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["discussion_id"])


async def told(desk: Desk, agency: str) -> list[Discussion]:
    return [one for one in await desk.all_posted(agency) if isinstance(one, Discussion)]


class TestAsking:
    @pytest.mark.parametrize("role", ["worker", "manager"])
    async def test_tells_each_agency_that_must_attend(self, desk: Desk, role: str) -> None:
        id = await desk.open("police", "housing")
        assert (await post(desk, id, ASKED, role=role)).status_code == 201
        for agency in ("police", "health"):
            (message,) = await told(desk, agency)
            assert (message.state, message.reason, len(message.attend)) == ("asked", REASON, 3)
        assert await told(desk, "housing") == []

    async def test_runs_beside_the_enquiry(self, desk: Desk) -> None:
        id = await desk.open("police")
        before = await desk.enquiry(id)
        await ask(desk, id)
        after = await desk.enquiry(id)
        assert [one["state"] for one in after.pop("discussions")] == ["asked"]
        assert before.pop("discussions") == []
        assert after == before

    async def test_may_be_at_any_point(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.decide(id, silent_rationale="The child cannot wait.")
        await ask(desk, id)
        assert len((await desk.get(f"/{id}/discussions")).json()) == 1

    @pytest.mark.parametrize(
        "changes", [{"attend": []}, {"attend": [{"role": "Admiral", "agency": "navy"}]}, {"reason": " "}]
    )
    async def test_refuses_one_that_nobody_could_attend(self, desk: Desk, changes: dict[str, Any]) -> None:
        id = await desk.open("police")
        assert (await post(desk, id, {**ASKED, **changes})).status_code == 422


class TestEnding:
    async def test_keeps_who_attended_and_what_was_agreed(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police")
        discussion_id = await ask(desk, id)
        clock.advance(hours=2)
        body = {**RESULT, "held_at": clock.now.isoformat()}
        answer = await post(desk, id, body, f"/{discussion_id}/result")
        assert answer.status_code == 200, answer.text
        (found,) = (await desk.get(f"/{id}/discussions")).json()
        assert (found["state"], found["outcome"], found["conduct"]) == ("held", "section_47", "joint")
        assert found["actions"][0]["what"] == "Joint visit this afternoon."
        assert [one["role"] for one in found["attended"]] == ["Police decision maker", "Duty team manager"]
        newest = (await told(desk, "health"))[-1]
        assert (newest.state, newest.outcome, newest.version) == ("held", "section_47", 2)
        assert "Joint visit" not in newest.model_dump_json()

    async def test_it_is_not_altered_afterwards(self, desk: Desk) -> None:
        id = await desk.open("police")
        discussion_id = await ask(desk, id)
        assert (
            await post(desk, id, {"reason": "Not needed."}, f"/{discussion_id}/calling-off")
        ).status_code == 200
        body = {**RESULT, "held_at": desk.hub.clock().isoformat()}
        assert (await post(desk, id, body, f"/{discussion_id}/result", version=2)).status_code == 409
        assert (await told(desk, "police"))[-1].state == "called_off"

    @pytest.mark.parametrize(
        "changes",
        [
            {"conduct": None},
            {"outcome": "no_section_47"},
            {"held_at": "2099-01-01T00:00:00Z"},
            {"attended": [{"role": "Admiral", "agency": "navy"}]},
        ],
    )
    async def test_refuses_a_result_that_cannot_be(self, desk: Desk, changes: dict[str, Any]) -> None:
        id = await desk.open("police")
        discussion_id = await ask(desk, id)
        body = {**RESULT, "held_at": desk.hub.clock().isoformat(), **changes}
        assert (await post(desk, id, body, f"/{discussion_id}/result")).status_code == 422

    async def test_only_a_manager_records_it_at_the_version_that_was_read(self, desk: Desk) -> None:
        id = await desk.open("police")
        path = f"/{await ask(desk, id)}/result"
        body = {**RESULT, "held_at": desk.hub.clock().isoformat()}
        assert (await post(desk, id, body, path, role="worker")).status_code == 403
        assert (await post(desk, id, body, path, version=2)).status_code == 412
        assert (await post(desk, id, body, f"/{uuid4()}/result")).status_code == 404
        assert (await post(desk, id, body, path)).status_code == 200


async def test_the_proof_shows_that_the_agency_has_it(desk: Desk) -> None:
    id = await desk.open("police")
    await ask(desk, id)
    (message,) = await told(desk, "police")
    about = message.model_dump(include={"partnership", "enquiry_id", "discussion_id"})
    receipt = DiscussionReceipt(
        **about, message_id=uuid4(), receipt_of=message.message_id, sent_at=desk.hub.clock()
    )
    async with desk.hub.transaction() as tx:
        await take(tx, "police", receipt)
    notices = (await desk.get(f"/{id}/proof")).json()["notices"]
    assert [one["agency"] for one in notices if one["kind"] == "discussion" and one["received_at"]] == [
        "police"
    ]


@pytest.mark.requirement("SEAL-04")
async def test_the_hub_is_told_ids_and_times(desk: Desk) -> None:
    id = await desk.open("police")
    discussion_id = await ask(desk, id)
    await post(desk, id, {"reason": "Not needed."}, f"/{discussion_id}/calling-off")
    assert [one["agencies"] for one in await desk.events(DiscussionAsked)] == [["health", "police"]]
    assert [one["result"] for one in await desk.events(DiscussionEnded)] == ["called_off"]
    raw = await desk.raw_events()
    assert [words for words in (REASON, "Named nurse", "Not needed") if words in raw] == []


async def test_an_officer_sees_none(desk: Desk) -> None:
    id = await desk.open("police")
    await ask(desk, id)
    for role in ("officer", "analyst", "referrer-school"):
        assert (await desk.get(f"/{id}/discussions", role)).status_code == 403
    assert (await desk.get(f"/{id}/discussions", partnerships=["elsewhere"])).status_code == 404
