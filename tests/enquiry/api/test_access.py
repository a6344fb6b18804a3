"""Who may look at an enquiry, who may change it, and for whom it exists at all."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from factories.enquiry import Desk

READERS = ("officer", "worker", "manager")
OTHERS = ("referrer-school", "portal", "mailbox", "analyst", "dpo", "ops")
LOOKS = {
    "": "enquiry.listed",
    "/{id}": "enquiry.viewed",
    "/{id}/snapshot": "enquiry.snapshot_viewed",
    "/{id}/proof": "enquiry.proof_viewed",
}
RATIONALE = {"rationale": "It is needed."}
DECISION = {"final_rating": None, "level": 2, "outcome": "early_help", "silent_rationale": "Urgent."}
CHANGES: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("rating", {"rating": "red", **RATIONALE}, 200),
    ("requests", {"agency": "housing", **RATIONALE}, 201),
    ("requests/{request}/narrow", {"questions": ["police.known"], **RATIONALE}, 200),
    ("requests/{request}/reissue", RATIONALE, 200),
    ("requests/{request}/cancel", {"reason": "No longer needed."}, 200),
    ("decision", {**DECISION, **RATIONALE}, 200),
    ("withdrawal", {"reason": "The wrong family."}, 200),
)
change_ids = [what.rsplit("/", 1)[-1] for what, _, _ in CHANGES]


@pytest.mark.parametrize("path", LOOKS)
class TestWhoMayLook:
    async def test_the_hubs_people_may(self, desk: Desk, path: str) -> None:
        id = await desk.open("police")
        await desk.decide(id, silent_rationale="The child cannot wait.")
        answers = [(await desk.get(path.format(id=id), role=role)).status_code for role in READERS]
        assert answers == [200] * len(READERS)

    async def test_nobody_else_may(self, desk: Desk, path: str) -> None:
        id = await desk.open("police")
        answers = {role: (await desk.get(path.format(id=id), role=role)).status_code for role in OTHERS}
        assert answers == dict.fromkeys(OTHERS, 403)

    async def test_another_partnership_finds_nothing(self, desk: Desk, path: str) -> None:
        id = await desk.open("police")
        answer = await desk.get(path.format(id=id), partnerships=["elsewhere"])
        assert (answer.json()["items"] == []) if path == "" else (answer.status_code == 404)

    async def test_every_look_is_recorded(self, desk: Desk, path: str) -> None:
        id = await desk.open("police")
        await desk.decide(id, silent_rationale="The child cannot wait.")
        before = len(await desk.audited())
        await desk.get(path.format(id=id), role="worker")
        ((action, subject),) = (await desk.audited())[before:]
        assert subject == "worker"
        assert action == LOOKS[path]


@pytest.mark.parametrize(("what", "body", "status"), CHANGES, ids=change_ids)
class TestWhoMayChange:
    async def test_a_manager_may(self, desk: Desk, what: str, body: dict[str, Any], status: int) -> None:
        id = await desk.open("police", "health")
        request = (await desk.request(id))["request_id"]
        answer = await desk.change(id, what.format(request=request), body)
        assert (answer.status_code, answer.json().get("version")) == (status, 2)
        assert answer.headers["ETag"] == '"2"'

    async def test_nobody_else_may(self, desk: Desk, what: str, body: dict[str, Any], status: int) -> None:
        id = await desk.open("police", "health")
        what = what.format(request=(await desk.request(id))["request_id"])
        roles = [role for role in (*READERS, *OTHERS) if role != "manager"]
        answers = {role: (await desk.change(id, what, body, role=role)).status_code for role in roles}
        assert answers == dict.fromkeys(roles, 403)
        assert (await desk.enquiry(id))["version"] == 1

    async def test_another_partnerships_manager_finds_nothing(
        self, desk: Desk, what: str, body: dict[str, Any], status: int
    ) -> None:
        id = await desk.open("police", "health")
        what = what.format(request=(await desk.request(id))["request_id"])
        answer = await desk.change(id, what, body, partnerships=["elsewhere"])
        assert answer.status_code == 404

    @pytest.mark.requirement("SCR-15")
    async def test_an_older_version_is_refused_with_what_changed(
        self, desk: Desk, what: str, body: dict[str, Any], status: int
    ) -> None:
        id = await desk.open("police", "health")
        what = what.format(request=(await desk.request(id))["request_id"])
        await desk.rate(id, "green")
        await desk.says(id, "health")
        answer = await desk.change(id, what, body, version=1)
        assert answer.status_code == 412
        assert answer.json()["changed"] == ["due_at", "rating", "returns.health"]
        assert answer.json()["current_version"] == 3

    async def test_a_change_without_a_version_is_refused(
        self, desk: Desk, what: str, body: dict[str, Any], status: int
    ) -> None:
        id = await desk.open("police", "health")
        what = what.format(request=(await desk.request(id))["request_id"])
        answer = await desk.client.post(
            f"/v1/enquiries/{id}/{what}", json=body, headers=desk.tokens.issue("manager")
        )
        assert answer.status_code == 428

    async def test_a_stranger_learns_nothing_of_what_is_missing(
        self, desk: Desk, what: str, body: dict[str, Any], status: int
    ) -> None:
        path = f"/v1/enquiries/{uuid4()}/{what.format(request=uuid4())}"
        answers = [
            (await desk.client.post(path, json=body, headers=headers)).status_code
            for headers in ({}, desk.tokens.issue("officer"))
        ]
        assert answers == [401, 403]

    @pytest.mark.parametrize("end", ["decision", "withdrawal"])
    async def test_a_closed_enquiry_stays_as_it_is(
        self, desk: Desk, what: str, body: dict[str, Any], status: int, end: str
    ) -> None:
        id = await desk.open("police", "health")
        what = what.format(request=(await desk.request(id))["request_id"])
        ended = next(form for name, form, _ in CHANGES if name == end)
        await desk.change(id, end, ended)
        before = await desk.enquiry(id)
        answer = await desk.change(id, what, body)
        assert answer.status_code == 409
        assert await desk.enquiry(id) == before


async def test_an_enquiry_that_is_not_there_is_not_found(desk: Desk) -> None:
    answer = await desk.change(uuid4(), "withdrawal", {"reason": "None."}, version=1)
    assert answer.status_code == 404


async def test_a_request_of_another_enquiry_is_not_found(desk: Desk) -> None:
    id, other = await desk.open("police"), await desk.open("health")
    request = (await desk.request(other, "health"))["request_id"]
    answer = await desk.change(id, f"requests/{request}/cancel", {"reason": "Not needed."})
    assert answer.status_code == 404
