"""A disagreement as people hear of it: tasks for those who see to its stages, messages to its challenger.

Only a referrer is written to. Somebody of the hub, or the lead of an agency, has no address here: an officer
tells them of the answer.
"""

from __future__ import annotations

from datetime import datetime

from mash.contracts.screening import (
    DisagreementAnswered,
    DisagreementClosed,
    DisagreementRaised,
    DisagreementWentUp,
)
from mash.hub import Transaction

from notifications.domain.disagreement import cause_of
from notifications.domain.tasks import Kind
from notifications.store.disagreements import is_newest, supersede_stages
from notifications.store.tasks import close_tasks
from notifications.usecases.noting import drop, due_by, note_owed
from notifications.usecases.tasking import SERVICE, raise_task

Disagreed = DisagreementRaised | DisagreementWentUp | DisagreementAnswered | DisagreementClosed


async def raise_disagreement(tx: Transaction, event: DisagreementRaised) -> None:
    """See that the owner of the first stage hears of a disagreement, and its challenger of the owner."""
    await _put_before_owner(tx, event, event.raised_at)


async def raise_next_stage(tx: Transaction, event: DisagreementWentUp) -> None:
    """The same for the next stage, whose owner has their own time."""
    await _put_before_owner(tx, event, event.went_up_at)


async def tell_answer(tx: Transaction, event: DisagreementAnswered) -> None:
    """Let the owner's task rest, and have the challenger told what came of it."""
    if not await _is_newest(tx, event, event.answered_at):
        return
    await _let_rest(tx, event, ["disagreement"])
    due_at = due_by("feedback", event.answered_at, event.partnership)
    if event.challenger_kind != "referrer":
        await raise_task(
            tx,
            "tell_challenger",
            event.partnership,
            event.contact_id,
            about=event.disagreement_id,
            due_at=due_at,
            stage=event.stage,
        )
        return
    await note_owed(
        tx,
        event.partnership,
        event.contact_id,
        "disagreement_answered",
        cause=cause_of(event.disagreement_id, event.stage),
        about_at=event.answered_at,
        due_at=due_at,
        decision=event.result,
        stage=event.stage,
    )


async def close_disagreement(tx: Transaction, event: DisagreementClosed) -> None:
    """Let all rest. A challenger who ended it themselves need not be told of the answer either."""
    if not await _is_newest(tx, event, event.closed_at):
        return
    they_know = event.because in ("accepted", "withdrawn")
    await _let_rest(tx, event, ["disagreement", "tell_challenger"] if they_know else ["disagreement"])


async def _put_before_owner(
    tx: Transaction, event: DisagreementRaised | DisagreementWentUp, since: datetime
) -> None:
    if not await _is_newest(tx, event, since):
        return
    await _let_rest(tx, event, ["disagreement", "tell_challenger"])
    await raise_task(
        tx,
        "disagreement",
        event.partnership,
        event.contact_id,
        about=event.disagreement_id,
        due_at=event.due_at,
        stage=event.stage,
    )
    if event.challenger_kind == "referrer":
        await note_owed(
            tx,
            event.partnership,
            event.contact_id,
            "disagreement_stage",
            cause=cause_of(event.disagreement_id, event.stage),
            about_at=since,
            due_at=due_by("acknowledgement", since, event.partnership),
            stage=event.stage,
        )


async def _let_rest(tx: Transaction, event: Disagreed, kinds: list[Kind]) -> None:
    """Close the tasks of the stage that it has left, and tell nobody any more who was to answer there."""
    await close_tasks(tx, kinds, [event.disagreement_id], SERVICE)
    await drop(tx, await supersede_stages(tx, event.disagreement_id))


async def _is_newest(tx: Transaction, event: Disagreed, at: datetime) -> bool:
    return await is_newest(tx, event.disagreement_id, event.partnership, event.contact_id, at)
