"""The strategy discussions that the agency is asked to."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from fastapi.responses import Response
from mash.access import Researcher
from mash.web import Cursor, HubDep, decode_cursor, encode_cursor
from mash.web.pages import page_router, render

from partner_gateway.api.discussions import DiscussionView
from partner_gateway.usecases.discussing import look_at_discussions

router = page_router()

ROWS: Final = 50


@router.get("/desk/discussions")
async def get_discussions(
    request: Request, caller: Researcher, hub: HubDep, cursor: Cursor = None
) -> Response:
    """Show them, the newest first."""
    async with hub.transaction(caller) as tx:
        found = [
            DiscussionView.model_validate(one)
            for one in await look_at_discussions(tx, caller, decode_cursor(cursor), ROWS)
        ]
    last = found[-1] if len(found) == ROWS else None
    return render(
        request,
        "discussions.html",
        discussions=found,
        coming=[one for one in found if one.state == "asked" and (one.meets_at or tx.now) >= tx.now],
        following=encode_cursor(last.asked_at, last.discussion_id) if last else None,
        agency=hub.settings.agency,
    )
