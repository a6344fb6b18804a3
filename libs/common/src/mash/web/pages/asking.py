"""How a page asks another service for what that one owns: as the person who looks at the page.

The other service so checks that person's own rights, and its audit names them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from mash.access.tokens import NotSignedIn
from mash.audit.origin import PURPOSES, purpose
from mash.contracts.queries import ContactHeader, ContactsAsked
from mash.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal
from mash.http import Unavailable, read
from mash.hub import Hub
from mash.web.concurrency import StaleVersion

T = TypeVar("T")


class Asks:
    """Asks the other services with one person's token."""

    def __init__(self, hub: Hub, token: str) -> None:
        self._hub = hub
        self._token = token

    async def get(self, service: str, path: str, *, schema: type[T]) -> T:
        """What ``service`` (its address is the setting ``<service>_url``) answers, of the form ``schema``.

        Raises the refusal that the other service answered with, or ``Unavailable``.
        """
        return await self.send("GET", service, path, schema=schema)

    async def post(
        self,
        service: str,
        path: str,
        body: BaseModel | Mapping[str, Any],
        *,
        schema: type[T],
        version: int | None = None,
        once: str | None = None,
    ) -> T:
        """The same for a change, made on ``version`` and counted once under the key ``once``."""
        return await self.send("POST", service, path, body, schema=schema, version=version, once=once)

    async def send(
        self,
        method: str,
        service: str,
        path: str,
        body: BaseModel | Mapping[str, Any] | None = None,
        *,
        schema: type[T],
        version: int | None = None,
        once: str | None = None,
    ) -> T:
        """Any method."""
        headers = {"authorization": f"Bearer {self._token}"}
        if purpose.get() in PURPOSES:
            headers["x-purpose"] = purpose.get()
        if version is not None:
            headers["if-match"] = f'"{version}"'
        if once is not None:
            headers["idempotency-key"] = once
        content = None
        if body is not None:
            headers["content-type"] = "application/json"
            text = body.model_dump_json() if isinstance(body, BaseModel) else json.dumps(dict(body))
            content = text.encode()
        answer = await self._hub.http.ask_as_user(service, method, path, headers, content)
        if not answer.is_success:
            raise _refusal(service, answer.status_code, answer.content)
        try:
            return read(answer.content or b"null", schema)
        except ValidationError:
            raise Unavailable(service, "the answer is not of the agreed form") from None

    async def headers(self, contact_ids: Iterable[UUID]) -> dict[UUID, ContactHeader]:
        """Whom each of these cases is about, as far as this person may know of it; none if intake is away.

        A list is shown without names rather than not at all.
        """
        wanted = list(dict.fromkeys(contact_ids))
        if not wanted:
            return {}
        try:
            found = await self.post(
                "intake",
                "/v1/contacts/headers",
                ContactsAsked(contact_ids=wanted),
                schema=list[ContactHeader],
            )
        except Unavailable:
            return {}
        return {one.contact_id: one for one in found}


async def _asker(request: Request) -> Asks:
    token = getattr(request.state, "token", None)
    if token is None:
        raise NotSignedIn
    return Asks(request.app.state.hub, token)


# After the caller in a signature, who has been found by then.
Asker = Annotated[Asks, Depends(_asker)]


def _refusal(service: str, status: int, content: bytes) -> Exception:
    try:
        told = json.loads(content)
        detail = str(told.get("detail") or told.get("title"))
    except (ValueError, AttributeError):
        return Unavailable(service, f"status {status}")
    errors = told.get("errors") or [{}]
    where, rule = errors[0].get("field"), errors[0].get("rule")
    if status == 412:
        return StaleVersion("This", current=told.get("current_version", 0), changed=told.get("changed"))
    if status == 422:
        return Invalid(told.get("detail") or f"{where} {rule}", field=where)
    kinds: dict[int, type[Refusal]] = {403: NotPermitted, 404: NotFound, 409: Conflict}
    if status == 401:
        return NotSignedIn()
    return kinds[status](detail) if status in kinds else Unavailable(service, f"status {status}")
