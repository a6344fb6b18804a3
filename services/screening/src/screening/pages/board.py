"""The hub's board: every open contact, the next to be late first."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import Response
from mash import partnerships
from mash.access import Caller, HubStaff
from mash.hub import Hub
from mash.web import Cursor, HubDep, decode_cursor, encode_cursor
from mash.web.pages import Asker, Asks, page_router, render

from screening.api.bodies import Slug
from screening.api.screenings import RatingFilter
from screening.domain.clock import standing
from screening.domain.queue import Allocated, Filters, Listed
from screening.usecases.looking import Queue, feel_pulse, look_at_queue

router = page_router()

ROWS = 50
# What is left of the time is shown anew at least this often, also where nothing else has changed.
SAME_FOR_SECONDS = 120


async def _filters(
    state: Listed = "open",
    rating: RatingFilter | None = None,
    allocated: Allocated | None = None,
    partnership: Slug | None = None,
) -> Filters:
    return Filters(state, rating, allocated, partnership)


Chosen = Annotated[Filters, Depends(_filters)]


@router.get("/board")
async def get_board(
    request: Request, caller: HubStaff, hub: HubDep, asker: Asker, filters: Chosen, cursor: Cursor = None
) -> Response:
    """Show the queue with its counts."""
    return await _board(request, caller, hub, asker, filters, cursor)


@router.get("/board/renewed")
async def get_renewed(
    request: Request,
    caller: HubStaff,
    hub: HubDep,
    asker: Asker,
    filters: Chosen,
    seen: str,
    cursor: Cursor = None,
) -> Response:
    """Give the board again where it is no longer as a page has ``seen`` it, and nothing otherwise.

    Nobody has then looked at a case, so that a page that stays open fills no audit.
    """
    async with hub.transaction(caller) as tx:
        same = _pulse(await feel_pulse(tx, caller), tx.now) == seen
    return Response(status_code=204) if same else await _board(request, caller, hub, asker, filters, cursor)


async def _board(
    request: Request, caller: Caller, hub: Hub, asker: Asks, filters: Filters, cursor: str | None
) -> Response:
    async with hub.transaction(caller) as tx:
        queue = await look_at_queue(tx, caller, filters, decode_cursor(cursor), ROWS)
    chosen = {name: value for name, value in asdict(filters).items() if value}
    return render(
        request,
        "board.html",
        queue=queue,
        headers=await asker.headers(one.contact_id for one in queue.screenings),
        standings=_standings(queue, tx.now),
        filters=filters,
        chosen=urlencode(chosen),
        cursor=cursor,
        following=encode_cursor(*queue.next) if queue.next else None,
        pulse=_pulse(queue.pulse, tx.now),
        now=tx.now,
        partnerships=sorted(caller.partnerships),
        partnership_names=[(name, partnerships.get(name).title) for name in sorted(caller.partnerships)],
    )


def _standings(queue: Queue, now: datetime) -> dict[Any, Any]:
    return {one.contact_id: standing(one, partnerships.get(one.partnership), now) for one in queue.screenings}


def _pulse(pulse: str, now: datetime) -> str:
    return f"{pulse}-{int(now.timestamp()) // SAME_FOR_SECONDS}"
