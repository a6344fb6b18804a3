"""The agency's own records in the gateway: what there is, and taking in a file."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from fastapi.responses import Response
from mash import partnerships
from mash.access import Caller, Researcher
from mash.errors import Invalid, Refusal
from mash.hub import Hub
from mash.web import HubDep
from mash.web.pages import Form, page_router, render
from mash.web.problems import status_of

from partner_gateway.domain.csv_file import COLUMNS, NEEDED_COLUMNS
from partner_gateway.pages.requests import Sent
from partner_gateway.settings import Settings
from partner_gateway.usecases.importing import (
    Imported,
    UnknownPartnership,
    count_records,
    import_records,
    partnership_for,
    sort_file,
    today_in_london,
)

router = page_router()

MOST_REFUSALS_SHOWN: Final = 200


class NoFile(Invalid):
    """No file was chosen."""


@router.get("/desk/records")
async def get_records(request: Request, caller: Researcher, hub: HubDep) -> Response:
    """Show how many records there are, and ask for a file."""
    return await _records(request, caller, hub, Form())


@router.post("/desk/records")
async def post_records(request: Request, caller: Researcher, hub: HubDep, form: Sent) -> Response:
    """Take in a file; a line that cannot be read never loses the rest. What became of it is the page."""
    try:
        file = next(iter(form.files.get("file", ())), None)
        if file is None:
            raise NoFile("Choose a CSV file.", field="file")
        owner = partnership_for(hub, caller, form.optional("partnership"))
        sorted_file = await sort_file(await file.read(), today_in_london(hub))
        async with hub.transaction(caller) as tx:
            done = await import_records(tx, caller, owner, sorted_file)
    except (Invalid, UnknownPartnership) as refusal:
        return await _refused(request, caller, hub, form, refusal)
    return await _records(request, caller, hub, Form(), done=done)


async def _refused(request: Request, caller: Caller, hub: Hub, form: Form, refusal: Refusal) -> Response:
    form.refuse(refusal, {"header": "file", "": "file"})
    return await _records(request, caller, hub, form, status_of(refusal))


async def _records(
    request: Request, caller: Caller, hub: Hub, form: Form, status: int = 200, done: Imported | None = None
) -> Response:
    assert isinstance(hub.settings, Settings)
    async with hub.transaction(caller) as tx:
        held = await count_records(tx, caller)
    served = sorted(caller.partnerships & set(hub.settings.partnerships))
    return render(
        request,
        "records.html",
        status,
        form=form,
        done=done,
        shown=done.refusals[:MOST_REFUSALS_SHOWN] if done else [],
        held=held,
        partnerships=[(name, partnerships.get(name).title) for name in served],
        columns=COLUMNS,
        needed=NEEDED_COLUMNS,
        most_megabytes=hub.settings.max_import_bytes // 1_048_576,
        connector=hub.settings.connector,
    )
