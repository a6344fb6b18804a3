"""Information products on their pages: made, filled, released by their items' owners, and handed on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from mash import partnerships
from mash.access import Caller, Manager, SocialWorker
from mash.hub import Hub, Transaction
from mash.web import HubDep, fingerprint, once
from mash.web.pages import Asker, Asks, Form, page_router, see_other

from enquiry.api import product_views as views
from enquiry.api.document import HEADERS, page
from enquiry.api.product_forms import HandoverForm, ItemForm, ProductForm, TextForm, WhyForm
from enquiry.api.product_views import Document
from enquiry.domain.products import Product
from enquiry.pages import products_words
from enquiry.pages.enquiry_shown import kept, look, show
from enquiry.usecases import asking, handing_on, releasing, sharing
from enquiry.usecases.sharing import Open
from enquiry.usecases.telling import Postbox

router = page_router()

AT = "/enquiries/{id}/products/{product_id}"
Work = Callable[[Transaction, Open], Awaitable[Product]]


@router.get("/enquiries/{id}/products")
async def get_products(
    request: Request, id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker
) -> Response:
    """Show the products of an enquiry."""
    found = await look(hub, caller, id)
    async with hub.transaction(caller) as tx:
        products = [views.summary(one) for one in await handing_on.look_at_products(tx, caller, id)]
    return await show(request, asker, found, "products/list.html", products=products, labels=products_words)


@router.get("/enquiries/{id}/products/new")
async def get_new(request: Request, id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker) -> Response:
    """Show the form that begins a product."""
    return await _new(request, hub, caller, asker, id)


@router.post("/enquiries/{id}/products/new")
async def post_new(request: Request, id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker) -> Response:
    """Begin a product for one receiver."""
    form = await Form.read(request)
    reasons = {name: form.text(name) for name in ("purpose", "lawful_basis", "necessity")}
    receiver = {"kind": form.optional("kind"), "name": form.text("to"), "agency": form.optional("agency")}
    sent = form.body(ProductForm, {"receiver": receiver, **reasons}, says=products_words.SAYS)
    answer: dict[str, Any] = {}
    if sent:
        async with kept(form, products_words.SAYS), hub.transaction(caller) as tx:

            async def work() -> dict[str, Any]:
                made = await sharing.make_product(tx, caller, id, sent.to_purpose())
                return views.receipt(made).model_dump(mode="json")

            print = fingerprint(f"product {id} {sent.model_dump_json()}".encode())
            answer, _ = await once(tx, caller, form.once(), print, work)
    if form.errors:
        return await _new(request, hub, caller, asker, id, form)
    return see_other(f"/enquiries/{id}/products/{answer['product_id']}")


async def _new(
    request: Request, hub: Hub, caller: Caller, asker: Asks, id: UUID, form: Form | None = None
) -> Response:
    found = await look(hub, caller, id)
    return await show(request, asker, found, "products/new.html", form, labels=products_words)


@router.get(AT)
async def get_product(
    request: Request, id: UUID, product_id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker
) -> Response:
    """Show a product: each item beside what its owner returned."""
    return await _product(request, hub, caller, asker, id, product_id)


@router.get(AT + "/items")
async def get_items(
    request: Request, id: UUID, product_id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker
) -> Response:
    """Show what agencies returned, to choose from."""
    return await _product(request, hub, caller, asker, id, product_id, template="products/choose.html")


@router.post(AT + "/items")
async def post_item(
    request: Request, id: UUID, product_id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker
) -> Response:
    """Put an item of an agency's answer into the product, whole or cut."""
    form = await Form.read(request)
    item_id = form.text("item_id")
    data = {
        "request_id": form.text("request_id"),
        "item_id": item_id,
        "answer_version": form.text("answer_version"),
        "text": form.optional(f"text-{item_id}"),
    }
    if sent := form.body(ItemForm, data, says={"text": f"text-{item_id}"}):
        chosen = sent.model_dump()

        async def work(tx: Transaction, whole: Open) -> Product:
            return await sharing.choose_item(tx, caller, whole, **chosen)

        await _change(hub, caller, form, id, product_id, work)
    if form.errors:
        template = "products/choose.html"
        return await _product(request, hub, caller, asker, id, product_id, form, template)
    return _back(id, product_id)


@router.post(AT + "/words")
async def post_words(
    request: Request, id: UUID, product_id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker
) -> Response:
    """Put words of the hub's own into the product."""
    form = await Form.read(request)
    if sent := form.body(TextForm, {"text": form.text("words")}, says={"text": "words: Write the words"}):
        text = sent.text

        async def work(tx: Transaction, whole: Open) -> Product:
            return await sharing.add_words(tx, caller, whole, text)

        await _change(hub, caller, form, id, product_id, work)
    return await _taken(request, hub, caller, asker, id, product_id, form)


@router.post(AT + "/items/{item_id}/cut")
async def post_cut(
    request: Request,
    id: UUID,
    product_id: UUID,
    item_id: UUID,
    caller: SocialWorker,
    hub: HubDep,
    asker: Asker,
) -> Response:
    """Put an item in other words."""
    form, name = await Form.read(request), f"cut-{item_id}"
    if sent := form.body(TextForm, {"text": form.text(name)}, says={"text": f"{name}: Write the words"}):
        text = sent.text

        async def work(tx: Transaction, whole: Open) -> Product:
            return await sharing.cut_item(tx, caller, whole, item_id, text)

        await _change(hub, caller, form, id, product_id, work)
    return await _taken(request, hub, caller, asker, id, product_id, form)


@router.post(AT + "/items/{item_id}/drop")
async def post_drop(
    request: Request,
    id: UUID,
    product_id: UUID,
    item_id: UUID,
    caller: SocialWorker,
    hub: HubDep,
    asker: Asker,
) -> Response:
    """Leave an item out."""
    form, name = await Form.read(request), f"drop-{item_id}"
    says = {"reason": f"{name}: Write why it is left out"}
    if sent := form.body(WhyForm, {"reason": form.text(name)}, says=says):
        reason = sent.reason

        async def work(tx: Transaction, whole: Open) -> Product:
            return await releasing.drop_item(tx, Postbox(hub.sealing), caller, whole, item_id, reason)

        await _change(hub, caller, form, id, product_id, work)
    return await _taken(request, hub, caller, asker, id, product_id, form)


@router.post(AT + "/releases")
async def post_releases(
    request: Request, id: UUID, product_id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker
) -> Response:
    """Ask the owners to release what they have not been asked about."""
    form = await Form.read(request)

    async def work(tx: Transaction, whole: Open) -> Product:
        return await releasing.ask_release(tx, Postbox(hub.sealing), caller, whole)

    await _change(hub, caller, form, id, product_id, work)
    return await _taken(request, hub, caller, asker, id, product_id, form)


@router.post(AT + "/abandonment")
async def post_abandonment(
    request: Request, id: UUID, product_id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker
) -> Response:
    """Give the product up."""
    form = await Form.read(request)
    says = {"reason": "reason: Write why it is given up"}
    if sent := form.body(WhyForm, {"reason": form.text("reason")}, says=says):
        reason = sent.reason

        async def work(tx: Transaction, whole: Open) -> Product:
            return await releasing.abandon(tx, Postbox(hub.sealing), caller, whole, reason)

        await _change(hub, caller, form, id, product_id, work)
    return await _taken(request, hub, caller, asker, id, product_id, form)


@router.post(AT + "/sending")
async def post_sending(
    request: Request, id: UUID, product_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Send the product, sealed, to the agency that it is for."""
    form = await Form.read(request)
    async with kept(form):
        about = await asking.people_for(hub, manager, id)

        async def work(tx: Transaction, whole: Open) -> Product:
            return await handing_on.send_to_agency(tx, Postbox(hub.sealing), manager, whole, about)

        await _change(hub, manager, form, id, product_id, work)
    return await _taken(request, hub, manager, asker, id, product_id, form)


@router.post(AT + "/handover")
async def post_handover(
    request: Request, id: UUID, product_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Keep that the document was handed over just now: how, and to whom."""
    form = await Form.read(request)
    data = {"how": form.optional("how"), "to_whom": form.text("to_whom")}
    if sent := form.body(HandoverForm, data, says=products_words.SAYS):
        handed = sent
        async with kept(form):
            about = await asking.people_for(hub, manager, id)

            async def work(tx: Transaction, whole: Open) -> Product:
                to = handed.to_handover(tx.now)
                return await handing_on.hand_over(tx, Postbox(hub.sealing), manager, whole, about, to)

            await _change(hub, manager, form, id, product_id, work)
    return await _taken(request, hub, manager, asker, id, product_id, form)


@router.get(AT + "/document")
async def get_document(id: UUID, product_id: UUID, manager: Manager, hub: HubDep) -> HTMLResponse:
    """The document to print and hand over, in the very words that its receiver reads."""
    about = await asking.people_for(hub, manager, id)
    async with hub.transaction(manager) as tx:
        found = await handing_on.look_at_document(tx, manager, id, product_id, about)
    content = page(Document.model_validate(found), partnerships.get(found["partnership"]))
    return HTMLResponse(content, headers=HEADERS)


async def _change(hub: Hub, caller: Caller, form: Form, id: UUID, product_id: UUID, work: Work) -> None:
    # What is wrong with the items as a whole is no one field's.
    async with kept(form, {"items": ""}), hub.transaction(caller) as tx:
        await work(tx, await sharing.open_product(tx, caller, id, product_id, form.version()))


async def _taken(
    request: Request, hub: Hub, caller: Caller, asker: Asks, id: UUID, product_id: UUID, form: Form
) -> Response:
    if form.errors:
        return await _product(request, hub, caller, asker, id, product_id, form)
    return _back(id, product_id)


def _back(id: UUID, product_id: UUID) -> Response:
    return see_other(f"/enquiries/{id}/products/{product_id}")


async def _product(
    request: Request,
    hub: Hub,
    caller: Caller,
    asker: Asks,
    id: UUID,
    product_id: UUID,
    form: Form | None = None,
    template: str = "products/product.html",
) -> Response:
    found = await look(hub, caller, id)
    async with hub.transaction(caller) as tx:
        product = views.detail(await handing_on.look_at_product(tx, caller, id, product_id))
    taken = {
        str(one.original.id)
        for one in product.items
        if one.original and one.state not in ("dropped", "lapsed")
    }
    return await show(
        request, asker, found, template, form, product=product, taken=taken, labels=products_words
    )
