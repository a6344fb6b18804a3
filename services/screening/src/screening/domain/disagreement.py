"""A disagreement with what the hub decided: a professional raises it, and it is answered stage by stage.

The stages are the partnership's own (``escalation`` of its profile), each with an owner and a due rule. What
follows from a state is a function here; each refuses what may not follow. A disagreement goes through the
stages in their order, one at a time, never past the last, and it always ends: by its challenger's leave,
by the last stage's answer, or because nobody took an answer further in the time that the stage itself had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from mash.calendar import due
from mash.contracts.screening import Challenged, ChallengeResult, ChallengerKind, ClosedBecause
from mash.errors import Conflict, NotPermitted
from mash.partnerships import Partnership

from screening.domain.screening import Screening

State = Literal["awaiting_answer", "answered", "resolved", "withdrawn"]
Began = Literal["raised", "unanswered", "not_content", "sent_up"]
Listed = Literal["open", "awaiting_answer", "answered", "late", "closed"]
OPEN: frozenset[State] = frozenset({"awaiting_answer", "answered"})


class NothingToChallenge(Conflict):
    """The contact has nothing of the kind that is challenged."""


class DisagreementEnded(Conflict):
    """The disagreement was resolved or withdrawn, and nothing more can be done with it."""


class NotAnsweredYet(Conflict):
    """The stage still has time to answer; what is not answered by then goes up by itself."""


class AnsweredAlready(Conflict):
    """This stage has given its answer; it is for the challenger to accept it, or to take it further."""


class LastStage(Conflict):
    """There is no stage above this one."""


class NotYourDisagreement(NotPermitted):
    """The caller may know of the disagreement, and did not raise it."""


class OwnDisagreement(NotPermitted):
    """Nobody answers a disagreement of their own."""


@dataclass(frozen=True)
class Stage:
    """One stage that a disagreement has come to. ``why`` is in the words of whoever took it there."""

    number: int
    stage: str
    title: str
    owner: str
    because: Began
    why: str | None
    began_at: datetime
    due_at: datetime
    answered_at: datetime | None = None
    answered_by: str | None = None
    result: ChallengeResult | None = None
    response: str | None = None

    @property
    def in_time(self) -> bool | None:
        """Whether the answer came in time; None where there is none."""
        return None if self.answered_at is None else self.answered_at <= self.due_at


@dataclass(frozen=True)
class Disagreement:
    """``due_at`` is when an answer is due; once there is one, until when it can be taken further.

    ``on_behalf`` says that somebody of the hub raised it for the referrer, who had rung or written.
    ``agency`` is the challenger's where the lead of an agency raised it.
    """

    id: UUID
    partnership: str
    contact_id: UUID
    reference: str
    about: Challenged
    challenger_kind: ChallengerKind
    raised_by: str
    on_behalf: bool
    agency: str | None
    reason: str
    raised_at: datetime
    stages: tuple[Stage, ...]
    due_at: datetime
    state: State = "awaiting_answer"
    closed_at: datetime | None = None
    closed_because: ClosedBecause | None = None
    closing_words: str | None = None
    version: int = 1

    @property
    def current(self) -> Stage:
        """The stage that it has come to."""
        return self.stages[-1]

    @property
    def is_open(self) -> bool:
        """Whether anything more can be done with it."""
        return self.state in OPEN

    def is_late(self, now: datetime) -> bool:
        """Whether an answer is due and has not come."""
        return self.state == "awaiting_answer" and now > self.due_at


@dataclass(frozen=True)
class DisagreementFilters:
    """Which disagreements are listed; an absent filter lists all."""

    state: Listed = "open"
    stage: str | None = None
    contact_id: UUID | None = None
    partnership: str | None = None


# What has to be there for each kind of challenge, and what is said where it is not.
_IS_THERE: Mapping[Challenged, tuple[Callable[[Screening], bool], str]] = {
    "decision": (lambda one: one.is_decided, "has not been decided yet"),
    "rating": (lambda one: one.rating is not None, "has no rating"),
    "delay": (lambda one: not one.is_decided or one.has_enquiry_under_way, "has been decided"),
    "no_feedback": (lambda one: one.is_decided, "has not been decided yet, so nothing is to be told"),
}


def require_something_to_challenge(screening: Screening, about: Challenged) -> None:
    """Raise :class:`NothingToChallenge` where the contact has nothing of this kind."""
    is_there, why_not = _IS_THERE[about]
    if not is_there(screening):
        raise NothingToChallenge(f"Contact {screening.reference} {why_not}.")


def first_stage(partnership: Partnership, now: datetime) -> Stage:
    """The stage that every disagreement begins with."""
    return _begin(partnership, next(iter(partnership.escalation)), 1, "raised", None, now)


def stage_above(partnership: Partnership, stage: str) -> str | None:
    """The next stage; None above the last."""
    stages = list(partnership.escalation)
    above = stages[stages.index(stage) + 1 :]
    return above[0] if above else None


def go_up(
    old: Disagreement, partnership: Partnership, because: Began, now: datetime, why: str | None = None
) -> Disagreement:
    """The disagreement at the next stage, whose time begins now. Raises :class:`LastStage`."""
    require_disagreement_open(old)
    above = stage_above(partnership, old.current.stage)
    if above is None:
        raise LastStage(f"{old.current.title} is the last stage. There is none above it.")
    stage = _begin(partnership, above, old.current.number + 1, because, why, now)
    return replace(old, state="awaiting_answer", stages=(*old.stages, stage), due_at=stage.due_at)


def answer(
    old: Disagreement,
    partnership: Partnership,
    result: ChallengeResult,
    response: str,
    by: str,
    now: datetime,
) -> Disagreement:
    """The disagreement with this stage's answer. The last stage's ends it."""
    require_disagreement_open(old)
    if old.state == "answered":
        raise AnsweredAlready("This stage has been answered. The challenger may accept it or go further.")
    stage = replace(old.current, answered_at=now, answered_by=by, result=result, response=response)
    until = _due_at(partnership, stage.stage, now)
    answered = replace(old, state="answered", stages=(*old.stages[:-1], stage), due_at=until)
    if stage_above(partnership, stage.stage) is None:
        return close(answered, "final_answer", now)
    return answered


def close(old: Disagreement, because: ClosedBecause, now: datetime, words: str | None = None) -> Disagreement:
    """The disagreement at its end."""
    require_disagreement_open(old)
    state: State = "withdrawn" if because == "withdrawn" else "resolved"
    return replace(old, state=state, closed_at=now, closed_because=because, closing_words=words)


def once_due(old: Disagreement, partnership: Partnership, now: datetime) -> Disagreement | None:
    """What becomes of it by itself now; None where its time has not come, or nothing is left to happen."""
    if not old.is_open or now < old.due_at:
        return None
    if old.state == "answered":
        return close(old, "not_taken_further", now)
    if stage_above(partnership, old.current.stage) is None:
        return None
    return go_up(old, partnership, "unanswered", now)


def why_up(disagreement: Disagreement, *, is_challenger: bool, is_manager: bool) -> Began:
    """On what ground the caller may take it to the next stage.

    An answer may be taken further by its challenger, or by a manager whom the challenger has told. What is
    not answered yet a manager alone sends up, because nothing more can be settled where it is.
    """
    if not is_challenger and not is_manager:
        raise NotYourDisagreement("Whoever raised a disagreement, or a manager, takes it further.")
    if disagreement.state == "answered":
        return "not_content"
    if not is_manager:
        raise NotAnsweredYet("The answer is not due yet. If none comes in time, it goes up by itself.")
    return "sent_up"


def is_challenger(disagreement: Disagreement, subject: str, *, is_staff: bool) -> bool:
    """Whether somebody speaks for the challenger: they raised it, or the hub did so for the referrer."""
    return disagreement.raised_by == subject or (disagreement.on_behalf and is_staff)


def require_challenger(disagreement: Disagreement, subject: str, *, is_staff: bool) -> None:
    """Raise :class:`NotYourDisagreement` for anybody else."""
    if not is_challenger(disagreement, subject, is_staff=is_staff):
        raise NotYourDisagreement("Only whoever raised a disagreement may end it.")


def require_answered(disagreement: Disagreement) -> None:
    """Raise :class:`NotAnsweredYet` where there is no answer to accept."""
    require_disagreement_open(disagreement)
    if disagreement.state != "answered":
        raise NotAnsweredYet("There is no answer yet.")


def require_not_own(disagreement: Disagreement, subject: str) -> None:
    """Raise :class:`OwnDisagreement` where somebody would answer themselves."""
    if disagreement.challenger_kind == "hub" and disagreement.raised_by == subject:
        raise OwnDisagreement("You raised this disagreement, so somebody else answers it.")


def require_disagreement_open(disagreement: Disagreement) -> None:
    """Raise :class:`DisagreementEnded` where it has ended."""
    if not disagreement.is_open:
        raise DisagreementEnded(f"This disagreement has been {disagreement.state}.")


def _begin(
    partnership: Partnership, name: str, number: int, because: Began, why: str | None, now: datetime
) -> Stage:
    known = partnership.escalation[name]
    due_at = _due_at(partnership, name, now)
    return Stage(number, name, known.title, known.owner, because, why, now, due_at)


def _due_at(partnership: Partnership, stage: str, since: datetime) -> datetime:
    rule = partnership.due_rules[partnership.escalation[stage].due]
    return due(since, rule, partnership.hours).due_at
