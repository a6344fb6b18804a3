"""A product goes to its receiver: sealed to an agency's gateway, or as a document that is handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.calendar import in_london
from mash.contracts.boundary import Product
from mash.contracts.enquiry import ProductSent
from mash.contracts.queries import ContactPeople
from mash.errors import Invalid
from mash.hub import Transaction
from mash.ids import new_id

from enquiry.domain import products as rules
from enquiry.domain.enquiry import Enquiry, Request
from enquiry.domain.products import Item
from enquiry.domain.products import Product as Made
from enquiry.store import products as store
from enquiry.store.enquiries import get_enquiry
from enquiry.store.requests import list_requests
from enquiry.usecases.naming import of_enquiry
from enquiry.usecases.releasing import receiver_of, send, shared_item, tell_outcome
from enquiry.usecases.sharing import Open, changed, record
from enquiry.usecases.telling import Postbox

How = Literal["in_person", "secure_email", "post", "telephone"]


class HandedOverInTheFuture(Invalid):
    """Something cannot have been handed over yet."""


@dataclass(frozen=True)
class HandedOver:
    """How a document left the hub, to which person or desk, and when."""

    how: How
    to_whom: str
    at: datetime


@dataclass(frozen=True)
class Whole:
    """A product with its items, what owners answered, what was sent, and the requests it draws on."""

    product: Made
    items: Sequence[Item]
    requests: Sequence[Request]
    releases: Sequence[Mapping[str, Any]]
    sent: Mapping[str, Any] | None


async def send_to_agency(
    tx: Transaction, postbox: Postbox, caller: Caller, whole: Open, about: ContactPeople
) -> Made:
    """Send a product to the agency that it is for, and to nobody else."""
    if whole.product.receiver_agency is None:
        raise rules.WrongWayOut("Only an agency of the partnership is sent a product. Hand this one over.")
    going = rules.what_goes(whole.items)
    message = _message(tx, whole, whole.product.receiver_agency, going, about)
    await send(tx, postbox, message, whole.product.version + 1, "researcher")
    return await _sent(tx, postbox, caller, whole, going, message.model_dump(mode="json"))


async def hand_over(
    tx: Transaction,
    postbox: Postbox,
    caller: Caller,
    whole: Open,
    about: ContactPeople,
    handed: HandedOver,
) -> Made:
    """Keep that the document of this very version was handed over: by whom, how, to whom and when."""
    if whole.product.receiver_agency is not None:
        raise rules.WrongWayOut("An agency of the partnership gets its product sealed. Send this one.")
    if handed.at > tx.now:
        raise HandedOverInTheFuture("It cannot have been handed over later than now.", field="at")
    going = rules.what_goes(whole.items)
    content = {
        **_document(tx, whole.enquiry, whole.product, going, about),
        "handed_over": {
            "by": caller.subject,
            "how": handed.how,
            "to_whom": handed.to_whom,
            "at": handed.at.isoformat(),
        },
    }
    return await _sent(tx, postbox, caller, whole, going, content)


async def look_at_document(
    tx: Transaction, caller: Caller, enquiry_id: UUID, product_id: UUID, about: ContactPeople
) -> Mapping[str, Any]:
    """What is, or would be, handed over in exactly these words. Raises ``ProductNotReady``."""
    enquiry = await get_enquiry(tx, caller, enquiry_id)
    product = await store.get_product(tx, enquiry_id, product_id)
    record(tx, caller, product, "document_viewed")
    sent = await store.find_sent(tx, product_id)
    if sent is not None:
        return sent
    rules.require_draft(product)
    going = rules.what_goes(await store.list_items(tx, product_id))
    return _document(tx, enquiry, product, going, about)


async def look_at_products(tx: Transaction, caller: Caller, enquiry_id: UUID) -> Sequence[Made]:
    """The products of an enquiry, without their items."""
    enquiry = await get_enquiry(tx, caller, enquiry_id)
    found = await store.list_products(tx, enquiry_id)
    tx.audit(
        action="product.listed",
        case=enquiry.contact_id,
        detail={"enquiry_id": str(enquiry_id), "products": [str(one.id) for one in found]},
    )
    return found


async def look_at_product(tx: Transaction, caller: Caller, enquiry_id: UUID, product_id: UUID) -> Whole:
    """One product with everything in it."""
    await get_enquiry(tx, caller, enquiry_id)
    product = await store.get_product(tx, enquiry_id, product_id)
    record(tx, caller, product, "viewed")
    return Whole(
        product=product,
        items=await store.list_items(tx, product_id),
        requests=await list_requests(tx, [enquiry_id]),
        releases=await store.list_releases(tx, product_id),
        sent=await store.find_sent(tx, product_id),
    )


async def _sent(
    tx: Transaction,
    postbox: Postbox,
    caller: Caller,
    whole: Open,
    going: Sequence[Item],
    content: Mapping[str, Any],
) -> Made:
    product = await changed(
        tx, caller, whole.product, "sent", state="sent", sent_at=tx.now, sent_by=caller.subject
    )
    await store.add_sent(tx, product, content)
    await tell_outcome(tx, postbox, product, going, "sent")
    tx.emit(
        ProductSent(
            **of_enquiry(whole.enquiry),
            product_id=product.id,
            receiver_kind=product.receiver_kind,
            agency=product.receiver_agency,
            item_count=len(going),
            owner_count=len({item.agency for item in going} - {None}),
            sent_at=tx.now,
        )
    )
    return product


def _message(
    tx: Transaction, whole: Open, agency: str, going: Sequence[Item], about: ContactPeople
) -> Product:
    words = _document(tx, whole.enquiry, whole.product, going, about)
    return Product.model_validate({**words, "message_id": new_id(), "agency": agency, "sent_at": tx.now})


def _document(
    tx: Transaction, enquiry: Enquiry, product: Made, going: Sequence[Item], about: ContactPeople
) -> dict[str, Any]:
    """What the receiver reads: which children it is about, why they have it, and the items."""
    children = [one for one in about.people if one.role == "child"]
    return {
        "partnership": product.partnership,
        "enquiry_id": str(product.enquiry_id),
        "product_id": str(product.id),
        "version": product.version,
        "reference": enquiry.reference,
        "receiver": receiver_of(product).model_dump(mode="json"),
        "purpose": product.purpose,
        "lawful_basis": product.lawful_basis,
        "necessity": product.necessity,
        "people": [
            one.model_dump(mode="json", include={"role", "given", "family", "dob", "edd"}) for one in children
        ],
        "family_told": about.family_told,
        "family_agreed": about.family_agreed,
        "items": [shared_item(item).model_dump(mode="json") for item in going],
        "sent_by": f"MASH manager, {partnerships.get(product.partnership).front_door.duty_line}",
        "made_on": in_london(tx.now).date().isoformat(),
    }
