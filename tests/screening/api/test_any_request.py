"""Requests of every shape that the service's own description allows, and many that it does not."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
import schemathesis
from factories.screening import Desk
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

EXAMPLES = 20
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations(description: dict[str, Any]) -> list[Any]:
    """Every operation that is the service's own."""
    found = [
        one.ok()
        for one in schemathesis.openapi.from_dict(description).get_all_operations()
        if isinstance(one, Ok)
    ]
    own = ("/v1/screenings", "/v1/thresholds", "/v1/directory", "/v1/tools")
    return [one for one in found if one.path.startswith(own)]


async def send(desk: Desk, case: Case[Any], contact_id: UUID) -> httpx.Response:
    """Send a made-up request, at the version that the screening has."""
    given = case.as_transport_kwargs(base_url="http://screening.test")
    version = (await desk.screening(contact_id))["version"]
    headers = {**desk.tokens.issue("manager"), "If-Match": f'"{version}"'}
    if "json" in given:
        headers["content-type"] = "application/json"
    raw = given.get("data")
    wanted = {name: given[name] for name in ("params", "json") if given.get(name) is not None}
    if isinstance(raw, str | bytes):
        wanted["content"] = raw
    return await desk.client.request(given["method"], given["url"], headers=headers, **wanted)


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
async def test_no_request_is_answered_with_a_fault(desk: Desk, mode: GenerationMode) -> None:
    contact_id = await desk.receive()
    loop = asyncio.get_running_loop()
    seen: dict[str, set[int]] = {}

    def try_all() -> None:
        for operation in operations(desk.app.openapi()):
            try_one(operation)

    def try_one(operation: Any) -> None:
        given_places = {"contact_id": str(contact_id), "tool": "domestic_abuse"}
        places = {
            name: value for name, value in given_places.items() if f"{{{name}}}" in operation.path
        } or None

        @BOUNDED
        @given(operation.as_strategy(generation_mode=mode, path_parameters=places))
        def answers(case: Case[Any]) -> None:
            asked = asyncio.run_coroutine_threadsafe(send(desk, case, contact_id), loop)
            status = asked.result(timeout=30).status_code
            seen.setdefault(operation.label, set()).add(status)
            assert status < 500, f"{operation.label} answered {status}"

        answers()

    await asyncio.to_thread(try_all)

    assert len(seen) == 19
