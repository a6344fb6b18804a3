"""Takes in what the hub says about a request, and acknowledges it."""

from __future__ import annotations

from mash.contracts.boundary import AgencyMessage, InformationRequest
from mash.hub import Transaction
from mash.ids import new_id
from mash.messaging.handlers import Wait

from partner_gateway.domain.requests import Message, Request, hear
from partner_gateway.store import requests
from partner_gateway.usecases.calling import about_request, tell_systems
from partner_gateway.usecases.outward import Outward


async def take_message(tx: Transaction, message: InformationRequest, out: Outward) -> None:
    """Apply one message of the hub to its request, and send the receipt that proves it is here.

    Raises ``Wait`` where the request itself has not come yet.
    """
    known = await requests.find_for_message(tx, message.request_id)
    if known is None:
        await _take_new(tx, message)
    else:
        await requests.save(tx, known, hear(known, _spoken(message), tx.now))
    await requests.keep_message(tx, message)
    await tell_systems(tx, message.kind, about_request(message))
    tx.audit(
        action=f"request.{message.kind}",
        case=message.enquiry_id,
        detail={"request_id": str(message.request_id), "version": message.version},
    )
    out.post(tx, _receipt(tx, message))


async def _take_new(tx: Transaction, message: InformationRequest) -> None:
    if message.kind != "request":
        raise Wait("the request has not come yet")
    spoken = _spoken(message)
    children, adults = spoken.people or (0, 0)
    new = Request(
        request_id=message.request_id,
        enquiry_id=message.enquiry_id,
        partnership=message.partnership,
        reference=message.reference,
        rating=spoken.rating,
        requested_at=spoken.requested_at,
        due_at=spoken.due_at,
        received_at=tx.now,
        child_count=children,
        adult_count=adults,
        question_count=spoken.question_count,
        asked_version=spoken.version,
    )
    if not await requests.add_request(tx, new):
        raise Wait("the request is being taken in")


def _spoken(message: InformationRequest) -> Message:
    children = sum(person.role == "child" for person in message.people)
    return Message(
        kind=message.kind,
        version=message.version,
        rating=message.rating,
        requested_at=message.requested_at,
        due_at=message.due_at,
        people=(children, len(message.people) - children) if message.people else None,
        question_count=len(message.questions),
        outcome=message.outcome,
    )


def _receipt(tx: Transaction, message: InformationRequest) -> AgencyMessage:
    return AgencyMessage(
        message_id=new_id(),
        partnership=message.partnership,
        enquiry_id=message.enquiry_id,
        request_id=message.request_id,
        kind="receipt",
        version=message.version,
        receipt_of=message.message_id,
        sent_at=tx.now,
    )
