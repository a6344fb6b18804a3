"""One enquiry: every agency's answer and time, side by side, and what was done."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import HubStaff
from mash.web import HubDep
from mash.web.pages import Asker, page_router

from enquiry.api import views
from enquiry.pages import enquiry_words as words
from enquiry.pages.enquiry_shown import look, show
from enquiry.usecases import looking

router = page_router()


@router.get("/enquiries/{id}")
async def get_enquiry(request: Request, id: UUID, caller: HubStaff, hub: HubDep, asker: Asker) -> Response:
    """Show an enquiry with the agencies' answers side by side."""
    found = await look(hub, caller, id)
    detail = views.detail(found)
    return await show(
        request,
        asker,
        found,
        "enquiry/enquiry.html",
        history=[
            {
                "title": words.DONE[one.action] + (f": {_agency(found, one.agency)}" if one.agency else ""),
                "at": one.at,
                "by": words.who(one.by, found.partnership),
                "text": _what(one.rating, one.rationale),
            }
            for one in reversed(detail.history)
        ],
        awaited=[
            one.agency_title
            for one in detail.requests
            if one.state in ("waiting", "in_queue", "late", "answer_withdrawn")
        ],
    )


@router.get("/enquiries/{id}/proof")
async def get_proof(request: Request, id: UUID, caller: HubStaff, hub: HubDep, asker: Asker) -> Response:
    """Show who was told what, how, when, and whether it got there."""
    found = await look(hub, caller, id)
    async with hub.transaction(caller) as tx:
        notices = await looking.look_at_proof(tx, caller, id)
    return await show(request, asker, found, "enquiry/proof.html", proof=views.proof(id, notices))


def _agency(found: looking.Whole, name: str) -> str:
    return found.partnership.agencies[name].title


def _what(rating: str | None, rationale: str | None) -> str:
    rated = f"Rated {rating}." if rating else ""
    return f"{rated} {rationale or ''}".strip()
