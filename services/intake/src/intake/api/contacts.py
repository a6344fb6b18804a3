"""Contacts: sent, listed, looked at, added to, corrected."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from mash.access import Contributor
from mash.web import HubDep, IdempotencyKey, fingerprint, once

from intake.api.forms import ContactForm
from intake.api.receipts import ContactReceipt
from intake.api.scope import partnership_for
from intake.usecases.submit_form import submit_form

router = APIRouter(tags=["contacts"])


@router.post("/v1/contacts", status_code=201, response_model=ContactReceipt)
async def post_contact(
    form: ContactForm, hub: HubDep, caller: Contributor, response: Response, key: IdempotencyKey = None
) -> dict[str, Any]:
    """Send the multi-agency referral form."""
    partnership = partnership_for(hub, caller, form.partnership)
    async with hub.transaction(caller) as tx:
        receipt, is_repeat = await once(
            tx,
            caller,
            key,
            fingerprint(form),
            lambda: submit_form(tx, caller, partnership, form.document(), form.follows_call),
        )
    response.status_code = 200 if is_repeat else 201
    return receipt
