"""The enquiries that are open, and the way from a contact to its own."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response
from mash.access import HubStaff
from mash.contracts.base import Rating
from mash.web import Cursor, HubDep, decode_cursor, encode_cursor
from mash.web.pages import Asker, page_router, render, see_other

from enquiry.api import views
from enquiry.domain.enquiry import EnquiryState
from enquiry.pages import enquiry_words as words
from enquiry.usecases import looking

router = page_router()

ROWS = 50


@router.get("/enquiries")
async def get_enquiries(
    request: Request,
    caller: HubStaff,
    hub: HubDep,
    asker: Asker,
    state: EnquiryState | None = None,
    rating: Rating | None = None,
    late: Annotated[bool, Query()] = False,
    cursor: Cursor = None,
) -> Response:
    """Show the enquiries that are open, the next to be late first."""
    async with hub.transaction(caller) as tx:
        counts = await looking.count(tx, caller)
        found, more = await looking.list_outlines(
            tx,
            caller,
            state=state,
            rating=rating,
            contact_id=None,
            after=decode_cursor(cursor),
            limit=ROWS,
            late=late,
        )
    rows = [views.summary(one) for one in found]
    return render(
        request,
        "enquiries/list.html",
        rows=rows,
        titles={one.enquiry.id: one.partnership.agencies for one in found},
        headers=await asker.headers(one.contact_id for one in rows),
        counts=counts,
        chosen={"state": state, "rating": rating, "late": "yes" if late else None},
        following=encode_cursor(rows[-1].due_at, rows[-1].enquiry_id) if more else None,
        partnerships=sorted(caller.partnerships),
        now=tx.now,
        words=words,
    )


@router.get("/contacts/{contact_id}/enquiry")
async def get_enquiry_of_contact(
    request: Request, contact_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Lead to a contact's newest enquiry, or say why there is none."""
    async with hub.transaction(caller) as tx:
        sought = await looking.look_for(tx, caller, contact_id)
    if sought.enquiry_id is not None:
        return see_other(f"/enquiries/{sought.enquiry_id}")
    header = (await asker.headers([contact_id])).get(contact_id)
    if header is None and sought.partnership is None:
        raise looking.UnknownContact("There is no such contact.")
    return render(
        request,
        "enquiries/none.html",
        contact_id=contact_id,
        header=header,
        tab="enquiry",
        sought=sought,
    )
