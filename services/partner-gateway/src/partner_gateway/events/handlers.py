"""What the gateway does with the hub's messages."""

from __future__ import annotations

from mash.contracts.boundary import InformationRequest
from mash.hub import Hub, Transaction
from mash.messaging.handlers import BoundaryHandler, Unreadable
from mash.messaging.topology import enquiry_stream
from mash.sealing.keyring import HUB

from partner_gateway.usecases.outward import Outward, outward
from partner_gateway.usecases.take_message import take_message


async def _find_way_out(hub: Hub, message: InformationRequest) -> Outward:
    out = outward(hub)
    if message.agency != out.agency:
        raise Unreadable("it is addressed to another agency")
    return out


async def _take(tx: Transaction, _sender: str, message: InformationRequest, out: Outward) -> None:
    await take_message(tx, message, out)


def boundary(agency: str) -> list[BoundaryHandler]:
    """The one stream that an agency reads: what the hub asks it."""
    return [
        BoundaryHandler(
            stream=enquiry_stream(agency),
            durable=agency,
            sender=HUB,
            message=InformationRequest,
            apply=_take,
            prepare=_find_way_out,
        )
    ]
