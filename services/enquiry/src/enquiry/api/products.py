"""Information products: made, released by those whose items they hold, and sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse
from mash import partnerships
from mash.access import Manager, SocialWorker
from mash.hub import Transaction
from mash.web import HubDep, IdempotencyKey, IfMatch, etag, fingerprint, once

from enquiry.api import product_views as views
from enquiry.api.document import HEADERS, page
from enquiry.api.product_forms import HandoverForm, ItemForm, ProductForm, TextForm, WhyForm
from enquiry.api.product_views import Document, ProductDetail, ProductReceipt, ProductSummary
from enquiry.domain.products import Product
from enquiry.usecases import asking, handing_on, releasing, sharing
from enquiry.usecases.sharing import Open
from enquiry.usecases.telling import Postbox

router = APIRouter(prefix="/v1/enquiries/{id}/products", tags=["products"])
Work = Callable[[Transaction, Open], Awaitable[Product]]


class Place:
    """Which product is changed, at which version, and where the new version is told."""

    def __init__(self, id: UUID, product_id: UUID, hub: HubDep, version: IfMatch, response: Response) -> None:
        self.id, self.product_id, self.hub, self.version = id, product_id, hub, version
        self.postbox = Postbox(hub.sealing)
        self._response = response

    async def change(self, caller: SocialWorker, work: Work) -> ProductReceipt:
        """Do ``work`` with the product, in one transaction, and give its new version."""
        async with self.hub.transaction(caller) as tx:
            whole = await sharing.open_product(tx, caller, self.id, self.product_id, self.version)
            product = await work(tx, whole)
        etag(self._response, product.version)
        return views.receipt(product)


PlaceDep = Annotated[Place, Depends()]


@router.post("", status_code=201)
async def make_product(
    id: UUID,
    form: ProductForm,
    hub: HubDep,
    caller: SocialWorker,
    response: Response,
    key: IdempotencyKey = None,
) -> ProductReceipt:
    """Begin a product for one receiver."""

    async def work() -> dict[str, Any]:
        made = await sharing.make_product(tx, caller, id, form.to_purpose())
        return views.receipt(made).model_dump(mode="json")

    asked = fingerprint(f"product {id} {form.model_dump_json()}".encode())
    async with hub.transaction(caller) as tx:
        answer, _ = await once(tx, caller, key, asked, work)
    etag(response, answer["version"])
    return ProductReceipt.model_validate(answer)


@router.get("")
async def list_products(id: UUID, hub: HubDep, caller: SocialWorker) -> list[ProductSummary]:
    """The products of an enquiry, without their items."""
    async with hub.transaction(caller) as tx:
        found = await handing_on.look_at_products(tx, caller, id)
    return [views.summary(one) for one in found]


@router.get("/{product_id}")
async def read_product(
    id: UUID, product_id: UUID, hub: HubDep, caller: SocialWorker, response: Response
) -> ProductDetail:
    """One product: each item beside what its owner returned, and what was sent in which words."""
    async with hub.transaction(caller) as tx:
        found = await handing_on.look_at_product(tx, caller, id, product_id)
    etag(response, found.product.version)
    return views.detail(found)


@router.post("/{product_id}/items", status_code=201)
async def choose_item(form: ItemForm, caller: SocialWorker, place: PlaceDep) -> ProductReceipt:
    """Put an item of an agency's answer into the product, whole or cut to what the receiver needs."""

    async def work(tx: Transaction, whole: Open) -> Product:
        return await sharing.choose_item(
            tx,
            caller,
            whole,
            request_id=form.request_id,
            item_id=form.item_id,
            answer_version=form.answer_version,
            text=form.text,
        )

    return await place.change(caller, work)


@router.post("/{product_id}/words", status_code=201)
async def add_words(form: TextForm, caller: SocialWorker, place: PlaceDep) -> ProductReceipt:
    """Put words of the hub's own into the product."""

    async def work(tx: Transaction, whole: Open) -> Product:
        return await sharing.add_words(tx, caller, whole, form.text)

    return await place.change(caller, work)


@router.post("/{product_id}/items/{item_id}/cut")
async def cut_item(item_id: UUID, form: TextForm, caller: SocialWorker, place: PlaceDep) -> ProductReceipt:
    """Put an item in other words; its owner has to be asked about them anew."""

    async def work(tx: Transaction, whole: Open) -> Product:
        return await sharing.cut_item(tx, caller, whole, item_id, form.text)

    return await place.change(caller, work)


@router.post("/{product_id}/items/{item_id}/drop")
async def drop_item(item_id: UUID, form: WhyForm, caller: SocialWorker, place: PlaceDep) -> ProductReceipt:
    """Leave an item out."""

    async def work(tx: Transaction, whole: Open) -> Product:
        return await releasing.drop_item(tx, place.postbox, caller, whole, item_id, form.reason)

    return await place.change(caller, work)


@router.post("/{product_id}/releases")
async def ask_release(caller: SocialWorker, place: PlaceDep) -> ProductReceipt:
    """Ask the owners to release what they have not been asked about, in exactly these words."""

    async def work(tx: Transaction, whole: Open) -> Product:
        return await releasing.ask_release(tx, place.postbox, caller, whole)

    return await place.change(caller, work)


@router.post("/{product_id}/abandonment")
async def abandon(form: WhyForm, caller: SocialWorker, place: PlaceDep) -> ProductReceipt:
    """Give the product up."""

    async def work(tx: Transaction, whole: Open) -> Product:
        return await releasing.abandon(tx, place.postbox, caller, whole, form.reason)

    return await place.change(caller, work)


@router.post("/{product_id}/sending")
async def send_to_agency(manager: Manager, place: PlaceDep) -> ProductReceipt:
    """Send the product, sealed, to the agency that it is for."""
    about = await asking.people_for(place.hub, manager, place.id)

    async def work(tx: Transaction, whole: Open) -> Product:
        return await handing_on.send_to_agency(tx, place.postbox, manager, whole, about)

    return await place.change(manager, work)


@router.post("/{product_id}/handover")
async def hand_over(form: HandoverForm, manager: Manager, place: PlaceDep) -> ProductReceipt:
    """Keep that this version of the document was handed over: how, to whom and when."""
    about = await asking.people_for(place.hub, manager, place.id)

    async def work(tx: Transaction, whole: Open) -> Product:
        handed = form.to_handover(tx.now)
        return await handing_on.hand_over(tx, place.postbox, manager, whole, about, handed)

    return await place.change(manager, work)


@router.get("/{product_id}/document")
async def read_document(id: UUID, product_id: UUID, hub: HubDep, manager: Manager) -> Document:
    """The product in the very words that its receiver reads."""
    about = await asking.people_for(hub, manager, id)
    async with hub.transaction(manager) as tx:
        found = await handing_on.look_at_document(tx, manager, id, product_id, about)
    return Document.model_validate(found)


@router.get("/{product_id}/document.html", response_class=HTMLResponse)
async def print_document(id: UUID, product_id: UUID, hub: HubDep, manager: Manager) -> HTMLResponse:
    """The same as a page to print and hand over."""
    about = await asking.people_for(hub, manager, id)
    async with hub.transaction(manager) as tx:
        found = await handing_on.look_at_document(tx, manager, id, product_id, about)
    partnership = partnerships.get(found["partnership"])
    content = page(Document.model_validate(found), partnership)
    return HTMLResponse(content, headers=HEADERS)
