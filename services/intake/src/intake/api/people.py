"""Who on a contact is known from others, who may be, and what came before: seen, said, undone."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from mash.access import HubStaff, Screener
from mash.contracts.intake import Channel
from mash.web import Cursor, HubDep, IfMatch, Strict, decode_cursor, encode_cursor, etag
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from intake.api.cursors import Limit
from intake.api.form_parts import Words
from intake.usecases.chronology import view_chronology
from intake.usecases.known_people import settle_match, view_people

router = APIRouter(prefix="/v1/contacts/{contact_id}", tags=["people"])

State = Literal["linked", "waiting", "confirmed", "refused"]
Reason = Annotated[Words, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]


class Who(BaseModel):
    """A person, as one contact names them."""

    called: str
    also_known_as: str | None
    role: Literal["child", "household", "adult"]
    relation: str | None
    dob: date | None
    edd: date | None = Field(description="When an unborn child is due.")
    sex: str | None
    nhs_number: str | None
    address: str | None
    alleged: bool = Field(description="Whether the contact says that this person did the harm.")


class MentionView(Who):
    """A person on another contact."""

    contact_id: UUID
    reference: str
    received_at: AwareDatetime
    restricted: bool
    decision: str | None = Field(description="What was decided of that contact; absent while it is open.")


class MatchStep(BaseModel):
    """One thing that was done with a match."""

    at: AwareDatetime
    by: str
    action: str = Field(description="found, linked, doubted, lapsed, confirmed, refused or undone.")
    reason: str | None


class MatchView(BaseModel):
    """Somebody who may be, or is, the same person on another contact."""

    id: UUID
    version: int = Field(description="To be sent as If-Match with a step.")
    state: State = Field(description="`linked` by the hub itself; `waiting` for somebody to say.")
    score: int = Field(ge=0, le=100)
    likelihood: str
    reasons: list[str] = Field(description="Why, in words; what weighs most is first.")
    other: MentionView
    history: list[MatchStep]


class PersonView(Who):
    """A person on the contact."""

    mention_id: UUID | None = Field(description="Absent for the moment before people were compared.")
    known_from: list[MentionView] = Field(description="The other contacts that this person is on.")
    matches: list[MatchView]


class PeopleView(BaseModel):
    """Who is on a contact."""

    contact_id: UUID
    reference: str
    people: list[PersonView]


class StepForm(Strict):
    """What somebody says of a match, and why."""

    step: Literal["confirm", "refuse", "undo"]
    reason: Reason


class StepAnswer(BaseModel):
    """How the match stands now."""

    id: UUID
    version: int
    state: State


class WhyView(BaseModel):
    """One reason for which a contact is in the chronology."""

    code: Literal["person", "perhaps", "home", "counted", "call", "form"]
    words: str
    mention_id: UUID | None = Field(description="The person on the contact that was asked about.")


class ChronologyEntry(BaseModel):
    """One contact that came before or after."""

    contact_id: UUID
    reference: str
    received_at: AwareDatetime
    channel: Channel
    kind: str
    referrer_kind: str
    restricted: bool
    later: bool = Field(description="Whether it came after the contact that was asked about.")
    certain: bool = Field(description="False where all that ties it here is a match nobody has settled.")
    why: list[WhyView]
    children: list[Who]
    concerns: list[str]
    decision: str | None = Field(description="What was decided, no further action too; absent while open.")
    decided_at: AwareDatetime | None


class Chronology(BaseModel):
    """What came before and after a contact, the newest first."""

    contact_id: UUID
    reference: str
    items: list[ChronologyEntry]
    next: str | None = None


@router.get("/people", response_model=PeopleView)
async def get_known_people(contact_id: UUID, hub: HubDep, caller: HubStaff) -> dict[str, Any]:
    """See who is on a contact, whom the hub knows of them, and who may be the same, with why."""
    async with hub.transaction(caller) as tx:
        return await view_people(tx, caller, contact_id)


@router.get("/chronology", response_model=Chronology)
async def get_chronology(
    contact_id: UUID,
    hub: HubDep,
    caller: HubStaff,
    person: Annotated[UUID | None, Query(description="A `mention_id`: only what this person is on.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """See the other contacts on the children, siblings, household, adults and home, the newest first."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        found = await view_chronology(tx, caller, contact_id, person=person, after=after, limit=limit)
    return {**found, "next": next_entry(found["items"], limit)}


def next_entry(items: list[dict[str, Any]], limit: int) -> str | None:
    """Return the cursor of the page after these entries; none where they are the last."""
    return encode_cursor(items[-1]["received_at"], items[-1]["contact_id"]) if len(items) == limit else None


@router.post("/matches/{match_id}/steps", response_model=StepAnswer)
async def post_step(
    contact_id: UUID,
    match_id: UUID,
    form: StepForm,
    hub: HubDep,
    caller: Screener,
    version: IfMatch,
    response: Response,
) -> dict[str, Any]:
    """Confirm that two people are the same, refuse it, or undo what was said or linked."""
    async with hub.transaction(caller) as tx:
        answer = await settle_match(tx, caller, contact_id, match_id, version, form.step, form.reason)
    etag(response, answer["version"])
    return answer
