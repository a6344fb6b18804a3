"""What the hub asks to let go to others, and what it shared with us."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import AgencyLead, Caller, Researcher
from mash.contracts.boundary import Product
from mash.errors import Conflict, Invalid
from mash.hub import Hub
from mash.web import Cursor, HubDep, decode_cursor, encode_cursor, fingerprint, once
from mash.web.pages import Form, page_router, render, see_other
from mash.web.problems import status_of

from partner_gateway.api.releases import ReleaseBody
from partner_gateway.domain.releases import AskedItem, Asking
from partner_gateway.domain.vocabulary import CAVEATS, WITHHELD_REASONS
from partner_gateway.pages.wordings import REASON_CHOICES
from partner_gateway.usecases import releasing
from partner_gateway.usecases.outward import outward

router = page_router()

ROWS: Final = 50


@router.get("/desk/releases")
async def get_releases(
    request: Request,
    caller: AgencyLead,
    hub: HubDep,
    which: Literal["waiting", "all"] = "waiting",
    cursor: Cursor = None,
) -> Response:
    """Show what waits for a decision, or all that was ever asked."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        found = await releasing.look_at_askings(
            tx, caller, waiting_only=which == "waiting", after=after, limit=ROWS
        )
    following = encode_cursor(found[-1].asked_at, found[-1].id) if len(found) == ROWS else None
    return render(request, "releases.html", askings=found, which=which, following=following, now=tx.now)


@router.get("/desk/releases/{release_id}")
async def get_release(request: Request, release_id: UUID, caller: AgencyLead, hub: HubDep) -> Response:
    """Show the very words that would go, to whom and what for."""
    return await _release(request, caller, hub, release_id, Form())


@router.post("/desk/releases/{release_id}")
async def post_release(request: Request, release_id: UUID, caller: AgencyLead, hub: HubDep) -> Response:
    """Let items go, or not, each with why."""
    form = await Form.read(request)
    async with hub.transaction(caller) as tx:
        asking = await releasing.look_at_asking(tx, caller, release_id)
    body = _read(form, asking)
    if body is None:
        return await _release(request, caller, hub, release_id, form, 422)
    version = form.version()
    asked = fingerprint(f"release {release_id} {version} {body.model_dump_json()}".encode())
    try:
        async with hub.transaction(caller) as tx:
            await once(
                tx,
                caller,
                form.once(),
                asked,
                lambda: releasing.answer_asking(
                    tx, caller, release_id, version, body.decisions(), outward(hub)
                ),
            )
    except (Conflict, Invalid) as refusal:
        decided = enumerate(_decided(form, asking))
        form.refuse(refusal, {f"items.{place}.id": f"{item.id}-decision" for place, item in decided})
        return await _release(request, caller, hub, release_id, form, status_of(refusal))
    return see_other(f"/desk/releases/{release_id}")


async def _release(
    request: Request, caller: Caller, hub: Hub, release_id: UUID, form: Form, status: int = 200
) -> Response:
    async with hub.transaction(caller) as tx:
        asking = await releasing.look_at_asking(tx, caller, release_id)
    return render(
        request,
        "release.html",
        status,
        asking=asking,
        form=form,
        caveats=CAVEATS,
        reasons=WITHHELD_REASONS,
        reason_choices=REASON_CHOICES,
    )


def _decided(form: Form, asking: Asking) -> list[AskedItem]:
    return [item for item in asking.items if form.text(f"{item.id}-decision")]


def _read(form: Form, asking: Asking) -> ReleaseBody | None:
    """The decisions on those items that somebody decided on."""
    decisions: list[dict[str, Any]] = []
    says = {}
    for place, item in enumerate(_decided(form, asking)):
        decision = form.text(f"{item.id}-decision")
        refused = decision == "refused"
        decisions.append(
            {
                "id": item.id,
                "decision": decision,
                "refused_because": form.optional(f"{item.id}-because") if refused else None,
                "explanation": form.text(f"{item.id}-explanation") or form.text("explanation"),
            }
        )
        says[f"items.{place}.explanation"] = f"{item.id}-explanation: Say why, here or for all items"
        if refused and not form.text(f"{item.id}-because"):
            form.fail(f"{item.id}-because", "Choose which of the reasons there is to refuse")
    if not decisions:
        open_items = [item for item in asking.items if item.outcome is None]
        form.fail(f"{open_items[0].id}-decision" if open_items else "", "Decide on an item")
    body = form.body(ReleaseBody, {"items": decisions}, says) if decisions else None
    return None if form.errors else body


@router.get("/desk/products")
async def get_products(request: Request, caller: Researcher, hub: HubDep, cursor: Cursor = None) -> Response:
    """Show what the hub shared with this agency."""
    async with hub.transaction(caller) as tx:
        found = await releasing.look_at_products(tx, caller, after=decode_cursor(cursor), limit=ROWS)
    last = found[-1] if len(found) == ROWS else None
    following = encode_cursor(last["received_at"], UUID(last["product_id"])) if last else None
    return render(request, "products.html", products=found, following=following)


@router.get("/desk/products/{product_id}")
async def get_product(request: Request, product_id: UUID, caller: Researcher, hub: HubDep) -> Response:
    """Show one product whole."""
    async with hub.transaction(caller) as tx:
        found = await releasing.look_at_product(tx, caller, product_id)
    whole = Product.model_validate(found)
    return render(request, "product.html", product=whole, received_at=found["received_at"], caveats=CAVEATS)
