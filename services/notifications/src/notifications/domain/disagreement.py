"""What a referrer is told of a disagreement: who answers it and by when, what came of it, what they may do.

The words of the disagreement and of its answers are not among them; whoever may read those asks the hub.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mash.calendar import due
from mash.calendar.london import spoken
from mash.partnerships import Partnership

from notifications.domain.notification import Notification

RESULTS: Mapping[str, str] = {
    "upheld": "We have looked at it again, and stand by what we did.",
    "changed": "We have looked at it again, and will change what we did.",
    "partly": "We have looked at it again, and will change part of what we did.",
}


@dataclass(frozen=True)
class StageWords:
    """A stage in words. ``by`` is when it is to answer; once it has, until when that may be taken further."""

    title: str
    owner: str
    by: str
    is_last: bool
    result: str | None


def stage_words(notification: Notification, partnership: Partnership) -> StageWords | None:
    """Say what a message about a disagreement is to say; None where it is about something else."""
    if notification.stage is None:
        return None
    stage = partnership.escalation[notification.stage]
    return StageWords(
        title=stage.title,
        owner=stage.owner,
        by=spoken(stage_due_at(partnership, notification.stage, notification.about_at)),
        is_last=notification.stage == list(partnership.escalation)[-1],
        result=RESULTS[notification.decision] if notification.decision else None,
    )


def stage_due_at(partnership: Partnership, stage: str, since: datetime) -> datetime:
    """By when a stage that began then answers, or its answer of then may be taken further; no seconds."""
    rule = partnership.due_rules[partnership.escalation[stage].due]
    return due(since, rule, partnership.hours).due_at.replace(second=0, microsecond=0)


def cause_of(disagreement_id: UUID, stage: str) -> str:
    """What tells the messages about one stage of one disagreement from all others."""
    return f"{disagreement_id}:{stage}"
