"""An answer that is being written: kept as it is typed, looked at as the hub would get it, and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from mash.access import Caller
from mash.calendar.london import in_london
from mash.contracts.boundary import AgencyMessage
from mash.hub import Transaction
from mash.ids import new_id

from partner_gateway.domain import requests as rules
from partner_gateway.domain.answers import Answer, OwnRecord, check_answer, check_withheld, completed
from partner_gateway.domain.drafts import Fields
from partner_gateway.domain.requests import AnswerKind
from partner_gateway.store.drafts import drop_draft, put_draft
from partner_gateway.store.queue import put_taken
from partner_gateway.store.records import find_own_records
from partner_gateway.store.requests import get_request
from partner_gateway.usecases.answering import Receipt, correct_answer, return_answer
from partner_gateway.usecases.outward import Outward
from partner_gateway.usecases.wording import answer_message


@dataclass(frozen=True)
class Preview:
    """What the hub would be sent, and whether that would correct an answer that it has."""

    message: AgencyMessage
    corrects: bool


async def keep_draft(
    tx: Transaction, caller: Caller, request_id: UUID, kind: AnswerKind, fields: Fields, seen_version: int
) -> None:
    """Keep what somebody has typed so far; a request that nobody had taken is theirs from now on.

    Raises ``UnknownRequest``.
    """
    request = await get_request(tx, caller, request_id, lock=True)
    await put_draft(tx, caller, request, kind, fields, seen_version)
    if request.taken_by is None and request.waiting:
        await put_taken(tx, request, caller.subject)
    tx.audit(
        action="answer.drafted",
        case=request.enquiry_id,
        caller=caller,
        detail={"request_id": str(request_id)},
    )


async def let_go(tx: Transaction, caller: Caller, request_id: UUID) -> None:
    """Throw away what somebody has typed. Raises ``UnknownRequest``."""
    request = await get_request(tx, caller, request_id)
    await drop_draft(tx, caller, request_id)
    tx.audit(
        action="answer.draft_dropped",
        case=request.enquiry_id,
        caller=caller,
        detail={"request_id": str(request_id)},
    )


async def read_chosen(
    tx: Transaction, caller: Caller, request_id: UUID, record_ids: set[str]
) -> Mapping[str, OwnRecord]:
    """Those of the agency's own records that somebody chose for an answer. Raises ``UnknownRequest``."""
    request = await get_request(tx, caller, request_id)
    tx.audit(
        action="records.chosen",
        case=request.enquiry_id,
        caller=caller,
        detail={"request_id": str(request_id), "records": len(record_ids)},
    )
    return await find_own_records(tx, request.partnership, record_ids)


async def preview(
    tx: Transaction, caller: Caller, request_id: UUID, answer: Answer, why: str, out: Outward
) -> Preview:
    """Hold an answer to all that it will be held to when it is sent, and show what would be sent.

    Raises ``UnknownRequest``, ``RequestClosed``, or what the answer lacks.
    """
    request = await get_request(tx, caller, request_id)
    corrects = rules.takes_correction(request)
    if not corrects:
        rules.require_unanswered(request)
    today = in_london(tx.now).date()
    check_answer(answer, today)
    own = await find_own_records(tx, request.partnership, answer.record_ids)
    items = [(new_id(), item) for item in completed(answer.items, own, today)]
    check_withheld(answer.withheld, own)
    after = rules.answered(request, answer.kind, tx.now)
    reason = "\n\n".join(part for part in (why, answer.told) if part)
    message = answer_message(
        after, "correction" if corrects else "return", answer, items, reason, tx.now, caller
    )
    out.seal(message)
    tx.audit(
        action="answer.previewed",
        case=request.enquiry_id,
        caller=caller,
        detail={"request_id": str(request_id)},
    )
    return Preview(message, corrects)


async def send(
    tx: Transaction,
    caller: Caller,
    request_id: UUID,
    version: int,
    answer: Answer,
    why: str,
    out: Outward,
    *,
    corrects: bool,
) -> Receipt:
    """Send an answer, or a correction as its writer was told it is, and let go of the draft.

    Raises as ``return_answer`` and ``correct_answer`` do.
    """
    if corrects:
        receipt = await correct_answer(tx, caller, request_id, version, answer, why, out)
    else:
        receipt = await return_answer(tx, caller, request_id, version, answer, out)
    await drop_draft(tx, caller, request_id)
    return receipt
