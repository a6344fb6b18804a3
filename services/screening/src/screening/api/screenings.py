"""Looking at screenings and recording what was found."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from mash.access import HubStaff, Screener, SocialWorker
from mash.web import Cursor, HubDep, IfMatch, decode_cursor, etag

from screening.api.answers import (
    RecommendationAnswer,
    ScreeningDetail,
    ScreeningList,
    answer_change,
    detail_answer,
    queue_answer,
    recommendation_answer,
)
from screening.api.bodies import AnalysisBody, FindingsBody, NoteBody, Slug
from screening.domain.queue import Allocated, Filters, Listed
from screening.usecases.asking import ask_intake
from screening.usecases.looking import look_at_queue, look_at_screening
from screening.usecases.recommending import show_recommendation
from screening.usecases.recording import add_worker_note, record_findings, write_analysis

router = APIRouter(prefix="/v1/screenings", tags=["screenings"])
RatingFilter = Literal["red", "amber", "green", "unrated"]


@router.get("")
async def list_screenings(
    caller: HubStaff,
    hub: HubDep,
    state: Listed = "open",
    rating: RatingFilter | None = None,
    allocated: Allocated | None = None,
    partnership: Slug | None = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ScreeningList:
    """List screenings, the next to be late first, with the figures of the whole queue."""
    filters = Filters(state, rating, allocated, partnership)
    async with hub.transaction(caller) as tx:
        queue = await look_at_queue(tx, caller, filters, decode_cursor(cursor), limit)
    return queue_answer(queue, tx.now)


@router.get("/{contact_id}")
async def get_screening(
    contact_id: UUID, caller: HubStaff, hub: HubDep, response: Response
) -> ScreeningDetail:
    """Give one screening with its decisions, notes, pauses and changes."""
    async with hub.transaction(caller) as tx:
        whole = await look_at_screening(tx, caller, contact_id)
    etag(response, whole.screening.version)
    return detail_answer(whole, tx.now)


@router.put("/{contact_id}/findings")
async def put_findings(
    contact_id: UUID, body: FindingsBody, caller: Screener, version: IfMatch, hub: HubDep, response: Response
) -> ScreeningDetail:
    """Record the indicators, criteria, concerns and facts found, in place of those before."""
    async with hub.transaction(caller) as tx:
        screening = await record_findings(tx, caller, contact_id, version, body.findings())
        return await answer_change(tx, screening, response)


@router.get("/{contact_id}/recommendation")
async def get_recommendation(contact_id: UUID, caller: Screener, hub: HubDep) -> RecommendationAnswer:
    """Give the recommendation with its reasons. A manager decides, and may differ in writing."""
    async with hub.transaction(caller) as tx:
        await look_at_screening(tx, caller, contact_id)
    known = await ask_intake(hub, contact_id)
    async with hub.transaction(caller) as tx:
        screening, recommended = await show_recommendation(tx, caller, contact_id, known)
    return recommendation_answer(screening, recommended, tx.now)


@router.post("/{contact_id}/screening-note")
async def post_note(
    contact_id: UUID, body: NoteBody, caller: SocialWorker, version: IfMatch, hub: HubDep, response: Response
) -> ScreeningDetail:
    """Add what a social worker found, and give the contact back to the manager."""
    async with hub.transaction(caller) as tx:
        screening = await add_worker_note(tx, caller, contact_id, version, body.model_dump())
        return await answer_change(tx, screening, response)


@router.put("/{contact_id}/analysis")
async def put_analysis(
    contact_id: UUID, body: AnalysisBody, caller: Screener, version: IfMatch, hub: HubDep, response: Response
) -> ScreeningDetail:
    """Write the analysis, in place of the one before."""
    async with hub.transaction(caller) as tx:
        screening = await write_analysis(tx, caller, contact_id, version, body.model_dump())
        return await answer_change(tx, screening, response)
