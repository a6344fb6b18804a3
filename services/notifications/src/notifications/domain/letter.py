"""What a message to a referrer is written from.

A letter has no place for a child, a family, an address, a narrative, a rating or an agency's answer, so that
none can be told by mistake. What was decided is said in the partnership's own words for that referrer, and
what is still wanted in the labels of its own list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mash.calendar import is_open, next_opening
from mash.calendar.london import spoken
from mash.partnerships import Partnership

from notifications.domain.disagreement import StageWords, stage_words
from notifications.domain.notification import DecisionKind, Notification, Purpose

SUBJECTS: dict[Purpose, str] = {
    "acknowledgement": "We have received your message: reference {reference}",
    "feedback": "About your message: reference {reference}",
    "written_form_chase": "Please send the written form: reference {reference}",
    "disagreement_stage": "Your disagreement: reference {reference}",
    "disagreement_answered": "An answer to your disagreement: reference {reference}",
}


@dataclass(frozen=True)
class Addressee:
    """What the words depend on, of the referrer and of what they sent. Nobody can be known by it."""

    reference: str
    received_at: datetime
    is_professional: bool
    immediate_danger: bool
    missing: Sequence[str]


@dataclass(frozen=True)
class Letter:
    """The facts of one message; times are in words, by London's clock."""

    purpose: Purpose
    reference: str
    received: str
    is_professional: bool
    immediate_danger: bool
    opens_again: str | None
    decision: str | None
    takes_place_of_earlier: bool
    wanted: tuple[str, ...]
    services: tuple[str, ...]

    stage: StageWords | None = None

    @property
    def subject(self) -> str:
        """The subject line: the reference, and nothing of what it is about."""
        return SUBJECTS[self.purpose].format(reference=self.reference)


def compose(
    notification: Notification,
    addressee: Addressee,
    partnership: Partnership,
    now: datetime,
    *,
    takes_place_of_earlier: bool = False,
) -> Letter:
    """Gather what may be said to this referrer, as things stand at ``now``."""
    is_shut = not is_open(now, partnership.hours)
    return Letter(
        purpose=notification.purpose,
        reference=addressee.reference,
        received=spoken(to_the_minute(addressee.received_at)),
        is_professional=addressee.is_professional,
        immediate_danger=addressee.immediate_danger,
        opens_again=spoken(next_opening(now, partnership.hours)) if is_shut else None,
        decision=_decision(notification, partnership, addressee.is_professional),
        takes_place_of_earlier=takes_place_of_earlier,
        wanted=_wanted(addressee, partnership),
        stage=stage_words(notification, partnership),
        services=_services(notification, partnership) if addressee.is_professional else (),
    )


def to_the_minute(at: datetime) -> datetime:
    """Leave out the seconds, which nobody says."""
    return at.replace(second=0, microsecond=0)


def _decision(notification: Notification, partnership: Partnership, is_professional: bool) -> str | None:
    if notification.decision_kind is None or notification.decision is None:
        return None
    return decision_words(
        partnership, notification.decision_kind, notification.decision, is_professional=is_professional
    )


def decision_words(
    partnership: Partnership, kind: DecisionKind, decision: str, *, is_professional: bool
) -> str:
    """Say a pathway or an outcome in the words that this referrer may know."""
    entry = partnership.pathways[decision] if kind == "pathways" else partnership.outcomes[decision]
    return entry.tells_professional if is_professional else entry.tells_public


def _services(notification: Notification, partnership: Partnership) -> tuple[str, ...]:
    """Give the services that the family is signposted to, each with how it is reached."""
    listed = (partnership.services[name] for name in notification.services)
    return tuple(f"{service.title}: {service.reached}" for service in listed)


def _wanted(addressee: Addressee, partnership: Partnership) -> tuple[str, ...]:
    """Give what a professional is asked for again: labels of the partnership's list and no other words."""
    if not addressee.is_professional:
        return ()
    items = partnership.completeness.items()
    return tuple(
        item.label for id, item in items if item.required and {id, item.label} & set(addressee.missing)
    )
