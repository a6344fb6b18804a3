"""How long cases are kept, for the data protection officer: what goes soon, what went, what is held."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from mash.access import DataProtectionOfficer
from mash.web import HubDep, Strict
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from intake.api.form_parts import Words
from intake.api.forms import Reference
from intake.usecases.retention import lift_hold, list_holds, place_hold, show_retention

router = APIRouter(tags=["retention"])


class Coming(BaseModel):
    """A contact whose time is nearly over, and what keeps it all the same."""

    contact_id: UUID
    reference: str
    partnership: str
    rule: str
    keep_until: date = Field(description="The last day of its time, in London.")
    held: bool
    challenged: bool
    kept_by_younger: bool = Field(description="A younger contact of the same child keeps it.")


class Erased(BaseModel):
    """Something that is gone: an id that leads nowhere any more."""

    id: UUID
    erased_at: AwareDatetime


class RetentionView(BaseModel):
    """What comes to its end, and what came to it."""

    coming: list[Coming]
    erased: list[Erased]


class HoldForm(Strict):
    """Why a contact is kept whatever its time."""

    reason: Annotated[Words, StringConstraints(min_length=1, max_length=2_000)]


class HoldView(BaseModel):
    """A contact that is held."""

    contact_id: UUID
    reference: str
    partnership: str
    placed_at: AwareDatetime
    placed_by: str
    reason: str


@router.get("/v1/retention", response_model=RetentionView)
async def get_retention(
    hub: HubDep, officer: DataProtectionOfficer, days: Annotated[int, Query(ge=1, le=366)] = 30
) -> dict[str, Any]:
    """See what will be erased within so many days, and what was in as many."""
    async with hub.transaction(officer) as tx:
        return await show_retention(tx, officer, days)


@router.get("/v1/holds", response_model=list[HoldView])
async def get_holds(hub: HubDep, officer: DataProtectionOfficer) -> list[dict[str, Any]]:
    """See what is held, by whom, since when and why."""
    async with hub.transaction(officer) as tx:
        return await list_holds(tx, officer)


@router.put("/v1/contacts/{reference}/hold", status_code=204)
async def put_hold(reference: Reference, form: HoldForm, hub: HubDep, officer: DataProtectionOfficer) -> None:
    """Keep a contact whatever its time, as for a court or an inquiry; another reason replaces the first."""
    async with hub.transaction(officer) as tx:
        await place_hold(tx, officer, reference, form.reason)


@router.delete("/v1/contacts/{reference}/hold", status_code=204)
async def delete_hold(reference: Reference, hub: HubDep, officer: DataProtectionOfficer) -> None:
    """Let a contact go again when its time is over."""
    async with hub.transaction(officer) as tx:
        await lift_hold(tx, officer, reference)
