"""A service that notes each rated contact, fails as it is told to, and has a route of each kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, Response
from mash.access import Anyone, Manager
from mash.app import create_app
from mash.contracts.screening import ContactRated
from mash.hub import Transaction
from mash.ids import utc_now
from mash.messaging.handlers import Handler
from mash.settings import ServiceSettings
from mash.timers import Timer, TimerHandler
from mash.web import HubDep, IdempotencyKey, IfMatch, StaleVersion, Strict, etag, fingerprint, once
from pydantic import Field

from probe.store.tables import effect

router = APIRouter(tags=["notes"])

FAILING: set[UUID] = set()


class Settings(ServiceSettings):
    service: str = "screening"


class Note(Strict):
    contact_id: UUID
    words: Annotated[str, Field(max_length=20)] = ""
    on: datetime | None = None


async def note_effect(tx: Transaction, event: ContactRated) -> None:
    if event.contact_id in FAILING:
        raise RuntimeError("told to fail")
    await tx.execute(sa.insert(effect).values(contact_id=event.contact_id, at=tx.now))


async def note_timer(tx: Transaction, timer: Timer) -> None:
    await tx.execute(sa.insert(effect).values(contact_id=UUID(timer.key), at=tx.now))


@router.post("/v1/notes", status_code=201)
async def add_note(note: Note, caller: Manager, hub: HubDep, key: IdempotencyKey = None) -> dict[str, object]:
    async with hub.transaction(caller) as tx:

        async def work() -> dict[str, object]:
            await tx.execute(sa.insert(effect).values(contact_id=note.contact_id, at=tx.now))
            return {"contact_id": str(note.contact_id)}

        answer, repeat = await once(tx, caller, key, fingerprint(note), work)
    return {**answer, "repeat": repeat}


@router.put("/v1/notes/{contact_id}")
async def change_note(contact_id: UUID, response: Response, _: Anyone, version: IfMatch) -> dict[str, str]:
    if version != 3:
        raise StaleVersion("The note", current=3, changed=["words"])
    etag(response, 4)
    return {"contact_id": str(contact_id)}


def create(settings: Settings | None = None, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    return create_app(
        settings or Settings(),
        routers=[router],
        handlers=[Handler(ContactRated, note_effect)],
        timers=[TimerHandler("note", note_timer)],
        clock=clock,
    )
