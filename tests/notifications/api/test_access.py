"""Who sees what was told, and that the look is on record."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from factories.notifications import EMAIL, TELEPHONE, Desk, create_form_overdue


async def test_a_record_of_another_partnership_is_not_found(desk: Desk) -> None:
    contact_id = await desk.receive()
    await desk.hand(create_form_overdue(contact_id))
    sent = await desk.notification(contact_id, "acknowledgement")
    [task] = await desk.tasks()
    elsewhere: dict[str, Any] = {"partnerships": ("medway",)}
    listed = await desk.get("/v1/notifications", contact_id=str(contact_id), **elsewhere)
    looked = await desk.get(f"/v1/notifications/{sent['id']}", **elsewhere)
    retried = await desk.post(f"/v1/notifications/{sent['id']}/retry", **elsewhere)
    done = await desk.post(f"/v1/tasks/{task['id']}/done", {"how": "dealt_with"}, version=1, **elsewhere)
    assert listed.json()["items"] == []
    assert (await desk.get("/v1/tasks", **elsewhere)).json()["items"] == []
    assert [looked.status_code, retried.status_code, done.status_code] == [404, 404, 404]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("officer", 200),
        ("worker", 200),
        ("manager", 200),
        ("referrer", 403),
        ("analyst", 403),
        ("ops", 403),
        ("service_intake", 403),
    ],
)
async def test_only_the_hubs_own_people_look(desk: Desk, role: str, status: int) -> None:
    contact_id = await desk.receive()
    sent = await desk.notification(contact_id, "acknowledgement")
    for path in (
        f"/v1/notifications?contact_id={contact_id}",
        f"/v1/notifications/{sent['id']}",
        "/v1/tasks",
    ):
        at = "notifications" if role.startswith("service_") else None
        headers = desk.tokens.issue(role, at_service=at)
        assert (await desk.client.get(path, headers=headers)).status_code == status
    assert (await desk.client.get("/v1/tasks")).status_code == 401


async def test_what_does_not_exist_is_not_found(desk: Desk) -> None:
    assert (await desk.get(f"/v1/notifications/{uuid4()}")).status_code == 404
    assert (await desk.post(f"/v1/notifications/{uuid4()}/retry")).status_code == 404
    assert (await desk.post(f"/v1/tasks/{uuid4()}/done", {"how": "letter"}, version=1)).status_code == 404


async def test_every_look_is_in_the_audit(desk: Desk) -> None:
    sent = await desk.notification(await desk.receive(), "acknowledgement")
    await desk.get("/v1/tasks", role="manager")
    assert sent["id"]
    assert await desk.audited() == [
        ("service:notifications", "notification.noted"),
        ("officer", "notifications.listed"),
        ("officer", "notification.viewed"),
        ("manager", "tasks.listed"),
    ]


async def test_no_answer_holds_a_way_to_reach_the_referrer(desk: Desk) -> None:
    contact_id = await desk.receive()
    listed = await desk.get("/v1/notifications", contact_id=str(contact_id))
    looked = await desk.get(f"/v1/notifications/{listed.json()['items'][0]['id']}")
    assert looked.json()["text"]
    assert not [one for one in (EMAIL, TELEPHONE, "Lynn") if one in listed.text + looked.text]
