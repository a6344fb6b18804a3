"""The agency's own messages to the hub, each kept as it was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.contracts.boundary import AgencyMessage
from mash.hub import Transaction

from partner_gateway.domain.requests import Request
from partner_gateway.store.tables import answer


async def add_answer(tx: Transaction, request: Request, message: AgencyMessage) -> None:
    """Keep a return, a correction or a withdrawal. Its items are in the ledger."""
    row = {
        "request_id": request.request_id,
        "version": message.version,
        "enquiry_id": request.enquiry_id,
        "partnership": request.partnership,
        "message_id": message.message_id,
        "kind": message.kind,
        "answer": message.answer,
        "asked_version": request.asked_version,
        "searched": message.searched.model_dump(mode="json") if message.searched else None,
        "reason": message.reason,
        "at": message.sent_at,
        "by": message.sent_by,
    }
    await tx.execute(sa.insert(answer), await tx.sealed(answer, [row]))


async def list_answers(tx: Transaction, request_id: UUID) -> Sequence[Mapping[str, Any]]:
    """The agency's messages about a request, the first first."""
    statement = (
        sa.select(answer).where(answer.c.request_id == request_id).order_by(answer.c.version).limit(200)
    )
    return await tx.opened(answer, (await tx.execute(statement)).all())
