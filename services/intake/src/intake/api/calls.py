"""Telephone and walk-in contacts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from mash.access import ContactOfficer
from mash.web import HubDep, IdempotencyKey, fingerprint, once

from intake.api.forms import CallForm
from intake.api.receipts import CallReceipt
from intake.api.scope import partnership_for
from intake.usecases.log_call import log_call

router = APIRouter(tags=["contacts"])


@router.post("/v1/calls", status_code=201, response_model=CallReceipt)
async def post_call(
    form: CallForm, hub: HubDep, officer: ContactOfficer, response: Response, key: IdempotencyKey = None
) -> dict[str, Any]:
    """Write down a telephone or walk-in contact."""
    partnership = partnership_for(hub, officer, form.partnership)
    async with hub.transaction(officer) as tx:
        receipt, is_repeat = await once(
            tx,
            officer,
            key,
            fingerprint(form),
            lambda: log_call(
                tx,
                officer,
                partnership,
                form.document(),
                channel=form.channel,
                received_at=form.received_at,
                immediate_child_protection=form.immediate_child_protection,
            ),
        )
    response.status_code = 200 if is_repeat else 201
    return receipt
