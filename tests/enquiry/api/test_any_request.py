"""Requests of every shape that the service's own description allows, and many that it does not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import schemathesis
from factories.enquiry import Desk
from factories.products import ProductDesk, with_items
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
BESIDE = ("/v1/enquiries/{id}/products", "/v1/enquiries/{id}/discussions")
# Of each half: how many operations it has, and which of them are always answered.
HALVES: dict[str, tuple[int, set[str]]] = {
    "enquiries": (11, {"GET /v1/enquiries", "GET /v1/enquiries/{id}", "GET /v1/enquiries/{id}/proof"}),
    "beside": (17, {f"GET {BESIDE[0]}", f"GET {BESIDE[0]}/{{product_id}}", f"GET {BESIDE[1]}"}),
}
ENDS = ("/decision", "/snapshot", "/withdrawal", "/abandonment")


def operations(description: dict[str, Any], half: str) -> list[Any]:
    """Every operation of one half that is the service's own."""
    found = schemathesis.openapi.from_dict(description).get_all_operations()
    own = [one.ok() for one in found if isinstance(one, Ok) and one.ok().path.startswith("/v1/enquiries")]
    return [one for one in own if one.path.startswith(BESIDE) is (half == "beside")]


async def send(desk: Desk, case: Case[Any], product: ProductDesk) -> int:
    """Send a made-up request, at the version that the enquiry or its product has; give its status."""
    made = case.as_transport_kwargs(base_url="http://enquiry.test")
    of_product = "{product_id}" in case.operation.path
    version = (await (product.read() if of_product else desk.enquiry(product.enquiry_id)))["version"]
    headers = {**desk.tokens.issue("manager"), "If-Match": f'"{version}"'}
    if isinstance(raw := made.get("data"), str | bytes):
        headers["content-type"] = "application/json"
        answer = await desk.client.request(made["method"], made["url"], headers=headers, content=raw)
    else:
        wanted = {name: made[name] for name in ("params", "json") if made.get(name) is not None}
        answer = await desk.client.request(made["method"], made["url"], headers=headers, **wanted)
    return answer.status_code


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("half", HALVES)
async def test_no_request_is_answered_with_a_fault(desk: Desk, half: str, mode: GenerationMode) -> None:
    product = await with_items(desk, "police")
    id = product.enquiry_id
    await desk.change(id, "requests", {"agency": "health", "rationale": "They may know more."})
    await product.choose()
    asked = await desk.change(
        id, "discussions", {"reason": "It cannot wait.", "attend": [{"role": "Police", "agency": "police"}]}
    )
    places = {
        "id": str(id),
        "discussion_id": asked.json()["discussion_id"],
        "request_id": (await desk.request(id, "health"))["request_id"],
        "product_id": product.product_id,
        "item_id": (await product.read())["items"][0]["id"],
    }
    loop = asyncio.get_running_loop()
    seen: dict[str, set[int]] = {}

    def try_one(operation: Any) -> None:
        named = {name: value for name, value in places.items() if f"{{{name}}}" in operation.path}

        @BOUNDED
        @given(operation.as_strategy(generation_mode=mode, path_parameters=named or None))
        def answers(case: Case[Any]) -> None:
            status = asyncio.run_coroutine_threadsafe(send(desk, case, product), loop).result(timeout=30)
            seen.setdefault(operation.label, set()).add(status)
            assert status < 500, f"{operation.label} answered {status}"

        answers()

    def try_all() -> None:
        # Those that close the enquiry, or the product, come last, so that the others meet it open.
        own = operations(desk.app.openapi(), half)
        for operation in sorted(own, key=lambda one: one.path.endswith(ENDS)):
            try_one(operation)

    await asyncio.to_thread(try_all)
    count, always_answered = HALVES[half]
    assert len(seen) == count
    if mode is GenerationMode.POSITIVE:
        assert {label for label, statuses in seen.items() if 200 in statuses} >= always_answered
