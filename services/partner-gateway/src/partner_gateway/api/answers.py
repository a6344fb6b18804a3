"""A request is answered, corrected or its answer withdrawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from mash.access import Researcher
from mash.hub import Transaction
from mash.web import HubDep, IdempotencyKey, IfMatch, Strict, etag, fingerprint, once

from partner_gateway.api.bodies import AnswerBody, CorrectionBody, WithdrawalBody
from partner_gateway.api.views import AnswerReceipt
from partner_gateway.usecases.answering import correct_answer, return_answer, withdraw_answer
from partner_gateway.usecases.outward import outward

router = APIRouter(prefix="/v1/requests/{request_id}", tags=["answers"])
Work = Callable[[Transaction], Awaitable[dict[str, Any]]]


class Door:
    """One change to one request: done once under its key, in one transaction, with the new ETag."""

    def __init__(
        self,
        request_id: UUID,
        # Before all else, so that nobody learns anything from what is missing.
        caller: Researcher,
        version: IfMatch,
        hub: HubDep,
        response: Response,
        key: IdempotencyKey = None,
    ) -> None:
        self.request_id, self.version, self.caller, self.hub = request_id, version, caller, hub
        self.out = outward(hub)
        self._response, self._key = response, key

    async def change(self, kind: str, body: Strict, work: Work) -> AnswerReceipt:
        """Do ``work``, or give the answer of the time before under the same key."""
        asked = f"{kind} {self.request_id} {body.model_dump_json()}".encode()
        async with self.hub.transaction(self.caller) as tx:
            receipt, _ = await once(tx, self.caller, self._key, fingerprint(asked), lambda: work(tx))
        etag(self._response, receipt["version"])
        return AnswerReceipt.model_validate(receipt)


DoorDep = Annotated[Door, Depends()]


@router.post("/return", status_code=201)
async def post_return(body: AnswerBody, door: DoorDep) -> AnswerReceipt:
    """Answer a request with what was chosen, or with nil, not covered or refused."""

    async def work(tx: Transaction) -> dict[str, Any]:
        answer = body.as_answer()
        return await return_answer(tx, door.caller, door.request_id, door.version, answer, door.out)

    return await door.change("return", body, work)


@router.post("/correction", status_code=201)
async def post_correction(body: CorrectionBody, door: DoorDep) -> AnswerReceipt:
    """Put a corrected answer in the place of the one before; both are kept."""

    async def work(tx: Transaction) -> dict[str, Any]:
        return await correct_answer(
            tx,
            door.caller,
            door.request_id,
            door.version,
            body.as_answer(),
            body.correction_reason,
            door.out,
        )

    return await door.change("correction", body, work)


@router.post("/withdrawal", status_code=201)
async def post_withdrawal(body: WithdrawalBody, door: DoorDep) -> AnswerReceipt:
    """Take the answer back. The hub is told, and keeps that it was given."""

    async def work(tx: Transaction) -> dict[str, Any]:
        return await withdraw_answer(tx, door.caller, door.request_id, door.version, body.reason, door.out)

    return await door.change("withdrawal", body, work)
