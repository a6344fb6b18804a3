"""Which contacts a child is in, for the data protection officer who asks who has looked at them."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from fastapi import APIRouter
from mash.access import DataProtectionOfficer
from mash.web import HubDep, Strict
from pydantic import AwareDatetime, BaseModel, model_validator

from intake.api.forms import PartnershipName, Reference
from intake.api.scope import partnership_for
from intake.api.subject_access import Who
from intake.usecases.find_child import by_identity, by_reference

router = APIRouter(prefix="/v1/audit", tags=["audit"])


class ChildForm(Strict):
    """A child, by the reference of a contact or by who it is."""

    partnership: PartnershipName | None = None
    person: Who | None = None
    reference: Reference | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.person is None) is (self.reference is None):
            raise ValueError("name either the person or the reference of a contact")
        return self


class ContactOfChild(BaseModel):
    """A contact that the child is in. It names nobody."""

    contact_id: UUID
    reference: str
    partnership: str
    received_at: AwareDatetime


@router.post("/children")
async def find_contacts(form: ChildForm, officer: DataProtectionOfficer, hub: HubDep) -> list[ContactOfChild]:
    """Find the contacts of a child, restricted ones as well; ask each service then for the looks at them."""
    async with hub.transaction(officer) as tx:
        if form.reference is not None:
            rows = await by_reference(tx, officer, form.reference)
        else:
            partnership = partnership_for(hub, officer, form.partnership)
            rows = await by_identity(tx, partnership.name, _said(form.person))
    return [
        ContactOfChild(
            contact_id=row.id,
            reference=row.reference,
            partnership=row.partnership,
            received_at=row.received_at,
        )
        for row in rows
    ]


def _said(person: Who | None) -> dict[str, Any]:
    return person.model_dump(mode="json", exclude_none=True) if person else {}
