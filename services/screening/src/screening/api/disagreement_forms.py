"""What is sent of a disagreement, and what is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Response
from mash.contracts.screening import Challenged, ChallengeResult
from mash.web import Page, Strict, encode_cursor, etag
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from screening.api.bodies import Words
from screening.domain.disagreement import Disagreement
from screening.usecases.disagreeing import DisagreementQueue

Reference = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-\d{2}-[0-9A-HJKMNP-TV-Z]{8}$")]


class ChallengeBody(Strict):
    """What is challenged, by the contact's reference, and why.

    ``for_referrer`` is for the hub's people alone: they write down what the referrer rang or wrote about,
    and the referrer is told what becomes of it.
    """

    reference: Reference
    about: Challenged
    reason: Words
    for_referrer: bool = False


class ResponseBody(Strict):
    """A stage's answer. Its challenger reads these words: they say what that person may know.

    A decision that is ``changed`` is changed in its screening, which a manager reopens.
    """

    result: ChallengeResult
    response: Words


class Raised(BaseModel):
    """A disagreement was taken in: who is to answer it first, and by when."""

    id: UUID
    reference: str
    stage: str
    title: str
    owner: str
    due_at: AwareDatetime
    version: int


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class DisagreementRow(_Read):
    """A disagreement in the list.

    ``due_at`` is when the stage's answer is due; once there is one, until when it can be taken further.
    """

    id: UUID
    partnership: str
    contact_id: UUID
    reference: str
    about: str
    challenger_kind: str
    agency: str | None
    state: str
    stage: str
    title: str
    owner: str
    raised_at: AwareDatetime
    due_at: AwareDatetime
    late: bool
    closed_at: AwareDatetime | None
    closed_because: str | None
    version: int


class StageAnswer(_Read):
    """A stage that it has come to, and the answer given there."""

    number: int
    stage: str
    title: str
    owner: str
    because: str
    why: str | None
    began_at: AwareDatetime
    due_at: AwareDatetime
    answered_at: AwareDatetime | None
    in_time: bool | None
    result: str | None
    response: str | None


class DisagreementDetail(DisagreementRow):
    """A disagreement with its words, and every stage that it has come to."""

    raised_by: str
    on_behalf: bool
    reason: str
    closing_words: str | None
    stages: list[StageAnswer]


def queue_answer(queue: DisagreementQueue, now: datetime) -> Page[DisagreementRow]:
    """A page of the list, as it is sent."""
    return Page(
        items=[DisagreementRow.model_validate(_row(one, now)) for one in queue.disagreements],
        next=encode_cursor(*queue.next) if queue.next else None,
    )


def detail_answer(disagreement: Disagreement, now: datetime, response: Response) -> DisagreementDetail:
    """One disagreement, as it is sent, with its version."""
    etag(response, disagreement.version)
    return DisagreementDetail.model_validate({**vars(disagreement), **_row(disagreement, now)})


def _row(disagreement: Disagreement, now: datetime) -> dict[str, object]:
    stage = disagreement.current
    return {
        **{name: value for name, value in vars(disagreement).items() if name in DisagreementRow.model_fields},
        "stage": stage.stage,
        "title": stage.title,
        "owner": stage.owner,
        "late": disagreement.is_late(now),
    }
