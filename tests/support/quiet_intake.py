"""Intake at rest: nothing happens in it but what a test does, and its timers fire when the test says so."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa
from factories.intake import create_child, create_form
from fastapi import FastAPI
from intake.usecases.retention import hear_decided
from mash.contracts.screening import ContactDecided
from mash.hub import Hub
from support.clock import FakeClock
from support.tokens import Tokens


class QuietIntake:
    """A service that was created and not started, on a database of its own."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient, tokens: Tokens, clock: FakeClock) -> None:
        self._app = app
        self.hub: Hub = app.state.hub
        self.client = client
        self.tokens = tokens
        self.clock = clock

    async def send(self, *children: dict[str, Any], **changes: Any) -> UUID:
        """Send a contact on these children, and nobody else unless it is said."""
        self.clock.advance(minutes=1)
        form = create_form(**{"children": list(children) or [create_child()], "household": [], **changes})
        answer = await self.client.post("/v1/contacts", json=form, headers=self.tokens.issue("referrer"))
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["contact_id"])

    async def sent(self, *children: dict[str, Any], **changes: Any) -> UUID:
        """The same, once its people were compared."""
        contact_id = await self.send(*children, **changes)
        await self.compare()
        return contact_id

    async def compare(self) -> None:
        """Do what the timers are due to."""
        while await self._app.state.timers.fire_due():
            pass

    async def ask(self, role: str, method: str, path: str, **sent: Any) -> httpx.Response:
        headers = {**self.tokens.issue(role, subject=sent.pop("subject", None)), **sent.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **sent)

    async def people(self, contact_id: UUID, role: str = "manager", **who: Any) -> list[dict[str, Any]]:
        answer = await self.ask(role, "GET", f"/v1/contacts/{contact_id}/people", **who)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["people"]
        return found

    async def states(self, contact_id: UUID, **who: Any) -> list[list[str]]:
        """How the matches of each person on a contact stand."""
        return [[match["state"] for match in one["matches"]] for one in await self.people(contact_id, **who)]

    async def step(self, contact_id: UUID, match: dict[str, Any], step: str, **more: Any) -> httpx.Response:
        body = {"step": step, "reason": more.pop("reason", "I have spoken to the school.")}
        version = more.pop("version", match["version"])
        path = f"/v1/contacts/{contact_id}/matches/{match['id']}/steps"
        role = more.pop("role", "contact_officer")
        return await self.ask(role, "POST", path, json=body, headers={"if-match": f'"{version}"'}, **more)

    async def correct(self, contact_id: UUID, version: int = 1, **sections: Any) -> None:
        reference = await self.value(f"SELECT reference FROM contact WHERE id = '{contact_id}'")
        headers = {"if-match": f'"{version}"'}
        path = f"/v1/contacts/{reference}"
        answer = await self.ask("contact_officer", "PATCH", path, json=sections, headers=headers)
        assert answer.status_code == 200, answer.text
        await self.compare()

    async def restrict(self, contact_id: UUID, *managers: str) -> None:
        reference = await self.value(f"SELECT reference FROM contact WHERE id = '{contact_id}'")
        wish = {"restricted": True, "why": "staff_family", "reason": "A colleague.", "managers": managers}
        path = f"/v1/contacts/{reference}/restriction"
        assert (await self.ask("data_protection_officer", "PUT", path, json=wish)).status_code == 200
        await self.compare()

    async def close(self, contact_id: UUID, pathway: str = "close_with_advice") -> None:
        given = {"contact_id": str(contact_id), "pathway": pathway, "decided_at": self.clock().isoformat()}
        async with self.hub.transaction() as tx:
            await hear_decided(tx, ContactDecided.model_validate({**ContactDecided.example, **given}))

    async def value(self, statement: str) -> Any:
        async with self.hub.engine.connect() as connection:
            return await connection.scalar(sa.text(statement))
