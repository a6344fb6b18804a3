"""Disagreements with what was decided: raised by professionals, answered stage by stage."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from mash.access import Challenger, HubStaff, Manager
from mash.web import Cursor, HubDep, IdempotencyKey, IfMatch, Page, decode_cursor, fingerprint, once

from screening.api.bodies import ReasonBody, Slug
from screening.api.disagreement_forms import (
    ChallengeBody,
    DisagreementDetail,
    DisagreementRow,
    Raised,
    ResponseBody,
    detail_answer,
    queue_answer,
)
from screening.domain.disagreement import DisagreementFilters, Listed
from screening.usecases.disagreeing import (
    accept_answer,
    bring_forward,
    give_answer,
    look_at_disagreement,
    look_at_disagreements,
    raise_disagreement,
    take_further,
    withdraw,
)

router = APIRouter(prefix="/v1/disagreements", tags=["disagreements"])


@router.post("", status_code=201, response_model=Raised)
async def post_disagreement(
    body: ChallengeBody, caller: Challenger, hub: HubDep, response: Response, key: IdempotencyKey = None
) -> dict[str, Any]:
    """Challenge what was decided on a contact. A repeat under the same key is answered 200 with the first."""
    challenge = await bring_forward(
        hub, caller, body.reference, body.about, body.reason, for_referrer=body.for_referrer
    )
    async with hub.transaction(caller) as tx:
        raised, is_repeat = await once(
            tx, caller, key, fingerprint(body), lambda: raise_disagreement(tx, caller, challenge)
        )
    response.status_code = 200 if is_repeat else 201
    return raised


@router.get("")
async def list_disagreements(
    caller: HubStaff,
    hub: HubDep,
    state: Listed = "open",
    stage: Slug | None = None,
    contact_id: UUID | None = None,
    partnership: Slug | None = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[DisagreementRow]:
    """List disagreements, the next to be due first. ``late`` are those whose answer has not come in time."""
    filters = DisagreementFilters(state, stage, contact_id, partnership)
    async with hub.transaction(caller) as tx:
        queue = await look_at_disagreements(tx, caller, filters, decode_cursor(cursor), limit)
    return queue_answer(queue, tx.now)


@router.get("/{disagreement_id}")
async def get_disagreement(
    disagreement_id: UUID, caller: Challenger, hub: HubDep, response: Response
) -> DisagreementDetail:
    """Give one disagreement with its stages and answers, to the hub's people and to whoever raised it."""
    async with hub.transaction(caller) as tx:
        found = await look_at_disagreement(tx, caller, disagreement_id)
    return detail_answer(found, tx.now, response)


@router.post("/{disagreement_id}/response")
async def post_response(
    disagreement_id: UUID,
    body: ResponseBody,
    caller: Manager,
    version: IfMatch,
    hub: HubDep,
    response: Response,
) -> DisagreementDetail:
    """Record the answer of the stage's owner. The last stage's answer ends the disagreement."""
    async with hub.transaction(caller) as tx:
        found = await give_answer(tx, caller, disagreement_id, version, body.result, body.response)
    return detail_answer(found, tx.now, response)


@router.post("/{disagreement_id}/escalate")
async def post_escalate(
    disagreement_id: UUID,
    body: ReasonBody,
    caller: Challenger,
    version: IfMatch,
    hub: HubDep,
    response: Response,
) -> DisagreementDetail:
    """Take a disagreement to the next stage: an answer that does not content, or what a manager sends up."""
    async with hub.transaction(caller) as tx:
        found = await take_further(tx, caller, disagreement_id, version, body.reason)
    return detail_answer(found, tx.now, response)


@router.post("/{disagreement_id}/acceptance")
async def post_acceptance(
    disagreement_id: UUID, caller: Challenger, version: IfMatch, hub: HubDep, response: Response
) -> DisagreementDetail:
    """Accept the answer, which ends the disagreement."""
    async with hub.transaction(caller) as tx:
        found = await accept_answer(tx, caller, disagreement_id, version)
    return detail_answer(found, tx.now, response)


@router.post("/{disagreement_id}/withdrawal")
async def post_withdrawal(
    disagreement_id: UUID,
    body: ReasonBody,
    caller: Challenger,
    version: IfMatch,
    hub: HubDep,
    response: Response,
) -> DisagreementDetail:
    """Take a disagreement back."""
    async with hub.transaction(caller) as tx:
        found = await withdraw(tx, caller, disagreement_id, version, body.reason)
    return detail_answer(found, tx.now, response)
