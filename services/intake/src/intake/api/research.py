"""What many contacts show together, for those who work with the families."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from mash.access import SocialWorker
from mash.web import HubDep
from pydantic import AwareDatetime, BaseModel, Field

from intake.usecases.research import view_research

router = APIRouter(tags=["research"])


class ContactBehind(BaseModel):
    """A contact that led to a finding."""

    contact_id: UUID
    reference: str
    received_at: AwareDatetime
    restricted: bool
    decision: str | None


class FindingView(BaseModel):
    """Something that was found, with the contacts that led there."""

    called: str = Field(description="The people or the address that it is about.")
    recent: int = Field(description="Occasions in the last six months.")
    before: int = Field(description="Occasions in the six months before.")
    families: int | None = Field(description="How many families it touches; absent for an address.")
    contacts: list[ContactBehind]


class ResearchView(BaseModel):
    """What was found in the last twelve months, of the contacts that the caller may know of."""

    since: AwareDatetime
    middle: AwareDatetime = Field(description="Where the last six months begin.")
    repeat_victims: list[FindingView]
    alleged_across_families: list[FindingView]
    addresses: list[FindingView]
    groups: list[FindingView]


@router.get("/v1/research", response_model=ResearchView)
async def get_research(hub: HubDep, caller: SocialWorker) -> dict[str, Any]:
    """See who is harmed again, who is said to harm in several families, and what rises."""
    async with hub.transaction(caller) as tx:
        return await view_research(tx, caller)
