"""Sealed messages to the agencies, each with the proof that it was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal, cast

from mash import partnerships
from mash.contracts.base import Rating
from mash.contracts.boundary import BoundaryMessage, InformationRequest, Question, ToAgency
from mash.contracts.queries import ContactPeople
from mash.hub import Transaction
from mash.ids import new_id
from mash.messaging.topology import enquiry_subject
from mash.sealing import Keyring

from enquiry.domain.enquiry import Enquiry, Request
from enquiry.store.notices import add_notices
from enquiry.store.requests import save_requests

Kind = Literal["request", "reminder", "chase", "raised", "changed", "cancelled", "withdrawn", "decided"]

# Whom each kind of message is for, by their role in the agency.
TOLD: Mapping[Kind, str] = {
    "request": "researcher",
    "reminder": "researcher",
    "chase": "researcher",
    "raised": "agency_lead",
    "changed": "researcher",
    "cancelled": "researcher",
    "withdrawn": "researcher",
    "decided": "researcher",
}


@dataclass(frozen=True)
class Postbox:
    """Seals what is for an agency, and posts it with the change that it tells of."""

    keyring: Keyring

    def post(self, tx: Transaction, message: ToAgency) -> None:
        """Seal and post one message. Raises ``TooLargeToSeal``, ``NoSuchKey``."""
        content = message.model_dump_json(exclude_none=True).encode()
        sealed = self.keyring.seal(content, to=message.agency, message_id=message.message_id)
        subject = enquiry_subject(message.agency, message.partnership)
        case = message.enquiry_id if isinstance(message, BoundaryMessage) else None
        tx.post(subject, sealed, message.message_id, case=case)


async def tell(
    tx: Transaction,
    postbox: Postbox,
    enquiry: Enquiry,
    requests: Sequence[Request],
    kind: Kind,
    *,
    about: ContactPeople | None = None,
    outcome: str | None = None,
) -> list[Request]:
    """Tell each agency of its request as it stands; return the requests with their new versions."""
    told = [replace(request, version=request.version + 1) for request in requests]
    await save_requests(tx, told)
    await post(tx, postbox, enquiry, told, kind, about=about, outcome=outcome)
    return told


async def post(
    tx: Transaction,
    postbox: Postbox,
    enquiry: Enquiry,
    requests: Sequence[Request],
    kind: Kind,
    *,
    about: ContactPeople | None = None,
    outcome: str | None = None,
) -> None:
    """Post a message for each request, as the version that it already bears, and keep the proof."""
    if not requests:
        return
    messages = [_message(enquiry, request, kind, about, outcome) for request in requests]
    for message in messages:
        postbox.post(tx, message)
    await add_notices(tx, [_notice(tx, message) for message in messages])


def _message(
    enquiry: Enquiry, request: Request, kind: Kind, about: ContactPeople | None, outcome: str | None
) -> InformationRequest:
    front_door = partnerships.get(enquiry.partnership).front_door
    known = (
        about.model_dump(include={"people", "lawful_basis", "family_told", "family_agreed"}) if about else {}
    )
    return InformationRequest(
        message_id=new_id(),
        partnership=enquiry.partnership,
        enquiry_id=enquiry.id,
        request_id=request.id,
        kind=kind,
        version=request.version,
        agency=request.agency,
        reference=enquiry.reference,
        rating=cast(Rating, enquiry.rating),
        questions=[Question(**asdict(one)) for one in request.questions],
        concerns=list(enquiry.concerns),
        requested_at=request.requested_at,
        due_at=request.due_at,
        asked_by=f"MASH manager, {front_door.duty_line}",
        outcome=outcome,
        **known,
    )


def _notice(tx: Transaction, message: InformationRequest) -> dict[str, object]:
    return {
        "message_id": message.message_id,
        "request_id": message.request_id,
        "enquiry_id": message.enquiry_id,
        "partnership": message.partnership,
        "agency": message.agency,
        "kind": message.kind,
        "version": message.version,
        "told": TOLD[message.kind],
        "means": "nats",
        "told_at": tx.now,
    }
