"""What the gateway does with the hub's messages."""

from __future__ import annotations

from mash.contracts.boundary import (
    AuditHeads,
    CaseErased,
    Discussion,
    FromHub,
    InformationRequest,
    Product,
    ReleaseAsked,
    ReleaseOutcome,
)
from mash.hub import Hub, Transaction
from mash.messaging.handlers import BoundaryHandler, Unreadable
from mash.messaging.topology import enquiry_stream
from mash.retention import SetAside, open_set_aside
from mash.sealing.keyring import HUB

from partner_gateway.usecases.discussing import take_discussion
from partner_gateway.usecases.erasing import erase
from partner_gateway.usecases.outward import Outward, outward
from partner_gateway.usecases.releasing import take_about_product
from partner_gateway.usecases.take_message import take_message
from partner_gateway.usecases.witnessing import keep

Message = InformationRequest | ReleaseAsked | ReleaseOutcome | Product | Discussion | CaseErased | AuditHeads
Prepared = Outward | SetAside


async def _prepare(hub: Hub, message: Message) -> Prepared:
    out = outward(hub)
    if message.agency != out.agency:
        raise Unreadable("it is addressed to another agency")
    return await open_set_aside(hub, boundary(out.agency)) if isinstance(message, CaseErased) else out


async def _take(tx: Transaction, _sender: str, message: Message, prepared: Prepared) -> None:
    match message, prepared:
        case CaseErased(), SetAside():
            await erase(tx, message, prepared)
        case InformationRequest(), Outward():
            await take_message(tx, message, prepared)
        case ((ReleaseAsked() | ReleaseOutcome() | Product()), Outward()):
            await take_about_product(tx, message, prepared)
        case Discussion(), Outward():
            await take_discussion(tx, message, prepared)
        case AuditHeads(), Outward():
            await keep(tx, message)


def boundary(agency: str) -> list[BoundaryHandler]:
    """The one stream that an agency reads: what the hub asks it."""
    return [
        BoundaryHandler(
            stream=enquiry_stream(agency),
            durable=agency,
            sender=HUB,
            message=FromHub,
            apply=_take,
            prepare=_prepare,
        )
    ]
