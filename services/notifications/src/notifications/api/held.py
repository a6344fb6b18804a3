"""What intake asks, to answer who asks what is held about them."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from mash.access import FromIntake
from mash.contracts.queries import HeldRecords
from mash.web import HubDep

from notifications.usecases.holding import tell_held

router = APIRouter(tags=["services"])


@router.get("/v1/held/{contact_id}")
async def get_held(contact_id: UUID, hub: HubDep, caller: FromIntake) -> HeldRecords:
    """Give all that is held of a case."""
    async with hub.transaction(caller) as tx:
        return await tell_held(tx, caller, contact_id)
