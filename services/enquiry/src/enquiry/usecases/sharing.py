"""A product is made: for one receiver, out of items that are chosen, cut to what is needed, or dropped.

Every change holds the enquiry's row, so that it never crosses an agency's correction. A product may be made
after the enquiry was decided or withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.access.roles import Role
from mash.contracts.boundary import ReceiverKind
from mash.hub import Transaction
from mash.ids import new_id

from enquiry.domain import products as rules
from enquiry.domain.enquiry import Enquiry, Request
from enquiry.domain.products import Item, Product
from enquiry.store import products as store
from enquiry.store.enquiries import get_enquiry
from enquiry.store.requests import list_requests
from enquiry.store.requests import pick as pick_request
from enquiry.store.returned import list_returned


@dataclass(frozen=True)
class Purpose:
    """For whom a product is, and why they may and must have it."""

    receiver_kind: ReceiverKind
    receiver_agency: str | None
    receiver_name: str
    purpose: str
    lawful_basis: str
    necessity: str


@dataclass(frozen=True)
class Open:
    """A product that may still be changed, with its enquiry and its items."""

    enquiry: Enquiry
    product: Product
    items: Sequence[Item]


async def make_product(tx: Transaction, caller: Caller, enquiry_id: UUID, purpose: Purpose) -> Product:
    """Begin a product for one receiver, with nothing in it."""
    enquiry = await get_enquiry(tx, caller, enquiry_id)
    agencies = partnerships.get(enquiry.partnership).agencies
    rules.check_receiver(purpose.receiver_kind, purpose.receiver_agency, agencies)
    product = Product(
        id=new_id(),
        enquiry_id=enquiry.id,
        contact_id=enquiry.contact_id,
        partnership=enquiry.partnership,
        state="draft",
        **vars(purpose),
        made_at=tx.now,
        made_by=caller.subject,
    )
    await store.add_product(tx, product)
    record(tx, caller, product, "made")
    return product


async def choose_item(
    tx: Transaction,
    caller: Caller,
    whole: Open,
    *,
    request_id: UUID,
    item_id: UUID,
    answer_version: int,
    text: str | None,
) -> Product:
    """Put an item of an agency's standing answer into the product, as it is or in other words."""
    request = pick_request(await list_requests(tx, [whole.enquiry.id]), request_id)
    rules.require_standing(request, answer_version)
    rules.require_new(whole.items, item_id)
    original = _original(await list_returned(tx, whole.enquiry.id), request, item_id)
    rules.check_caveat(whole.product, original["caveat"], is_manager=caller.has(Role.MANAGER))
    item = Item(
        id=new_id(),
        product_id=whole.product.id,
        place=len(whole.items) + 1,
        state="chosen",
        text=text or original["text"],
        agency=request.agency,
        request_id=request.id,
        item_id=item_id,
        answer_version=answer_version,
        original=original,
    )
    return await changed(tx, caller, whole.product, "item_chosen", [item])


def _original(returned: Iterable[Mapping[str, Any]], request: Request, item_id: UUID) -> Mapping[str, Any]:
    for row in returned:
        if (row["request_id"], row["version"]) == (request.id, request.answer_version):
            for item in row["content"]["items"]:
                if item["id"] == str(item_id):
                    return dict(item)
    raise rules.UnknownItem("The agency's answer has no such item.")


async def add_words(tx: Transaction, caller: Caller, whole: Open, text: str) -> Product:
    """Put words of the hub's own into the product. They are nobody's to release."""
    item = Item(id=new_id(), product_id=whole.product.id, place=len(whole.items) + 1, state="own", text=text)
    return await changed(tx, caller, whole.product, "words_added", [item])


async def cut_item(tx: Transaction, caller: Caller, whole: Open, item_id: UUID, text: str) -> Product:
    """Put an item in other words; its owner is asked about them anew. The original is kept beside them."""
    item = rules.pick(whole.items, item_id)
    return await changed(tx, caller, whole.product, "item_cut", [rules.cut(item, text)])


async def open_product(
    tx: Transaction, caller: Caller, enquiry_id: UUID, product_id: UUID, version: int
) -> Open:
    """A product held until the commit, if it still is a draft and what the caller read.

    Raises ``UnknownEnquiry``, ``UnknownProduct``, ``StaleVersion``, ``ProductClosed``.
    """
    enquiry = await get_enquiry(tx, caller, enquiry_id, lock=True)
    product = await store.get_product(tx, enquiry_id, product_id)
    rules.require_draft(product)
    product = await store.get_product(tx, enquiry_id, product_id, version)
    return Open(enquiry, product, await store.list_items(tx, product_id))


async def changed(
    tx: Transaction,
    caller: Caller,
    product: Product,
    action: str,
    items: Sequence[Item] = (),
    **values: Any,
) -> Product:
    """Write the next version of a product, and its changed items."""
    new = replace(product, version=product.version + 1, **values)
    await store.save_product(tx, new)
    await store.put_items(tx, new, items)
    record(tx, caller, new, action, [item.id for item in items])
    return new


def record(
    tx: Transaction, caller: Caller | None, product: Product, action: str, items: Sequence[UUID] = ()
) -> None:
    """Write a line of the audit about a product."""
    detail: dict[str, object] = {"enquiry_id": str(product.enquiry_id), "product_id": str(product.id)}
    if items:
        detail["items"] = [str(id) for id in items]
    tx.audit(action=f"product.{action}", case=product.contact_id, caller=caller, detail=detail)
