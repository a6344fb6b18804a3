"""Nothing that can be sent to the service makes it fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import schemathesis
from factories.intake import create_form
from hypothesis import HealthCheck, Phase, given, settings
from support.services import Services
from support.tokens import Tokens

REFERENCE = "HAV-26-00000000"
EXAMPLES = 15
NOBODY = "01980000-0000-7000-8000-000000000001"


class TestOddRequests:
    @pytest.mark.parametrize(
        ("content", "status"),
        [
            (b"", 422),
            (b"{", 400),
            (b"\xff\xfe\x00", 400),
            (b"null", 422),
            (b"[]", 422),
            (b'"text"', 422),
            (b"[" * 50_000, 400),
            (b'{"partnership": "havering", "children": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", 400),
            (
                b'{"partnership": "havering", "children": [{"estimated_age_years": ' + b"9" * 5_000 + b"}]}",
                400,
            ),
            (b'{"partnership": "havering", "children": [{"estimated_age_years": 1e999}]}', 422),
            (b'{"partnership": "havering", "children": [{"estimated_age_years": NaN}]}', 422),
            (b'{"partnership": "havering", "children": [{"given": "\\ud800"}]}', 422),
            (b'{"partnership": "havering", "concern": {"narrative": "\\u0000"}}', 422),
            (b'{"partnership": "havering", "concern": {"types": ["neglect\\u0000"]}}', 422),
            (b'{"partnership": "havering", "partnership": "x\\u0000y", "children": [{}]}', 422),
            (b'{"children\\u0000": 1}', 422),
            (b'{"partnership": "havering", "concern": {"narrative": "' + b"x" * 2_000_000 + b'"}}', 413),
        ],
    )
    async def test_are_refused_by_name(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], content: bytes, status: int
    ) -> None:
        headers = referrer | {"content-type": "application/json"}
        answer = await intake.post("/v1/contacts", content=content, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize(
        "path",
        [
            "/v1/contacts/%00",
            "/v1/contacts/hav-26-00000000",
            "/v1/contacts/HAV-26-0000000%F0%9F%98%80",
            f"/v1/contacts/{REFERENCE}/documents/none",
            f"/v1/contacts/{REFERENCE}/documents/{NOBODY}",
            "/v1/messages/%ED%A0%80",
            f"/v1/messages/{NOBODY}/raw",
            "/v1/contacts?since=0001-01-01T00:00:00%2B14:00",
            "/v1/contacts?since=9999-12-31T23:59:59-14:00",
            "/v1/contacts?since=2026-11-18T10:00:00",
            "/v1/contacts?limit=99999999999999999999",
            "/v1/contacts?channel=%00",
            "/v1/messages?status=%00",
            # The times and ids of these cursors are those that no database can hold.
            "/v1/contacts?cursor=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwgIjAxOTgwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMSJd",
            "/v1/messages?cursor=WyIyMDI2LTExLTE4VDEwOjAwOjAwIiwgIjEiXQ",
            "/v1/contacts?cursor=W1tdLCB7fV0",
        ],
    )
    async def test_find_nothing(self, intake: httpx.AsyncClient, officer: dict[str, str], path: str) -> None:
        answer = await intake.get(path, headers=officer)
        assert answer.status_code in (404, 422)
        assert answer.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize("version", ["3", '"x"', '"-1"', '"99999999999"', 'W/"1"', "*"])
    async def test_say_a_version_there_cannot_be(
        self, intake: httpx.AsyncClient, officer: dict[str, str], sent: str, version: str
    ) -> None:
        answer = await intake.patch(f"/v1/contacts/{sent}", json={}, headers=officer | {"If-Match": version})
        assert answer.status_code == 422

    async def test_correct_a_version_that_is_yet_to_come(
        self, intake: httpx.AsyncClient, officer: dict[str, str], sent: str
    ) -> None:
        answer = await intake.patch(f"/v1/contacts/{sent}", json={}, headers=officer | {"If-Match": '"7"'})
        assert answer.status_code == 412

    @pytest.mark.parametrize("key", ["", " ", "é", "x" * 201])
    async def test_bear_a_key_that_is_none(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], key: str
    ) -> None:
        headers = httpx.Headers([*referrer.items(), ("Idempotency-Key", key)], encoding="utf-8")
        answer = await intake.post("/v1/contacts", json=create_form(), headers=headers)
        assert answer.status_code == 422

    async def test_hold_the_most_that_a_form_may(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        person = {"given": "\U0001f98a" * 200, "family": "\u0300" * 200, "dob": "2019-02-03"}
        most = create_form(
            children=[person] * 20,
            household=[person] * 40,
            adults=[person] * 40,
            concern={"narrative": "\u2028" * 20_000},
        )
        answer = await intake.post("/v1/contacts", json=most, headers=referrer)
        assert answer.status_code == 201
        where = f"/v1/contacts/{answer.json()['reference']}"
        assert (await intake.get(where, headers=officer)).status_code == 200


# Who asks what of a contact, by the end of the path; and the data protection officer's own doors.
SERVICES = {
    "facts": "service_screening",
    "words": "service_screening",
    "sender": "service_screening",
    "people": "service_enquiry",
    "referrer": "service_notifications",
}
OFFICERS = ("/v1/subject-access", "/v1/retention", "/v1/restrictions", "/v1/lado-people", "/v1/audit")


class TestDescribedRequests:
    @pytest.mark.slow
    async def test_never_make_the_service_fail(
        self, service: Services, tokens: Tokens, serve: Callable[[Any], Awaitable[str]]
    ) -> None:
        url = await serve(await service.create("intake"))
        roles = {"manager", "referrer", "mailbox", "data_protection_officer", *SERVICES.values()}
        headers = {role: tokens.issue(role) for role in roles}
        seen = await asyncio.to_thread(try_all, url, headers)
        assert {("POST /v1/contacts", 201), ("POST /v1/calls", 201), ("POST /v1/emails", 201)} <= seen
        assert {("PATCH /v1/contacts/{reference}", 200), ("GET /v1/contacts/{reference}", 200)} <= seen
        assert not [one for one in seen if one[1] >= 500]


def try_all(url: str, headers: dict[str, dict[str, str]]) -> set[tuple[str, int]]:
    """Send every operation what its description allows; return which answered what."""
    sent = httpx.post(f"{url}/v1/contacts", json=create_form(), headers=headers["referrer"]).json()
    draft = httpx.post(f"{url}/v1/drafts", json={}, headers=headers["referrer"]).json()
    sent |= {"draft_id": draft["id"]}
    seen: set[tuple[str, int]] = set()
    for found in schemathesis.openapi.from_url(f"{url}/openapi.json").get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        if "/health" not in operation.path:
            try_operation(operation, headers[role_for(operation.path)], sent, seen)
    return seen


def try_operation(
    operation: Any, headers: dict[str, str], sent: dict[str, str], seen: set[tuple[str, int]]
) -> None:
    version = '"1"'

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case: Any) -> None:
        nonlocal version
        point_at(case, sent)
        answer = case.call(headers={**headers, "If-Match": version}, timeout=30)
        version = (answer.headers.get("etag") or [version])[0]
        seen.add((f"{operation.method.upper()} {operation.path}", answer.status_code))

    attempt()


def point_at(case: Any, sent: dict[str, str]) -> None:
    """Make a generated request one for a record and a partnership that there are."""
    for name in ("reference", "contact_id", "draft_id"):
        if name in (case.path_parameters or {}):
            case.path_parameters[name] = sent[name]
    if isinstance(case.body, dict) and "partnership" in case.body:
        case.body["partnership"] = "havering"
        case.body.pop("received_at", None)
        case.body.setdefault("concern", {"narrative": "Something was heard."})
    if "partnership" in (case.query or {}):
        case.query["partnership"] = "havering"


@schemathesis.serializer("message/rfc822")
def as_message(_context: Any, value: Any) -> bytes:
    return bytes(getattr(value, "data", b"Subject: a test\r\n\r\n" + str(value).encode()))


def role_for(path: str) -> str:
    if "by-id" in path:
        return SERVICES[path.rsplit("/", 1)[-1]]
    if path.startswith(OFFICERS):
        return "data_protection_officer"
    if path.endswith("/emails"):
        return "mailbox"
    is_referrers = path.startswith(("/v1/drafts", "/v1/sent")) or path.endswith(("/status", "/additions"))
    return "referrer" if is_referrers else "manager"
