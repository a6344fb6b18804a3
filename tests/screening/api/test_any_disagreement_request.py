"""Requests about disagreements, of every shape that the service's own description allows and does not."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import schemathesis
from factories.disagreements import Challengers
from factories.screening import Desk
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

BOUNDED = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations(description: dict[str, Any]) -> list[Any]:
    """Every operation on disagreements."""
    found = schemathesis.openapi.from_dict(description).get_all_operations()
    return [one.ok() for one in found if isinstance(one, Ok) and one.ok().path.startswith("/v1/disagree")]


async def send(desk: Desk, case: Case[Any], version: int) -> httpx.Response:
    given = case.as_transport_kwargs(base_url="http://screening.test")
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
    people = Challengers(desk)
    _, reference = await people.receive()
    id = await people.challenge(reference)
    loop = asyncio.get_running_loop()
    seen: dict[str, set[int]] = {}

    def try_one(operation: Any) -> None:
        places = {"disagreement_id": id} if "disagreement_id" in operation.path else None

        @BOUNDED
        @given(operation.as_strategy(generation_mode=mode, path_parameters=places))
        def answers(case: Case[Any]) -> None:
            if isinstance(case.body, dict) and "reference" in case.body:
                case.body["reference"] = reference
            version = asyncio.run_coroutine_threadsafe(people.read(id), loop).result(30)["version"]
            asked = asyncio.run_coroutine_threadsafe(send(desk, case, version), loop)
            status = asked.result(timeout=30).status_code
            seen.setdefault(operation.label, set()).add(status)
            assert status < 500, f"{operation.label} answered {status}"

        answers()

    def try_all() -> None:
        for operation in operations(desk.app.openapi()):
            try_one(operation)

    await asyncio.to_thread(try_all)

    assert len(seen) == 7
