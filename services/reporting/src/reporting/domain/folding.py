"""From the events of one contact to the facts that figures are made of.

The fold is a pure function of the events, in the order of the times they tell of, and not of the order
in which they came. So an event that is late, or a rebuild a year on, gives the same figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from mash.contracts import enquiry as enquiries
from mash.contracts import intake, notifications, screening
from mash.contracts.base import ContactEvent

Row = dict[str, Any]


@dataclass
class Facts:
    """What is known of one contact: rows for each of the fact tables, by their key."""

    contact: Row
    enquiry: dict[UUID, Row] = field(default_factory=dict)
    request: dict[UUID, Row] = field(default_factory=dict)
    notification: dict[UUID, Row] = field(default_factory=dict)
    disagreement_stage: dict[tuple[UUID, str], Row] = field(default_factory=dict)
    meeting_rating: dict[UUID, Row] = field(default_factory=dict)
    case_grade: dict[tuple[UUID, str], Row] = field(default_factory=dict)

    def rows(self) -> dict[str, list[Row]]:
        """Return the rows by the name of their table."""
        return {
            "contact": [self.contact],
            "enquiry": list(self.enquiry.values()),
            "request": list(self.request.values()),
            "notification": list(self.notification.values()),
            "disagreement_stage": list(self.disagreement_stage.values()),
            "meeting_rating": list(self.meeting_rating.values()),
            "case_grade": list(self.case_grade.values()),
        }


def fold(events: Iterable[tuple[datetime, UUID, ContactEvent]]) -> Facts:
    """Fold one contact's events, each with its envelope's time and id. There must be at least one."""
    ordered = sorted(events, key=lambda one: (one[0], one[1]))
    first = ordered[0][2]
    facts = Facts(contact=_blank_contact(first))
    for at, _, event in ordered:
        for kind, apply in _FOLDS:
            if isinstance(event, kind):
                apply(facts, event, at)
    return facts


def _blank_contact(event: ContactEvent) -> Row:
    names = (
        "reference",
        "received_at",
        "channel",
        "kind",
        "source_code",
        "child_count",
        "unborn",
        "repeat_count",
        "concerns",
        "due_at",
        "rating",
        "first_rating",
        "pathway",
        "level",
        "decided_at",
    )
    return {
        "contact_id": event.contact_id,
        "partnership": event.partnership,
        "restricted": False,
        **dict.fromkeys(names),
    }


def _received(facts: Facts, event: intake.ContactReceived, _at: datetime) -> None:
    facts.contact.update(
        reference=event.reference,
        received_at=event.received_at,
        channel=event.channel,
        kind=event.kind,
        source_code=event.source_code,
        child_count=event.child_count,
        unborn=event.unborn,
        repeat_count=event.repeat_count,
    )
    _restrict(facts, event)


def _completed(facts: Facts, event: intake.ContactCompleted, _at: datetime) -> None:
    facts.contact.update(child_count=event.child_count, unborn=event.unborn, repeat_count=event.repeat_count)


def _restrict(facts: Facts, event: intake.ContactReceived | screening.ContactDecided) -> None:
    """What a service knew in passing may close a case, and never opens one: that is for intake to tell."""
    facts.contact["restricted"] |= event.restricted


def _access_changed(facts: Facts, event: intake.AccessChanged, _at: datetime) -> None:
    facts.contact["restricted"] = event.restricted


def _due(facts: Facts, event: screening.ScreeningOpened, _at: datetime) -> None:
    facts.contact.update(received_at=event.received_at, due_at=event.due_at)


def _resumed(facts: Facts, event: screening.ScreeningResumed, _at: datetime) -> None:
    facts.contact["due_at"] = event.due_at


def _rated(facts: Facts, event: screening.ContactRated, _at: datetime) -> None:
    facts.contact["first_rating"] = facts.contact["first_rating"] or event.previous_rating or event.rating
    facts.contact["rating"] = event.rating


def _decided(facts: Facts, event: screening.ContactDecided, _at: datetime) -> None:
    facts.contact.update(
        received_at=event.received_at,
        due_at=event.due_at,
        rating=event.rating or facts.contact["rating"],
        pathway=event.pathway,
        level=event.level,
        concerns=event.concerns,
        decided_at=event.decided_at,
    )
    _restrict(facts, event)


def _reopened(facts: Facts, event: screening.ScreeningReopened, _at: datetime) -> None:
    facts.contact.update(due_at=event.due_at, decided_at=None, pathway=None)


def _enquiry(facts: Facts, event: enquiries._EnquiryEvent) -> Row:
    names = (
        "opened_at",
        "due_at",
        "rating",
        "first_rating",
        "final_rating",
        "level",
        "outcome",
        "decided_at",
        "withdrawn_at",
    )
    blank = {
        "enquiry_id": event.enquiry_id,
        "contact_id": event.contact_id,
        "partnership": event.partnership,
        **dict.fromkeys(names),
    }
    return facts.enquiry.setdefault(event.enquiry_id, blank)


def _enquiry_opened(facts: Facts, event: enquiries.EnquiryOpened, _at: datetime) -> None:
    _enquiry(facts, event).update(
        opened_at=event.opened_at, due_at=event.due_at, rating=event.rating, first_rating=event.rating
    )


def _enquiry_rerated(facts: Facts, event: enquiries.EnquiryRatingChanged, _at: datetime) -> None:
    row = _enquiry(facts, event)
    row["first_rating"] = row["first_rating"] or event.previous_rating
    row.update(rating=event.rating, due_at=event.due_at)


def _enquiry_decided(facts: Facts, event: enquiries.EnquiryDecided, _at: datetime) -> None:
    _enquiry(facts, event).update(
        opened_at=event.opened_at,
        due_at=event.due_at,
        first_rating=event.first_rating,
        final_rating=event.final_rating,
        level=event.level,
        outcome=event.outcome,
        decided_at=event.decided_at,
    )
    _close_requests(facts, event.enquiry_id, event.decided_at)


def _enquiry_withdrawn(facts: Facts, event: enquiries.EnquiryWithdrawn, _at: datetime) -> None:
    _enquiry(facts, event)["withdrawn_at"] = event.withdrawn_at
    _close_requests(facts, event.enquiry_id, event.withdrawn_at)


def _close_requests(facts: Facts, enquiry_id: UUID, at: datetime) -> None:
    for row in facts.request.values():
        if row["enquiry_id"] == enquiry_id and row["closed_at"] is None:
            row["closed_at"] = at


def _request(facts: Facts, event: enquiries._RequestEvent) -> Row:
    names = ("requested_at", "due_at", "queued_at", "answer", "returned_at", "closed_at")
    blank = {
        "request_id": event.request_id,
        "contact_id": event.contact_id,
        "enquiry_id": event.enquiry_id,
        "partnership": event.partnership,
        "agency": event.agency,
        **dict.fromkeys(("corrections", "withdrawals", "item_count", "lacking_item_count"), 0),
        **dict.fromkeys(names),
    }
    row = facts.request.setdefault(event.request_id, blank)
    row["rating"] = event.rating
    return row


def _requested(facts: Facts, event: enquiries.InformationRequested, _at: datetime) -> None:
    row = _request(facts, event)
    row.update(requested_at=row["requested_at"] or event.requested_at, due_at=event.due_at)


def _queued(facts: Facts, event: enquiries.RequestReceived, _at: datetime) -> None:
    row = _request(facts, event)
    row["queued_at"] = row["queued_at"] or event.received_at


def _returned(facts: Facts, event: enquiries.ReturnReceived, _at: datetime) -> None:
    row = _request(facts, event)
    # What came before in its place was corrected, but for what was withdrawn.
    corrections = event.answer_version - 1 - row["withdrawals"]
    row.update(
        answer=event.answer,
        corrections=max(row["corrections"], corrections),
        item_count=event.item_count,
        lacking_item_count=event.lacking_item_count,
    )
    # The first answer is the one that was in time or late; a correction does not make it late again.
    if row["returned_at"] is None:
        row.update(returned_at=event.returned_at, requested_at=event.requested_at, due_at=event.due_at)


def _taken_back(facts: Facts, event: enquiries.ReturnWithdrawn, _at: datetime) -> None:
    """An answer that was taken back is none: the request waits again until another one comes."""
    row = _request(facts, event)
    row["withdrawals"] += 1
    row.update(answer=None, returned_at=None, item_count=0, lacking_item_count=0)


def _cancelled(facts: Facts, event: enquiries.RequestCancelled, _at: datetime) -> None:
    _request(facts, event)["closed_at"] = event.cancelled_at


def _notification(facts: Facts, event: notifications._NotificationEvent) -> Row:
    blank = {
        "notification_id": event.notification_id,
        "contact_id": event.contact_id,
        "partnership": event.partnership,
        "purpose": event.purpose,
        **dict.fromkeys(("since_at", "due_at", "sent_at", "failed_at", "dropped_at")),
    }
    return facts.notification.setdefault(event.notification_id, blank)


def _queued_to_send(facts: Facts, event: notifications.NotificationQueued, _at: datetime) -> None:
    _notification(facts, event).update(since_at=event.since_at, due_at=event.due_at, dropped_at=None)


def _sent(facts: Facts, event: notifications.NotificationSent, _at: datetime) -> None:
    _notification(facts, event).update(due_at=event.due_at, sent_at=event.sent_at, dropped_at=None)


def _failed(facts: Facts, event: notifications.NotificationFailed, _at: datetime) -> None:
    _notification(facts, event)["failed_at"] = event.failed_at


def _dropped(facts: Facts, event: notifications.NotificationDropped, _at: datetime) -> None:
    _notification(facts, event)["dropped_at"] = event.dropped_at


def _stage(facts: Facts, event: screening._Disagreement) -> Row:
    blank = {
        "disagreement_id": event.disagreement_id,
        "stage": event.stage,
        "contact_id": event.contact_id,
        "partnership": event.partnership,
        **dict.fromkeys(("began_at", "due_at", "answered_at", "result", "left_at", "left_because")),
    }
    return facts.disagreement_stage.setdefault((event.disagreement_id, event.stage), blank)


def _raised(facts: Facts, event: screening.DisagreementRaised, _at: datetime) -> None:
    _stage(facts, event).update(began_at=event.raised_at, due_at=event.due_at)


def _went_up(facts: Facts, event: screening.DisagreementWentUp, _at: datetime) -> None:
    _leave(facts, event, event.went_up_at)
    _stage(facts, event).update(began_at=event.went_up_at, due_at=event.due_at)


def _answered(facts: Facts, event: screening.DisagreementAnswered, _at: datetime) -> None:
    _stage(facts, event).update(answered_at=event.answered_at, due_at=event.due_at, result=event.result)


def _closed(facts: Facts, event: screening.DisagreementClosed, _at: datetime) -> None:
    _leave(facts, event, event.closed_at)


def _rated_in_meeting(facts: Facts, event: enquiries.AgendaItemRated, _at: datetime) -> None:
    """The last that a meeting settled on counts."""
    facts.meeting_rating[event.meeting_id] = event.model_dump()


def _graded(facts: Facts, event: enquiries.CaseAudited, _at: datetime) -> None:
    """What an agency wrote last counts."""
    facts.case_grade[event.case_audit_id, event.agency] = event.model_dump()


def _leave(
    facts: Facts, event: screening.DisagreementWentUp | screening.DisagreementClosed, at: datetime
) -> None:
    """A stage that gave no answer was left all the same, and will give none."""
    for row in facts.disagreement_stage.values():
        if row["disagreement_id"] == event.disagreement_id and not (row["answered_at"] or row["left_at"]):
            row.update(left_at=at, left_because=event.because)


_FOLDS: tuple[tuple[type[ContactEvent], Callable[..., None]], ...] = (
    (intake.ContactReceived, _received),
    (intake.ContactCompleted, _completed),
    (intake.AccessChanged, _access_changed),
    (screening.ScreeningOpened, _due),
    (screening.ScreeningResumed, _resumed),
    (screening.ContactRated, _rated),
    (screening.ContactDecided, _decided),
    (screening.ScreeningReopened, _reopened),
    (enquiries.EnquiryOpened, _enquiry_opened),
    (enquiries.InformationRequested, _requested),
    (enquiries.RequestReceived, _queued),
    (enquiries.ReturnReceived, _returned),
    (enquiries.ReturnWithdrawn, _taken_back),
    (enquiries.RequestCancelled, _cancelled),
    (enquiries.EnquiryRatingChanged, _enquiry_rerated),
    (enquiries.EnquiryDecided, _enquiry_decided),
    (enquiries.EnquiryWithdrawn, _enquiry_withdrawn),
    (notifications.NotificationQueued, _queued_to_send),
    (notifications.NotificationSent, _sent),
    (notifications.NotificationFailed, _failed),
    (notifications.NotificationDropped, _dropped),
    (screening.DisagreementRaised, _raised),
    (screening.DisagreementWentUp, _went_up),
    (screening.DisagreementAnswered, _answered),
    (screening.DisagreementClosed, _closed),
    (enquiries.AgendaItemRated, _rated_in_meeting),
    (enquiries.CaseAudited, _graded),
)

FOLDED: tuple[type[ContactEvent], ...] = tuple(kind for kind, _ in _FOLDS)
