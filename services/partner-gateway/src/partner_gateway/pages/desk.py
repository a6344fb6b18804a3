"""The desk: what the hub asks of the agency, the next to be late first."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response
from mash import partnerships
from mash.access import Caller, Researcher
from mash.contracts.base import Rating
from mash.hub import Hub
from mash.web import Cursor, HubDep, decode_cursor, encode_cursor
from mash.web.pages import page_router, render

from partner_gateway.domain.queue import Filters, Taken, Which
from partner_gateway.domain.requests import timeliness
from partner_gateway.pages.wordings import STATES, WAYS
from partner_gateway.usecases.desking import Desk, feel_pulse, look_at_desk

router = page_router()

ROWS = 50
# What is left of the time is shown anew at least this often, also where nothing else has changed.
SAME_FOR_SECONDS = 120


async def _filters(
    which: Which = "waiting",
    rating: Rating | None = None,
    taken: Taken | None = None,
    partnership: str | None = None,
) -> Filters:
    return Filters(which, rating, taken, partnership)


Chosen = Annotated[Filters, Depends(_filters)]


@router.get("/desk")
async def get_desk(
    request: Request, caller: Researcher, hub: HubDep, filters: Chosen, cursor: Cursor = None
) -> Response:
    """Show the queue with its counts."""
    return await _desk(request, caller, hub, filters, cursor)


@router.get("/desk/renewed")
async def get_renewed(
    request: Request, caller: Researcher, hub: HubDep, filters: Chosen, seen: str, cursor: Cursor = None
) -> Response:
    """Give the desk again where it is no longer as a page has ``seen`` it, and nothing otherwise.

    Nobody has then looked at a request, so that a page that stays open fills no audit.
    """
    async with hub.transaction(caller) as tx:
        same = _pulse(await feel_pulse(tx, caller), tx.now) == seen
    return Response(status_code=204) if same else await _desk(request, caller, hub, filters, cursor)


async def _desk(request: Request, caller: Caller, hub: Hub, filters: Filters, cursor: str | None) -> Response:
    async with hub.transaction(caller) as tx:
        pulse = await feel_pulse(tx, caller)
        desk = await look_at_desk(tx, caller, filters, decode_cursor(cursor), ROWS)
    return render(
        request,
        "desk.html",
        desk=desk,
        standings=_standings(desk, tx.now),
        filters=filters,
        chosen=urlencode({name: value for name, value in asdict(filters).items() if value}),
        cursor=cursor,
        following=encode_cursor(*desk.next) if desk.next else None,
        pulse=_pulse(pulse, tx.now),
        now=tx.now,
        partnerships=[(name, partnerships.get(name).title) for name in sorted(caller.partnerships)],
        states=STATES,
        ways=WAYS,
    )


def _standings(desk: Desk, now: datetime) -> dict[UUID, dict[str, Any]]:
    stand = {one.request_id: timeliness(one, now) for one in desk.requests}
    return {
        request_id: {"left": at.seconds_left, "late_by": -at.seconds_left, "is_late": at.late}
        for request_id, at in stand.items()
    }


def _pulse(pulse: str, now: datetime) -> str:
    return f"{pulse}-{int(now.timestamp()) // SAME_FOR_SECONDS}"
