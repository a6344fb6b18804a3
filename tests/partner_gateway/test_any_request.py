"""Requests of every shape that the gateway's own description allows, and many that it does not."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
import schemathesis
from factories.partner_gateway import Gateway, create_file, create_message, create_row
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from partner_gateway.main import create
from partner_gateway.settings import Settings
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
OWN = (
    "/v1/requests",
    "/v1/records",
    "/v1/ledger",
    "/v1/vocabulary",
    "/v1/releases",
    "/v1/products",
    "/v1/discussions",
)


def operations(application: FastAPI) -> list[Any]:
    """Every operation that is the gateway's own."""
    found = [
        one.ok()
        for one in schemathesis.openapi.from_dict(application.openapi()).get_all_operations()
        if isinstance(one, Ok)
    ]
    return [one for one in found if one.path.startswith(OWN)]


async def send(
    gateway: Gateway, headers: dict[str, str], case: Case[Any], request_id: UUID
) -> httpx.Response:
    """Send a made-up request, at the version that the one request there has."""
    given = case.as_transport_kwargs(base_url="http://police.test")
    whole = await gateway.client.get(f"/v1/requests/{request_id}", headers=headers)
    sent = {**headers, "if-match": whole.headers["etag"]}
    raw, wanted = given.get("data"), {}
    if given.get("json") is not None:
        sent["content-type"], wanted = "application/json", {"json": given["json"]}
    elif isinstance(raw, str | bytes):
        sent["content-type"], wanted = "text/csv", {"content": raw}
    return await gateway.client.request(
        given["method"], given["url"], headers=sent, params=given.get("params"), **wanted
    )


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
async def test_no_request_is_answered_with_a_fault(
    gateway: Gateway, researcher: dict[str, str], mode: GenerationMode
) -> None:
    asked = await gateway.hear(create_message())
    await gateway.client.post(
        "/v1/records/import",
        headers={**researcher, "content-type": "text/csv"},
        content=create_file(create_row()),
    )
    own_settings = gateway.hub.settings
    assert isinstance(own_settings, Settings)
    application = create(own_settings)
    loop = asyncio.get_running_loop()
    seen: dict[str, set[int]] = {}

    def try_all() -> None:
        for operation in operations(application):
            try_one(operation)

    def try_one(operation: Any) -> None:
        places = {"request_id": str(asked.request_id)} if "request_id" in operation.path else None

        @BOUNDED
        @given(operation.as_strategy(generation_mode=mode, path_parameters=places))
        def answers(case: Case[Any]) -> None:
            answer = asyncio.run_coroutine_threadsafe(send(gateway, researcher, case, asked.request_id), loop)
            status = answer.result(timeout=30).status_code
            seen.setdefault(operation.label, set()).add(status)
            assert status < 500, f"{operation.label} answered {status}"

        answers()

    await asyncio.to_thread(try_all)

    # Negative cases need something that can be wrong, which two lookups without parameters have not.
    assert len(seen) >= 8
