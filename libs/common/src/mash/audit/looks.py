"""Asks the services who looked at a child, and puts the answers together by time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import httpx

TIMEOUT_SECONDS: Final = 30.0
COLUMNS: Final = ("at", "who", "what", "what for", "from where", "service", "contact")


class CannotAsk(Exception):
    """A service did not answer, or refused; the words say which and why."""


def who_saw(
    intake: str, services: Iterable[str], token: str, child: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return every look at every contact of ``child``, the oldest first.

    ``child`` is the body of `POST /v1/audit/children`. Raises :class:`CannotAsk`, for a service that is
    silent may be the very one where somebody looked.
    """
    with httpx.Client(headers={"authorization": f"Bearer {token}"}, timeout=TIMEOUT_SECONDS) as http:
        contacts = _asked(http, "POST", f"{intake}/v1/audit/children", json=dict(child)).json()
        looks = [
            {**look, "reference": contact["reference"]}
            for contact in contacts
            for service in services
            for look in _looks(http, service, contact["contact_id"])
        ]
    return sorted(looks, key=lambda look: (look["at"], look["id"]))


def _looks(http: httpx.Client, service: str, contact_id: str) -> Iterable[dict[str, Any]]:
    cursor: str | None = None
    while True:
        query = {"limit": "1000"} | ({"cursor": cursor} if cursor else {})
        path = f"{service}/v1/audit/cases/{contact_id}"
        answer = _asked(http, "GET", path, params=query, absent=True)
        if answer.status_code == 404:
            # Not every contact goes as far as every service.
            return
        page = answer.json()
        yield from page["items"]
        cursor = page["next"]
        if cursor is None:
            return


def _asked(
    http: httpx.Client, method: str, address: str, *, absent: bool = False, **sent: Any
) -> httpx.Response:
    try:
        answer = http.request(method, address, **sent)
    except httpx.TransportError:
        raise CannotAsk(f"{httpx.URL(address).netloc.decode()} does not answer.") from None
    if not answer.is_success and not (absent and answer.status_code == 404):
        raise CannotAsk(f"{httpx.URL(address).netloc.decode()} answers {answer.status_code}: {_why(answer)}")
    return answer


def _why(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except json.JSONDecodeError:
        return "its log says why."
    return str(problem.get("detail") or problem.get("title"))


def as_table(looks: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the looks as lines of a table, a heading first."""
    rows = [COLUMNS]
    for look in looks:
        what = f"{look['action']} (in a list)" if look["in_a_list"] else look["action"]
        rows.append(
            (
                look["at"],
                look["subject"],
                what,
                look["purpose"] or "",
                look["origin"],
                look["service"],
                look["reference"],
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return [
        "  ".join(part.ljust(width) for part, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
