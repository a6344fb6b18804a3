"""For whom contacts are open: restricted to people named, listed for oversight, opened in an emergency."""

from __future__ import annotations

from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter
from mash.access import CaseKeeper, DataProtectionOfficer, HubStaff
from mash.web import Cursor, HubDep, Page, Strict, decode_cursor
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from intake.api.cursors import Limit, next_cursor
from intake.api.form_parts import Words
from intake.api.forms import PartnershipName, Reference
from intake.api.scope import partnership_for
from intake.domain.restriction import Why, Wish
from intake.settings import Settings
from intake.usecases.restricting import (
    lift,
    list_lado_people,
    list_restricted,
    open_in_emergency,
    restrict,
    set_lado_people,
    view_restriction,
)

router = APIRouter(tags=["restrictions"])

Subject = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]
Reason = Annotated[Words, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]


class RestrictionForm(Strict):
    """For whom a contact shall be open. People are named by their subject ids at the sign-in."""

    restricted: bool
    reason: Reason
    why: Why | None = Field(default=None, description="Needed where the contact is to be restricted.")
    managers: list[Subject] = Field(
        default=[],
        max_length=20,
        description="The managers named; if none is, the manager who asks.",
    )
    others: list[Subject] = Field(default=[], max_length=50, description="Everybody else who is named.")

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.restricted and self.why is None:
            raise ValueError("say why the contact is restricted: lado, staff_family or other")
        return self


class NamedAnswer(BaseModel):
    """Somebody who may open a restricted contact."""

    subject: str
    until: AwareDatetime | None = Field(description="Set where it was opened in an emergency.")


class StepAnswer(BaseModel):
    """One time that somebody said for whom the contact is open."""

    at: AwareDatetime
    by: str
    action: str
    why: str | None
    until: AwareDatetime | None
    reason: str | None = Field(description="Only for a manager who may open the contact.")


class RestrictionAnswer(BaseModel):
    """For whom a contact is open, by ids alone but for who may open it."""

    contact_id: UUID
    reference: str
    restricted: bool
    why: str | None
    named: list[NamedAnswer]
    managers: list[str]
    history: list[StepAnswer]
    linked: str | None = Field(description="The other contact of an allegation, for who may open both.")


class RestrictedLine(BaseModel):
    """A restricted contact, without a word of it."""

    id: UUID
    reference: str
    received_at: AwareDatetime
    changed_at: AwareDatetime
    why: str | None
    named: list[NamedAnswer]


class OpeningForm(Strict):
    """Why a restricted contact cannot wait for somebody who is named."""

    reason: Reason


class OpeningAnswer(BaseModel):
    """Until when the contact is open to whoever opened it."""

    contact_id: UUID
    reference: str
    until: AwareDatetime


class LadoPeople(Strict):
    """Who is named for an allegation from the first, by their subject ids."""

    subjects: list[Subject] = Field(max_length=20)


@router.get("/v1/restrictions")
async def get_restrictions(
    officer: DataProtectionOfficer, hub: HubDep, cursor: Cursor = None, limit: Limit = 50
) -> Page[RestrictedLine]:
    """List the restricted contacts, the newest first: why, and for whom each is open."""
    after = decode_cursor(cursor)
    async with hub.transaction(officer) as tx:
        rows = await list_restricted(tx, officer, after, limit)
    return Page(items=[RestrictedLine(**row) for row in rows], next=next_cursor(rows, limit))


@router.get("/v1/contacts/{reference}/restriction", response_model=RestrictionAnswer)
async def get_restriction(reference: Reference, keeper: CaseKeeper, hub: HubDep) -> dict[str, Any]:
    """See for whom a contact is open."""
    async with hub.transaction(keeper) as tx:
        return await view_restriction(tx, keeper, reference)


@router.put("/v1/contacts/{reference}/restriction", response_model=RestrictionAnswer)
async def put_restriction(
    reference: Reference, form: RestrictionForm, keeper: CaseKeeper, hub: HubDep
) -> dict[str, Any]:
    """Restrict a contact to people named, name others, or lift that."""
    async with hub.transaction(keeper) as tx:
        if form.why is None or not form.restricted:
            return await lift(tx, keeper, reference, form.reason)
        wish = Wish(form.why, form.reason, form.managers, form.others)
        return await restrict(tx, keeper, reference, wish)


@router.post("/v1/contacts/{reference}/emergency-opening", status_code=201)
async def post_opening(
    reference: Reference, form: OpeningForm, caller: HubStaff, hub: HubDep
) -> OpeningAnswer:
    """Open a restricted contact that you are not named for. The data protection officer is told at once."""
    settings = hub.settings
    assert isinstance(settings, Settings)
    async with hub.transaction(caller) as tx:
        opening = await open_in_emergency(
            tx, caller, reference, form.reason, settings.emergency_opening_hours
        )
    return OpeningAnswer(contact_id=opening.contact_id, reference=opening.reference, until=opening.until)


@router.get("/v1/lado-people/{partnership}")
async def get_lado_people(
    partnership: PartnershipName, officer: DataProtectionOfficer, hub: HubDep
) -> LadoPeople:
    """See who is named for an allegation from the first."""
    named = partnership_for(hub, officer, partnership)
    async with hub.transaction(officer) as tx:
        return LadoPeople(subjects=await list_lado_people(tx, named.name))


@router.put("/v1/lado-people/{partnership}")
async def put_lado_people(
    partnership: PartnershipName, form: LadoPeople, officer: DataProtectionOfficer, hub: HubDep
) -> LadoPeople:
    """Say who is named for an allegation from the first: the designated officer's people, and managers."""
    named = partnership_for(hub, officer, partnership)
    async with hub.transaction(officer) as tx:
        return LadoPeople(subjects=await set_lado_people(tx, named.name, form.subjects))
