"""How cases move in the daily meeting, from the rating they come with to the one they leave with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from asgi_lifespan import LifespanManager
from factories.reporting import HOUR, Story
from fastapi import FastAPI
from mash.contracts.base import ContactEvent
from mash.contracts.enquiry import AgendaItemRated
from reporting.usecases.project import record

MARCH = datetime(2026, 3, 3, 13, 1, tzinfo=UTC)


@pytest_asyncio.fixture
async def client(service: Any, clock: Any) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    clock.set(datetime(2026, 3, 20, 12, 0, tzinfo=UTC))
    app = await service.create("reporting")
    transport = httpx.ASGITransport(app)
    async with (
        LifespanManager(app),
        httpx.AsyncClient(transport=transport, base_url="http://reporting") as client,
    ):
        yield app, client


def rated(first: str | None, final: str, *, meeting: UUID, after: timedelta, story: Story) -> Story:
    at = story.received_at + after
    event = AgendaItemRated.model_validate(
        {
            "partnership": story.partnership,
            "contact_id": story.contact_id,
            "meeting_id": meeting,
            "first_rating": first,
            "final_rating": final,
            "rated_at": at,
        }
    )
    story.events.append((at, event))
    return story


@pytest.mark.requirement("MTG-03")
async def test_is_counted_in_the_month_in_which_the_meeting_was(
    client: tuple[FastAPI, httpx.AsyncClient], tokens: Any
) -> None:
    app, http = client
    meeting = uuid4()
    stories = [
        rated("amber", "green", meeting=meeting, after=20 * HOUR, story=Story(MARCH)),
        rated(None, "red", meeting=meeting, after=20 * HOUR, story=Story(MARCH)),
        rated("amber", "red", meeting=meeting, after=20 * HOUR, story=Story(MARCH - timedelta(days=20))),
    ]
    # What a meeting settles on last is what counts, and it counts once.
    rated("amber", "amber", meeting=meeting, after=21 * HOUR, story=stories[0])
    async with app.state.hub.transaction() as tx:
        for story in stories:
            for envelope, event in story.envelopes():
                assert isinstance(event, ContactEvent)
                await record(tx, envelope, event)
    answer = await http.get("/v1/reports/monthly?month=2026-03", headers=tokens.issue("analyst"))
    assert answer.json()["meeting_movement"] == [
        {"first": "amber", "final": "amber", "count": 1},
        {"first": "none", "final": "red", "count": 1},
    ]
