"""The agency's own records: taken in from a file, and searched."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request
from mash.access import Researcher
from mash.web import HubDep
from starlette.exceptions import HTTPException

from partner_gateway.api.bodies import SearchBody
from partner_gateway.api.views import ImportReport, SearchResult, search_result
from partner_gateway.connectors.chosen import outside_connector
from partner_gateway.domain.csv_file import COLUMNS
from partner_gateway.settings import Settings
from partner_gateway.usecases.importing import import_records, partnership_for, sort_file, today_in_london
from partner_gateway.usecases.searching import search_by_identity, search_for_request, search_outside

router = APIRouter(prefix="/v1/records", tags=["records"])
MOST_REFUSALS_LISTED = 1000

PartnershipName = Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
_CSV_BODY = {
    "requestBody": {
        "required": True,
        "description": f"A header with some of these columns, and a line a record: {', '.join(COLUMNS)}.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.post("/import", status_code=201, openapi_extra=_CSV_BODY)
async def post_import(
    request: Request, caller: Researcher, hub: HubDep, partnership: PartnershipName = None
) -> ImportReport:
    """Take in a file of records; a line that cannot be read never loses the rest."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise HTTPException(415)
    owner = partnership_for(hub, caller, partnership)
    file = await sort_file(await request.body(), today_in_london(hub))
    async with hub.transaction(caller) as tx:
        done = await import_records(tx, caller, owner, file)
    listed = [asdict(refusal) for refusal in done.refusals[:MOST_REFUSALS_LISTED]]
    return ImportReport.model_validate({**asdict(done), "refusals": listed})


@router.post("/search")
async def post_search(body: SearchBody, caller: Researcher, hub: HubDep) -> SearchResult:
    """Find records about all the people of a request, or about one person. Nothing found is sent anywhere."""
    assert isinstance(hub.settings, Settings)
    outside = outside_connector(hub.settings)
    async with hub.transaction(caller) as tx:
        if body.request_id is not None:
            found = await search_for_request(tx, caller, body.request_id, body.limit, outside)
        else:
            found = await search_by_identity(tx, caller, body.identity(), body.limit, outside)
    return search_result(await search_outside(found, outside, body.limit))
