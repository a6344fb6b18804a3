"""What a manager alone may do: rate, decide, reopen, confirm, and stop the clock."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import Manager
from mash.web import HubDep, IfMatch

from screening.api.answers import ScreeningDetail, answer_change
from screening.api.bodies import PathwayBody, RatingBody, ReasonBody
from screening.usecases.deciding import choose_pathway, confirm, rate_contact, reopen
from screening.usecases.timing import pause_screening, resume_screening

router = APIRouter(prefix="/v1/screenings", tags=["decisions"])


@router.post("/{contact_id}/rating")
async def post_rating(
    contact_id: UUID, body: RatingBody, caller: Manager, version: IfMatch, hub: HubDep, response: Response
) -> ScreeningDetail:
    """Rate a contact, or change its rating. The clock goes on as before."""
    async with hub.transaction(caller) as tx:
        screening = await rate_contact(tx, caller, contact_id, version, body.rating, body.rationale)
        return await answer_change(tx, screening, response)


@router.post("/{contact_id}/pathway")
async def post_pathway(
    contact_id: UUID, body: PathwayBody, caller: Manager, version: IfMatch, hub: HubDep, response: Response
) -> ScreeningDetail:
    """Decide a contact's pathway, or give it to a social worker, who screens it first."""
    async with hub.transaction(caller) as tx:
        screening = await choose_pathway(tx, caller, contact_id, version, body.choice())
        return await answer_change(tx, screening, response)


@router.post("/{contact_id}/reopen")
async def post_reopen(
    contact_id: UUID, body: ReasonBody, caller: Manager, version: IfMatch, hub: HubDep, response: Response
) -> ScreeningDetail:
    """Take a decision back, with the clock that the contact always had."""
    async with hub.transaction(caller) as tx:
        screening = await reopen(tx, caller, contact_id, version, body.reason)
        return await answer_change(tx, screening, response)


@router.post("/{contact_id}/confirmation")
async def post_confirmation(
    contact_id: UUID, body: ReasonBody, caller: Manager, version: IfMatch, hub: HubDep, response: Response
) -> ScreeningDetail:
    """Say that a decision stands although information was added since."""
    async with hub.transaction(caller) as tx:
        screening = await confirm(tx, caller, contact_id, version, body.reason)
        return await answer_change(tx, screening, response)


@router.post("/{contact_id}/pause")
async def post_pause(
    contact_id: UUID, body: ReasonBody, caller: Manager, version: IfMatch, hub: HubDep, response: Response
) -> ScreeningDetail:
    """Stop the clock, for a reason that is kept."""
    async with hub.transaction(caller) as tx:
        screening = await pause_screening(tx, caller, contact_id, version, body.reason)
        return await answer_change(tx, screening, response)


@router.post("/{contact_id}/resume")
async def post_resume(
    contact_id: UUID, caller: Manager, version: IfMatch, hub: HubDep, response: Response
) -> ScreeningDetail:
    """Let the clock run again."""
    async with hub.transaction(caller) as tx:
        screening = await resume_screening(tx, caller, contact_id, version)
        return await answer_change(tx, screening, response)
