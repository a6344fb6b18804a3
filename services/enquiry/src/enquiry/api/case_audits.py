"""Multi-agency audits: cases drawn at random, and what each agency found in them."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import HubStaff, Manager
from mash.contracts.base import Rating, Slug
from mash.contracts.enquiry import Outcome
from mash.web import HubDep, IdempotencyKey, IfMatch, Strict, etag, fingerprint, once
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from enquiry.api.forms import AgencyName
from enquiry.domain.sampling import CaseAudit, Grade
from enquiry.usecases import case_auditing
from enquiry.usecases.case_auditing import Wanted, WholeAudit

router = APIRouter(prefix="/v1/case-audits", tags=["case audits"])
MaybeWords = Annotated[str, StringConstraints(max_length=10_000)]


class DrawForm(Strict):
    """How many cases, decided from one day to another, perhaps of one outcome or final rating."""

    partnership: Slug
    count: int = Field(ge=1, le=100)
    from_on: date
    to_on: date
    outcome: Outcome | None = None
    final_rating: Rating | None = None


class FindingForm(Strict):
    """What one agency found in a case."""

    agency: AgencyName
    grade: Grade
    went_well: MaybeWords = ""
    to_learn: MaybeWords = ""


class AuditReceipt(BaseModel):
    """An audit that was drawn."""

    case_audit_id: UUID


class AuditSummary(BaseModel):
    """A draw, and by what anybody can check it: the seed, and a digest of the ids it was drawn from."""

    model_config = ConfigDict(from_attributes=True)

    case_audit_id: UUID = Field(validation_alias="id")
    partnership: str
    made_at: AwareDatetime
    made_by: str
    from_on: date
    to_on: date
    outcome: Outcome | None
    final_rating: Rating | None
    wanted_count: int
    seed: str = Field(description="A number; in quotation marks, for not all readers hold one so large.")
    pool_count: int
    digest: str


class FindingView(BaseModel):
    """What one agency found."""

    agency: str
    grade: Grade
    went_well: str
    to_learn: str
    made_at: AwareDatetime
    made_by: str
    version: int


class AuditedCaseView(BaseModel):
    """A case that was drawn, what was decided in it, and what was found."""

    model_config = ConfigDict(from_attributes=True)

    audited_case_id: UUID = Field(validation_alias="id")
    contact_id: UUID
    enquiry_id: UUID
    reference: str
    place: int
    first_rating: Rating
    final_rating: Rating | None
    outcome: Outcome
    decided_at: AwareDatetime
    findings: list[FindingView] = []


class AuditDetail(BaseModel):
    """An audit, its cases, and how often each agency gave each grade."""

    audit: AuditSummary
    cases: list[AuditedCaseView]
    grades: dict[str, dict[Grade, int]]


class FindingReceipt(BaseModel):
    """What was kept of a finding."""

    version: int


@router.post("", status_code=201)
async def draw_cases(
    form: DrawForm, hub: HubDep, manager: Manager, key: IdempotencyKey = None
) -> AuditReceipt:
    """Draw cases at random from the decided enquiries that the caller may know of."""
    async with hub.transaction(manager) as tx:

        async def draw() -> dict[str, str]:
            made = await case_auditing.draw_cases(tx, manager, Wanted(**form.model_dump()))
            return {"case_audit_id": str(made.id)}

        answer, _ = await once(tx, manager, key, fingerprint(form), draw)
    return AuditReceipt.model_validate(answer)


@router.get("")
async def list_audits(hub: HubDep, caller: HubStaff) -> list[AuditSummary]:
    """The audits, the last first."""
    async with hub.transaction(caller) as tx:
        found = await case_auditing.list_audits(tx, caller)
    return [_summary(one) for one in found]


@router.get("/{case_audit_id}")
async def read_audit(case_audit_id: UUID, hub: HubDep, caller: HubStaff) -> AuditDetail:
    """One audit with its cases and what was found."""
    async with hub.transaction(caller) as tx:
        found = await case_auditing.look_at_audit(tx, caller, case_audit_id)
    return detail(found)


@router.post("/{case_audit_id}/cases/{audited_case_id}/findings")
async def record_finding(
    case_audit_id: UUID,
    audited_case_id: UUID,
    form: FindingForm,
    hub: HubDep,
    caller: HubStaff,
    version: IfMatch,
    response: Response,
) -> FindingReceipt:
    """Keep what an agency found. If-Match is the version of what it found before, or "0"."""
    words = {"went_well": form.went_well, "to_learn": form.to_learn}
    async with hub.transaction(caller) as tx:
        kept = await case_auditing.record_finding(
            tx,
            caller,
            case_audit_id,
            audited_case_id,
            version,
            agency=form.agency,
            grade=form.grade,
            words=words,
        )
    etag(response, kept.version)
    return FindingReceipt(version=kept.version)


def detail(whole: WholeAudit) -> AuditDetail:
    """An audit as it is read."""
    cases = []
    for case in whole.cases:
        found = [FindingView.model_validate({**vars(one), **one.content}) for one in whole.found_in(case)]
        cases.append(AuditedCaseView.model_validate(case).model_copy(update={"findings": found}))
    grades = {agency: dict(counted) for agency, counted in whole.grades.items()}
    return AuditDetail(audit=_summary(whole.audit), cases=cases, grades=grades)


def _summary(audit: CaseAudit) -> AuditSummary:
    return AuditSummary.model_validate({**vars(audit), "seed": str(audit.seed)})
