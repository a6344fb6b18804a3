"""A researcher's answer, its correction and its withdrawal: kept, written in the ledger, and sent."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from mash.access import Caller
from mash.calendar.london import in_london
from mash.contracts.boundary import AgencyMessage
from mash.hub import Transaction
from mash.ids import new_id

from partner_gateway.domain import requests as rules
from partner_gateway.domain.answers import Answer, check_answer, check_withheld, completed
from partner_gateway.domain.requests import Request
from partner_gateway.store import answers, ledger
from partner_gateway.store.records import find_own_records
from partner_gateway.store.requests import get_for_change, save
from partner_gateway.usecases.outward import Outward
from partner_gateway.usecases.wording import answer_message, withdrawal_message

Receipt = dict[str, Any]


async def return_answer(
    tx: Transaction, caller: Caller, request_id: UUID, version: int, answer: Answer, out: Outward
) -> Receipt:
    """Give the first answer. Raises ``RequestClosed``, ``RequestAlreadyAnswered``, or what it lacks."""
    request = await get_for_change(tx, caller, request_id, version)
    rules.require_unanswered(request)
    return await _send(tx, caller, request, answer, out, "return", answer.told)


async def correct_answer(
    tx: Transaction,
    caller: Caller,
    request_id: UUID,
    version: int,
    answer: Answer,
    why: str,
    out: Outward,
) -> Receipt:
    """Put another answer in the place of the one before, which is kept. Raises ``NothingReturned``."""
    request = await get_for_change(tx, caller, request_id, version)
    rules.require_returned(request)
    await ledger.mark_corrected(tx, request_id)
    reason = "\n\n".join(part for part in (why, answer.told) if part)
    return await _send(tx, caller, request, answer, out, "correction", reason)


async def withdraw_answer(
    tx: Transaction, caller: Caller, request_id: UUID, version: int, why: str, out: Outward
) -> Receipt:
    """Take the answer back; both sides keep that it was given. Raises ``NothingReturned``."""
    before = await get_for_change(tx, caller, request_id, version)
    rules.require_standing(before)
    after = rules.with_answer_withdrawn(before)
    await ledger.mark_withdrawn(tx, request_id)
    return await _record(tx, caller, before, after, withdrawal_message(after, why, tx.now, caller), out)


async def _send(
    tx: Transaction,
    caller: Caller,
    before: Request,
    answer: Answer,
    out: Outward,
    kind: Literal["return", "correction"],
    reason: str,
) -> Receipt:
    today = in_london(tx.now).date()
    check_answer(answer, today)
    own = await find_own_records(tx, before.partnership, answer.record_ids)
    items = [(new_id(), item) for item in completed(answer.items, own, today)]
    check_withheld(answer.withheld, own)
    after = rules.answered(before, answer.kind, tx.now)
    message = answer_message(after, kind, answer, items, reason, tx.now, caller)
    receipt = await _record(tx, caller, before, after, message, out)
    await ledger.write(tx, caller, after, answer, items, reason)
    return receipt


async def _record(
    tx: Transaction, caller: Caller, before: Request, after: Request, message: AgencyMessage, out: Outward
) -> Receipt:
    out.post(tx, message)
    await save(tx, before, after)
    await answers.add_answer(tx, after, message)
    tx.audit(
        action=f"request.{message.kind}",
        case=after.enquiry_id,
        caller=caller,
        detail={"request_id": str(after.request_id), "answer_version": after.answer_version},
    )
    return {
        "request_id": str(after.request_id),
        "version": after.version,
        "state": after.state,
        "answer": after.answer,
        "answer_version": after.answer_version,
        "at": tx.now.isoformat(),
    }
