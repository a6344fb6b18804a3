"""What agencies send back: receipts, answers, corrections and withdrawals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, cast

from mash import partnerships
from mash.contracts.boundary import AgencyMessage
from mash.contracts.enquiry import Answer, RequestReceived, ReturnRaised, ReturnReceived, ReturnWithdrawn
from mash.hub import Transaction
from mash.ids import new_id
from mash.messaging.handlers import Unreadable

from enquiry.domain.answers import (
    NotAnAnswer,
    Returned,
    require_answer,
    sent_when,
    with_answers,
    with_withdrawal,
)
from enquiry.domain.deadlines import chasing, due_under
from enquiry.domain.enquiry import Enquiry, Request
from enquiry.store import history
from enquiry.store.enquiries import change, find_by_request
from enquiry.store.notices import note_received
from enquiry.store.requests import list_requests, pick, save_requests
from enquiry.store.returned import Kind, NewReturn, add_return, list_answers
from enquiry.usecases.naming import of_request
from enquiry.usecases.releasing import let_lapse
from enquiry.usecases.timing import set_timers, settle, stop_timers

_ACTION: dict[Kind, history.Action] = {
    "return": "returned",
    "correction": "corrected",
    "withdrawal": "return_withdrawn",
}
_RAISED: dict[Kind, Literal["returned", "corrected", "withdrawn"]] = {
    "return": "returned",
    "correction": "corrected",
    "withdrawal": "withdrawn",
}


async def take_message(tx: Transaction, sender: str, message: AgencyMessage) -> None:
    """Take what an agency sent about one of its own requests.

    Raises ``Unreadable`` for what is not about a request of the sender's, or is no answer: it is set aside
    whole, and the request stays without an answer.
    """
    enquiry, requests, request = await _find(tx, sender, message)
    if message.kind == "receipt":
        await _take_receipt(tx, enquiry, request, message)
    elif message.kind == "withdrawal":
        await _take_withdrawal(tx, enquiry, requests, request, message)
    else:
        await _take_answer(tx, enquiry, requests, request, message)


async def _find(
    tx: Transaction, sender: str, message: AgencyMessage
) -> tuple[Enquiry, Sequence[Request], Request]:
    # A request is committed before it is sent, so that an answer to none can never become readable later.
    enquiry = await find_by_request(tx, message.request_id)
    if enquiry is None:
        raise Unreadable("there is no such request")
    requests = await list_requests(tx, [enquiry.id])
    request = pick(requests, message.request_id)
    if request.agency != sender:
        raise Unreadable("the request is another agency's")
    if (message.enquiry_id, message.partnership) != (enquiry.id, enquiry.partnership):
        raise Unreadable("the request belongs to another enquiry")
    return enquiry, requests, request


async def _take_receipt(tx: Transaction, enquiry: Enquiry, request: Request, message: AgencyMessage) -> None:
    await note_received(tx, request, message.version, message.receipt_of)
    if request.received_at is None:
        await save_requests(tx, [replace(request, received_at=tx.now)])
        tx.emit(RequestReceived(**of_request(enquiry, request), received_at=tx.now))


async def _take_answer(
    tx: Transaction,
    enquiry: Enquiry,
    requests: Sequence[Request],
    request: Request,
    message: AgencyMessage,
) -> None:
    _require_answer(message)
    held = await list_answers(tx, request.id)
    if _is_repeat(tx, message, held):
        return
    new = _new_return(tx, enquiry, request, message, cast(Kind, message.kind))
    await add_return(tx, request, new)
    returned = Returned(message.version, cast(Answer, message.answer), new.returned_at)
    answers = [*(one for one, _ in held), returned]
    answered = with_answers(replace(request, received_at=request.received_at or tx.now), answers)
    await save_requests(tx, [answered])
    if answered.is_answered:
        stop_timers(tx, answered)
    _tell_returned(tx, enquiry, answered, returned, message)
    await _changed(tx, enquiry, requests, answered, cast(Kind, message.kind))


def _require_answer(message: AgencyMessage) -> None:
    try:
        require_answer(
            message.answer,
            item_count=len(message.items),
            searched=message.searched.systems if message.searched else [],
            reason=message.reason or message.refused_because or "",
        )
    except NotAnAnswer as fault:
        raise Unreadable(str(fault)) from None


def _is_repeat(tx: Transaction, message: AgencyMessage, held: Sequence[tuple[Returned, str]]) -> bool:
    same = [fingerprint for returned, fingerprint in held if returned.version == message.version]
    if same and same[0] != _fingerprint(tx, message):
        raise Unreadable("another answer of this version is held already")
    return bool(same)


def _fingerprint(tx: Transaction, message: AgencyMessage) -> str:
    said = {"kind", "answer", "items", "searched", "reason", "refused_because"}
    words = message.model_dump_json(include=said)
    return tx.vault.digest(words).hex()


def _new_return(
    tx: Transaction, enquiry: Enquiry, request: Request, message: AgencyMessage, kind: Kind
) -> NewReturn:
    return NewReturn(
        id=new_id(),
        contact_id=enquiry.contact_id,
        kind=kind,
        version=message.version,
        answer=message.answer if kind != "withdrawal" else None,
        returned_at=sent_when(message.sent_at, request.requested_at, tx.now),
        due_at=request.due_at,
        after_closing=enquiry.is_closed,
        source_fresh_on=message.searched.source_fresh_on if message.searched else None,
        fingerprint=_fingerprint(tx, message),
        content=message.model_dump(
            mode="json", include={"items", "searched", "reason", "refused_because", "sent_by", "sent_at"}
        ),
    )


def _tell_returned(
    tx: Transaction, enquiry: Enquiry, request: Request, returned: Returned, message: AgencyMessage
) -> None:
    # A correction after the due time does not make an answer that was in time late.
    first_at = request.first_returned_at or returned.returned_at
    tx.emit(
        ReturnReceived(
            **of_request(enquiry, request),
            answer=returned.answer,
            returned_at=returned.returned_at,
            requested_at=request.requested_at,
            due_at=request.due_at,
            in_time=first_at <= request.due_at,
            answer_version=returned.version,
            item_count=len(message.items),
            lacking_item_count=sum(bool(item.missing) for item in message.items),
        )
    )


async def _take_withdrawal(
    tx: Transaction,
    enquiry: Enquiry,
    requests: Sequence[Request],
    request: Request,
    message: AgencyMessage,
) -> None:
    withdrawn = with_withdrawal(request, message.version, tx.now)
    if withdrawn is request:
        return
    await add_return(tx, request, _new_return(tx, enquiry, request, message, "withdrawal"))
    withdrawn = with_answers(withdrawn, [one for one, _ in await list_answers(tx, request.id)])
    await save_requests(tx, [withdrawn])
    if withdrawn.is_awaited and not enquiry.is_closed:
        await _wait_again(tx, enquiry, withdrawn)
    tx.emit(ReturnWithdrawn(**of_request(enquiry, request), withdrawn_at=tx.now))
    await _changed(tx, enquiry, requests, withdrawn, "withdrawal")


async def _wait_again(tx: Transaction, enquiry: Enquiry, request: Request) -> None:
    partnership = partnerships.get(enquiry.partnership)
    ratings = (await history.list_ratings(tx, [enquiry.id]))[enquiry.id]
    set_timers(tx, request, chasing(due_under(ratings, partnership, request.requested_at), partnership))


async def _changed(
    tx: Transaction, enquiry: Enquiry, requests: Sequence[Request], request: Request, kind: Kind
) -> None:
    """Make it a new version of the enquiry, so that nobody decides on what they have not seen."""
    await let_lapse(tx, request)
    note = history.Note(request_id=request.id, agency=request.agency)
    by = f"agency:{request.agency}"
    enquiry = await change(tx, enquiry, _ACTION[kind], by=by, note=note)
    tx.audit(
        action=f"enquiry.{_ACTION[kind]}",
        case=enquiry.contact_id,
        detail={"enquiry_id": str(enquiry.id), "request_id": str(request.id)},
    )
    if enquiry.is_closed:
        tx.emit(ReturnRaised(**of_request(enquiry, request), reason=_RAISED[kind], raised_at=tx.now))
        return
    await settle(tx, enquiry, [request if one.id == request.id else one for one in requests])
