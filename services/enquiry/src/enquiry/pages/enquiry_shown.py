"""What the pages of one enquiry share: how it is looked at, shown, and changed from a form."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller
from mash.errors import Conflict, Invalid
from mash.http import Unavailable
from mash.hub import Hub
from mash.web import StaleVersion
from mash.web.pages import Asks, Form, render

from enquiry.api import views
from enquiry.pages import enquiry_words as words
from enquiry.usecases import looking
from enquiry.usecases.looking import Whole

NO_NAMES = (
    "Nothing was sent: intake, which knows whom this is about, does not answer. Wait a minute, then send it "
    "again."
)


async def look(hub: Hub, caller: Caller, id: UUID) -> Whole:
    """One enquiry with everything in it; the look is in the audit."""
    async with hub.transaction(caller) as tx:
        return await looking.look_at(tx, caller, id)


async def show(
    request: Request, asker: Asks, found: Whole, template: str, form: Form | None = None, **context: Any
) -> Response:
    """A page of one enquiry, with the form as it was sent if it was not taken."""
    form = form or Form()
    contact_id = found.enquiry.contact_id
    return render(
        request,
        template,
        status=(412 if form.stale else 422) if form.errors else 200,
        form=form,
        contact_id=contact_id,
        header=(await asker.headers([contact_id])).get(contact_id),
        tab="enquiry",
        enquiry=views.detail(found),
        told=_told(found.notices),
        partnership=found.partnership,
        silent=[found.partnership.agencies[name].title for name in found.silent],
        now=found.at,
        words=words,
        **context,
    )


@asynccontextmanager
async def kept(form: Form, says: Mapping[str, str] | None = None) -> AsyncIterator[None]:
    """Keep in the form why a change was refused, so that the page comes back with all that was typed.

    ``says`` names the fields of the page as ``Form.refuse`` takes them.

    That there is no such record, or that the caller may not do this, is a page of its own.
    """
    try:
        yield
    except (Conflict, Invalid) as refusal:
        if isinstance(refusal, StaleVersion):
            names = refusal.members.get("changed")
            refusal.members["changed"] = [words.changed(str(one)) for one in names or ()]  # type: ignore[attr-defined]
        form.refuse(refusal, says)
    except Unavailable:
        form.fail("", NO_NAMES)


def _told(notices: Sequence[Mapping[str, Any]]) -> dict[UUID, list[Mapping[str, Any]]]:
    found: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in notices:
        if row["request_id"] is not None:
            found.setdefault(row["request_id"], []).append(row)
    return found
