"""Somebody asks what is held about them: for the data protection officer to find, decide on and give."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import DataProtectionOfficer
from mash.web import HubDep, Strict
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from intake.api.files import attachment
from intake.api.form_parts import Day, Name, Words
from intake.api.forms import PartnershipName, Reference
from intake.api.scope import partnership_for
from intake.domain.subject_access import Decision
from intake.usecases import subject_access
from intake.usecases.answer_access import write_answer

router = APIRouter(prefix="/v1/subject-access", tags=["subject access"])

Reason = Annotated[Words, StringConstraints(min_length=1, max_length=2_000)]
Exemption = Literal["serious_harm", "child_abuse", "third_party", "crime", "legal_privilege"]


class Who(Strict):
    """Whom it is about: an NHS number, or the whole name with the date of birth."""

    given: Name | None = None
    family: Name | None = None
    also_known_as: Name | None = None
    dob: Day | None = None
    nhs_number: Annotated[str, StringConstraints(pattern=r"^\d{10}$")] | None = None


class AccessForm(Strict):
    """Somebody asks. Name them, or a contact about one child, who it then is."""

    partnership: PartnershipName
    person: Who | None = None
    reference: Reference | None = None
    received_on: Day | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.person is None) is (self.reference is None):
            raise ValueError("name either the person or the reference of a contact")
        return self


class AccessReceipt(BaseModel):
    """A request was taken in."""

    id: UUID
    due_on: date
    contacts: int = Field(description="How many contacts the person is in.")


class AccessLine(BaseModel):
    """A request in a list, without whom it is about."""

    id: UUID
    partnership: str
    received_on: date
    due_on: date
    overdue: bool
    extended_by_months: int
    made_by: str
    answered_at: AwareDatetime | None


class ItemView(BaseModel):
    """One thing that is held. Without a decision it waits for one, and is not given."""

    contact_id: UUID
    reference: str
    item: str
    part: str
    whose: str
    content: Any
    digest: str
    decision: Decision | None
    exemption: str | None
    cut: str | None


class AccessView(BaseModel):
    """A request with all that is held."""

    id: UUID
    due_on: date
    who: dict[str, Any]
    answered_at: AwareDatetime | None
    left_out: list[str] = Field(
        description="The references of restricted contacts that you are not named for. Open them first."
    )
    items: list[ItemView]


class DecisionForm(Strict):
    """What becomes of one thing, as it was looked at."""

    contact_id: UUID
    item: Annotated[str, StringConstraints(min_length=1, max_length=250)]
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    decision: Decision
    cut: Words | None = Field(default=None, description="What is given in its place, where it is cut.")
    exemption: Exemption | None = None


class ExtensionForm(Strict):
    """Why the answer takes longer."""

    months: Literal[1, 2]
    reason: Reason


class Extended(BaseModel):
    """By when it is now due."""

    due_on: date


@router.post("", status_code=201, response_model=AccessReceipt)
async def post_request(form: AccessForm, hub: HubDep, officer: DataProtectionOfficer) -> dict[str, Any]:
    """Take in that somebody asks. The month begins on the day it was received."""
    partnership = partnership_for(hub, officer, form.partnership)
    who = form.person.model_dump(mode="json", exclude_none=True) if form.person else None
    async with hub.transaction(officer) as tx:
        return await subject_access.take_request(
            tx, officer, partnership.name, who, form.reference, form.received_on
        )


@router.get("", response_model=list[AccessLine])
async def get_requests(hub: HubDep, officer: DataProtectionOfficer) -> list[dict[str, Any]]:
    """See what is to be answered, and by when."""
    async with hub.transaction(officer) as tx:
        return await subject_access.list_requests(tx, officer)


@router.get("/{request_id}")
async def get_request(request_id: UUID, hub: HubDep, officer: DataProtectionOfficer) -> AccessView:
    """See all that is held about the person, whose words each part is, and what was decided of it."""
    others = await subject_access.ask_others(hub, officer, request_id)
    async with hub.transaction(officer) as tx:
        answer = await subject_access.show(tx, officer, request_id, others)
    return _view(answer)


@router.post("/{request_id}/decisions", status_code=204)
async def post_decision(
    request_id: UUID, form: DecisionForm, hub: HubDep, officer: DataProtectionOfficer
) -> None:
    """Give one thing, give it cut, or keep it back and say under which exemption."""
    others = await subject_access.ask_others(hub, officer, request_id)
    async with hub.transaction(officer) as tx:
        await subject_access.decide(tx, officer, request_id, others, **form.model_dump())


@router.post("/{request_id}/extension")
async def post_extension(
    request_id: UUID, form: ExtensionForm, hub: HubDep, officer: DataProtectionOfficer
) -> Extended:
    """Put the answer off, with the reason; the person has to be told of it within the first month."""
    async with hub.transaction(officer) as tx:
        return Extended(due_on=await subject_access.extend(tx, officer, request_id, form.months, form.reason))


@router.get("/{request_id}/export", response_class=Response)
async def get_export(request_id: UUID, hub: HubDep, officer: DataProtectionOfficer) -> Response:
    """Download the answer. It is made afresh from what may be given, and kept nowhere."""
    others = await subject_access.ask_others(hub, officer, request_id)
    async with hub.transaction(officer) as tx:
        content = await write_answer(tx, officer, request_id, others)
    return attachment(content, "what-we-hold.zip", "application/zip")


@router.post("/{request_id}/answered", status_code=204)
async def post_answered(request_id: UUID, hub: HubDep, officer: DataProtectionOfficer) -> None:
    """Say that the person has been given the answer, once all that is held has been decided on."""
    others = await subject_access.ask_others(hub, officer, request_id)
    async with hub.transaction(officer) as tx:
        await subject_access.note_answered(tx, officer, request_id, others)


def _view(answer: subject_access.Answer) -> AccessView:
    items = [
        ItemView(
            contact_id=one.contact_id,
            reference=one.reference,
            item=one.item.name,
            part=one.item.part,
            whose=one.item.whose,
            content=one.item.content,
            digest=one.digest,
            decision=one.decision,
            exemption=one.exemption,
            cut=one.cut,
        )
        for one in answer.items
    ]
    return AccessView(**answer.request, left_out=list(answer.left_out), items=items)
