"""Requests of every shape that the service's own description allows, and many that it does not."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import schemathesis
from factories.notifications import Desk, create_form_overdue
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from support.smtp import Mailbox

BOUNDED = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# Reports of mail servers are no JSON; tests/notifications/mail/test_bounces.py makes those up.
OWN = ("/v1/notifications", "/v1/tasks")


def operations(description: dict[str, Any]) -> list[Any]:
    """Every operation that is the service's own."""
    found = schemathesis.openapi.from_dict(description).get_all_operations()
    return [one.ok() for one in found if isinstance(one, Ok) and one.ok().path.startswith(OWN)]


async def send(desk: Desk, case: Case[Any]) -> httpx.Response:
    given = case.as_transport_kwargs(base_url="http://notifications.test")
    headers = {**desk.tokens.issue("manager"), "If-Match": '"1"'}
    if "json" in given:
        headers["content-type"] = "application/json"
    raw = given.get("data")
    wanted = {name: given[name] for name in ("params", "json") if given.get(name) is not None}
    if isinstance(raw, str | bytes):
        wanted["content"] = raw
    return await desk.client.request(given["method"], given["url"], headers=headers, **wanted)


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
async def test_no_request_is_answered_with_a_fault(desk: Desk, smtp: Mailbox, mode: GenerationMode) -> None:
    smtp.answer = "550 No"
    contact_id = await desk.receive()
    await desk.hand(create_form_overdue(contact_id))
    places = {
        "notification_id": (await desk.notification(contact_id, "acknowledgement"))["id"],
        "task_id": (await desk.tasks())[0]["id"],
    }
    loop = asyncio.get_running_loop()
    seen: dict[str, set[int]] = {}

    def try_all() -> None:
        for operation in operations(desk.app.openapi()):
            try_one(operation)

    def try_one(operation: Any) -> None:
        path = {name: value for name, value in places.items() if name in operation.path}

        @BOUNDED
        @given(operation.as_strategy(generation_mode=mode, path_parameters=path or None))
        def answers(case: Case[Any]) -> None:
            asked = asyncio.run_coroutine_threadsafe(send(desk, case), loop)
            status = asked.result(timeout=30).status_code
            seen.setdefault(operation.label, set()).add(status)
            assert status < 500, f"{operation.label} answered {status}"

        answers()

    await asyncio.to_thread(try_all)

    assert len(seen) == 5
