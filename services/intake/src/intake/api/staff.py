"""The register by which it is noticed that somebody of the hub looks at their own family, home or name."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from mash.access import StaffMember
from mash.web import HubDep, Strict
from pydantic import BaseModel, Field

from intake.api.form_parts import Day, Line, Name
from intake.api.forms import PartnershipName
from intake.api.restrictions import Subject
from intake.api.scope import partnership_for
from intake.usecases.own_family import register

router = APIRouter(prefix="/v1/staff", tags=["staff"])


class OwnPerson(Strict):
    """A person by whom a contact is recognised as one's own."""

    given: Name | None = None
    family: Name | None = None
    also_known_as: Name | None = None
    dob: Day | None = None
    address: Line | None = None


class OwnForm(Strict):
    """Somebody of the hub and their family. Only digests of it are kept, and nobody is shown it again."""

    partnership: PartnershipName | None = None
    own: OwnPerson | None = Field(default=None, description="The member of staff themself.")
    family: list[OwnPerson] = Field(default=[], max_length=40)


class OwnAnswer(BaseModel):
    """How many people are registered."""

    subject: str
    partnership: str
    people: int


@router.put("/{subject}/own", response_model=OwnAnswer)
async def put_own(subject: Subject, form: OwnForm, caller: StaffMember, hub: HubDep) -> dict[str, Any]:
    """Register your own people, or as a manager another's, in the place of those before."""
    partnership = partnership_for(hub, caller, form.partnership)
    own = form.own.model_dump(mode="json", exclude_none=True) if form.own else None
    family = [person.model_dump(mode="json", exclude_none=True) for person in form.family]
    async with hub.transaction(caller) as tx:
        return await register(tx, caller, partnership.name, subject, own, family)
