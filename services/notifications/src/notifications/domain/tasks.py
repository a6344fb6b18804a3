"""What a person has to do, and which role it waits for.

``KINDS`` is the whole list. A task is about one thing (a contact, a notification, a request or an enquiry),
and there is never more than one open task of a kind about it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from mash.errors import Conflict, Invalid, NotPermitted

Kind = Literal[
    "tell_in_person",
    "not_delivered",
    "written_form",
    "screening_due_soon",
    "screening_overdue",
    "new_information",
    "request_overdue",
    "request_raised",
    "enquiry_ready",
    "return_raised",
    "disagreement",
    "tell_challenger",
    "open_case",
    "own_case",
    "emergency_opening",
    "name_somebody",
    "forward_to_lado",
]
How = Literal["telephone", "in_person", "letter", "email", "not_possible", "dealt_with"]

Position = tuple[datetime, UUID]

OFFICER = "contact_officer"
MANAGER = "manager"
SOCIAL_WORKER = "social_worker"
PROTECTION_OFFICER = "data_protection_officer"
TELLING: frozenset[Kind] = frozenset({"tell_in_person", "not_delivered"})
ABOUT_SCREENING: frozenset[Kind] = frozenset({"screening_due_soon", "screening_overdue"})
ABOUT_REQUEST: frozenset[Kind] = frozenset({"request_overdue", "request_raised"})
# The kinds of contact that are about somebody in a position of trust.
ABOUT_TRUST = frozenset({"allegation", "lado"})
MEANS_OF_TELLING: frozenset[How] = frozenset({"telephone", "in_person", "letter", "email"})


class TaskAlreadyDone(Conflict):
    """Somebody has done the task, or what it asked for came about by itself."""


class ManagersTask(NotPermitted):
    """The task is for the manager to do."""


class WrongWayOfDoing(Invalid):
    """A referrer is told by some means, anything else is dealt with; what was not possible says why."""


@dataclass(frozen=True)
class TaskKind:
    """Whose task it is, and what it asks of them."""

    role: str
    words: str


KINDS: dict[Kind, TaskKind] = {
    "tell_in_person": TaskKind(
        OFFICER,
        "Tell the referrer what was decided: they cannot be written to. Look in the contact for how to reach "
        "them, and ring only if nothing there says that it is unsafe.",
    ),
    "not_delivered": TaskKind(OFFICER, "A message has not reached the referrer. Tell them another way."),
    "written_form": TaskKind(
        OFFICER,
        "The written form has not followed a professional's call about immediate child protection. Chase it.",
    ),
    "screening_due_soon": TaskKind(MANAGER, "A contact is about to be late, and awaits your decision."),
    "screening_overdue": TaskKind(MANAGER, "A contact is late, and awaits your decision."),
    "new_information": TaskKind(MANAGER, "Something was added to a contact after you had decided it."),
    "request_overdue": TaskKind(MANAGER, "An agency is late with its answer to an enquiry, and was chased."),
    "request_raised": TaskKind(MANAGER, "An agency is still late, and its lead has been told."),
    "enquiry_ready": TaskKind(MANAGER, "An enquiry is back with you, for your decision."),
    "return_raised": TaskKind(MANAGER, "An agency has told something new after its enquiry was closed."),
    "disagreement": TaskKind(
        MANAGER,
        "What was decided on a contact is challenged. See that the owner of the stage knows, and that their "
        "answer is recorded in time.",
    ),
    "tell_challenger": TaskKind(
        OFFICER, "A disagreement was answered. Tell the colleague, or the agency's lead, who raised it."
    ),
    "open_case": TaskKind(
        SOCIAL_WORKER,
        "A contact has come on a case that a social worker has or had. Its screening names the worker, who "
        "reads it and goes on with the family. No agency is asked unless the worker asks for it.",
    ),
    "own_case": TaskKind(
        PROTECTION_OFFICER,
        "Somebody of the hub has looked at a case about their own family, home or name. They were not told "
        "that it was noticed. Find out why they looked.",
    ),
    "emergency_opening": TaskKind(
        PROTECTION_OFFICER,
        "Somebody who is not named has opened a restricted case in an emergency. Ask a manager named for it "
        "for the reason they gave, and see that it was one.",
    ),
    "name_somebody": TaskKind(
        PROTECTION_OFFICER,
        "A case is restricted and nobody is named who may open it. Name a manager, for nobody can decide it.",
    ),
    "forward_to_lado": TaskKind(
        MANAGER,
        "An allegation about somebody in a position of trust has come. Forward it to the Local Authority "
        "Designated Officer, and close the contact as referred to LADO unless an assessment is due.",
    ),
}


@dataclass(frozen=True)
class Task:
    """``about`` is the id of what it is about; ``due_at`` when that was, or is, due.

    ``stage`` is the one that a disagreement has come to; ``subject`` is whose look was noticed.
    """

    id: UUID
    partnership: str
    contact_id: UUID
    kind: Kind
    about: UUID
    role: str
    notification_id: UUID | None
    enquiry_id: UUID | None
    agency: str | None
    due_at: datetime
    raised_at: datetime
    done_at: datetime | None
    done_by: str | None
    how: How | None
    note: str | None
    version: int
    stage: str | None = None
    subject: str | None = None

    @property
    def words(self) -> str:
        """What is asked."""
        return KINDS[self.kind].words

    @property
    def is_telling(self) -> bool:
        """Whether doing it means that a referrer has been told."""
        return self.kind in TELLING

    def is_late(self, now: datetime) -> bool:
        """Whether it was still open when it was due."""
        return (self.done_at or now) > self.due_at


@dataclass(frozen=True)
class ListedTask:
    """A task with its contact's reference, which is absent until the contact's own event has come."""

    task: Task
    reference: str | None


@dataclass(frozen=True)
class Filters:
    """Which tasks are listed; ``roles`` are those that they wait for."""

    is_open: bool
    kind: Kind | None
    roles: Collection[str] | None
    contact_id: UUID | None


def require_may_do(task: Task, roles: Collection[str], how: How, note: str | None) -> None:
    """Raise :class:`TaskAlreadyDone`, :class:`ManagersTask` or :class:`WrongWayOfDoing`."""
    if task.done_at is not None:
        raise TaskAlreadyDone("This task has been done already.")
    if task.role == MANAGER and MANAGER not in roles:
        raise ManagersTask("This task is for the manager to do.")
    if how == "not_possible":
        if not note:
            raise WrongWayOfDoing("Say in the note why it was not possible.", field="note")
    elif (how in MEANS_OF_TELLING) != task.is_telling:
        words = "Say how the referrer was told." if task.is_telling else "Nobody is told by this task."
        raise WrongWayOfDoing(words, field="how")
