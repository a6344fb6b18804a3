"""Strategy discussions: asked for, called off, and what came of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import Manager, SocialWorker
from mash.contracts.boundary import Conduct, DiscussionOutcome
from mash.web import HubDep, IfMatch, Strict, etag
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from enquiry.api.forms import AgencyName, ReasonForm, Words
from enquiry.domain.discussions import Agreed, Attendant, Discussion, DiscussionState, Result
from enquiry.usecases import discussing
from enquiry.usecases.telling import Postbox

router = APIRouter(prefix="/v1/enquiries/{id}/discussions", tags=["discussions"])
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class AttendantForm(Strict):
    """Who must attend, or attended: a role, of an agency of the partnership or of somebody else."""

    role: Title
    agency: AgencyName | None = None


class ActionForm(Strict):
    """What was agreed: what is to be done, by whom, and by when."""

    what: Words
    who: Title
    due_on: date | None = None


class DiscussionForm(Strict):
    """Why a strategy discussion is needed, and who must attend."""

    reason: Words
    attend: list[AttendantForm] = Field(min_length=1, max_length=50)
    meets_at: AwareDatetime | None = None


class ResultForm(Strict):
    """Who attended, and what was decided and agreed."""

    outcome: DiscussionOutcome
    conduct: Conduct | None = Field(
        default=None, description="Where there is a section 47 enquiry: who makes it."
    )
    rationale: Words
    attended: list[AttendantForm] = Field(min_length=1, max_length=50)
    actions: list[ActionForm] = Field(default=[], max_length=50)
    held_at: AwareDatetime

    def result(self) -> Result:
        """The same in the domain's terms."""
        return Result(
            self.outcome,
            self.conduct,
            self.rationale,
            attendants(self.attended),
            tuple(Agreed(**one.model_dump()) for one in self.actions),
            self.held_at,
        )


class AttendantView(BaseModel):
    """Who must attend, or attended."""

    model_config = ConfigDict(from_attributes=True)

    role: str
    agency: str | None


class ActionView(BaseModel):
    """What was agreed."""

    model_config = ConfigDict(from_attributes=True)

    what: str
    who: str
    due_on: date | None


class DiscussionView(BaseModel):
    """A strategy discussion as it stands."""

    model_config = ConfigDict(from_attributes=True)

    discussion_id: UUID = Field(validation_alias="id")
    enquiry_id: UUID
    state: DiscussionState
    reason: str
    attend: list[AttendantView]
    asked_at: AwareDatetime
    asked_by: str
    meets_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    ended_by: str | None
    outcome: DiscussionOutcome | None
    conduct: Conduct | None
    attended: list[AttendantView]
    actions: list[ActionView]
    rationale: str
    version: int


def attendants(forms: list[AttendantForm]) -> tuple[Attendant, ...]:
    """The same in the domain's terms."""
    return tuple(Attendant(one.role, one.agency) for one in forms)


@router.post("", status_code=201)
async def ask_discussion(
    id: UUID, form: DiscussionForm, hub: HubDep, caller: SocialWorker, response: Response
) -> DiscussionView:
    """Ask for a strategy discussion, which runs beside the enquiry."""
    async with hub.transaction(caller) as tx:
        asked = await discussing.ask_discussion(
            tx,
            Postbox(hub.sealing),
            caller,
            id,
            reason=form.reason,
            attend=attendants(form.attend),
            meets_at=form.meets_at,
        )
    return _answer(response, asked)


@router.get("")
async def list_discussions(id: UUID, hub: HubDep, caller: SocialWorker) -> list[DiscussionView]:
    """The strategy discussions asked for in an enquiry, with what came of them."""
    async with hub.transaction(caller) as tx:
        found = await discussing.look_at_discussions(tx, caller, id)
    return [DiscussionView.model_validate(one) for one in found]


@router.post("/{discussion_id}/result")
async def record_result(
    id: UUID,
    discussion_id: UUID,
    form: ResultForm,
    hub: HubDep,
    manager: Manager,
    version: IfMatch,
    response: Response,
) -> DiscussionView:
    """Keep who attended, what was decided and what was agreed."""
    async with hub.transaction(manager) as tx:
        held = await discussing.record_result(
            tx, Postbox(hub.sealing), manager, id, discussion_id, version, form.result()
        )
    return _answer(response, held)


@router.post("/{discussion_id}/calling-off")
async def call_off(
    id: UUID,
    discussion_id: UUID,
    form: ReasonForm,
    hub: HubDep,
    manager: Manager,
    version: IfMatch,
    response: Response,
) -> DiscussionView:
    """Call a strategy discussion off; those who must attend are told."""
    async with hub.transaction(manager) as tx:
        off = await discussing.call_off(
            tx, Postbox(hub.sealing), manager, id, discussion_id, version, form.reason
        )
    return _answer(response, off)


def _answer(response: Response, discussion: Discussion) -> DiscussionView:
    etag(response, discussion.version)
    return DiscussionView.model_validate(discussion)
