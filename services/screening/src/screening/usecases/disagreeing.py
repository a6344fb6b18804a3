"""A disagreement from its raising to its end. Its words stay here; events tell the hub of its stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypedDict, cast
from uuid import UUID

from mash import partnerships
from mash.access import Caller, Role
from mash.contracts.queries import ContactSender
from mash.contracts.screening import (
    Challenged,
    ChallengeResult,
    ChallengerKind,
    DisagreementAnswered,
    DisagreementClosed,
    DisagreementRaised,
    DisagreementWentUp,
)
from mash.errors import NotFound
from mash.http import RemoteNotFound
from mash.hub import Hub, Transaction
from mash.ids import new_id

from screening.domain.disagreement import (
    Disagreement,
    DisagreementFilters,
    answer,
    close,
    first_stage,
    go_up,
    is_challenger,
    once_due,
    require_answered,
    require_challenger,
    require_disagreement_open,
    require_not_own,
    require_something_to_challenge,
    stage_above,
    why_up,
)
from screening.domain.screening import Screening
from screening.store.disagreements import (
    add_disagreement,
    find_challenged,
    find_disagreement,
    get_disagreement,
    get_disagreement_for_change,
    is_staff,
    list_disagreements,
    save_disagreement,
    was_asked,
)

DISAGREEMENT_DUE = "disagreement.due"
Position = tuple[datetime, UUID]


class UnknownContact(NotFound):
    """There is no such contact, or none that the caller may challenge."""

    def __init__(self) -> None:
        super().__init__("There is no such contact, or none that you may challenge.")


@dataclass(frozen=True)
class Challenge:
    """What somebody brings forward, before it is a disagreement. ``kind`` says in what part they speak."""

    screening: Screening
    kind: ChallengerKind
    about: Challenged
    reason: str
    on_behalf: bool


@dataclass(frozen=True)
class DisagreementQueue:
    """A page of disagreements, the next to be due first."""

    disagreements: Sequence[Disagreement]
    next: Position | None


class _About(TypedDict):
    partnership: str
    contact_id: UUID
    disagreement_id: UUID
    challenger_kind: ChallengerKind
    stage: str


async def bring_forward(
    hub: Hub, caller: Caller, reference: str, about: Challenged, reason: str, *, for_referrer: bool
) -> Challenge:
    """Find the contact that the caller means, if they may know of it. Raises :class:`UnknownContact`.

    The hub's people may challenge every contact of their partnerships, an agency's lead those that the
    agency was asked about, a referrer those that they sent. Only intake knows who sent one, so that it is
    asked before the transaction of the challenge itself.
    """
    async with hub.transaction(caller) as tx:
        screening = await find_challenged(tx, caller, reference)
        if screening is None:
            raise UnknownContact
        kind = await _part(tx, caller, screening)
    if kind == "referrer" and await _sender(hub, screening.contact_id) != caller.subject:
        raise UnknownContact
    on_behalf = for_referrer and kind == "hub"
    return Challenge(screening, "referrer" if on_behalf else kind, about, reason, on_behalf)


async def _part(tx: Transaction, caller: Caller, screening: Screening) -> ChallengerKind:
    if is_staff(caller):
        return "hub"
    if caller.has(Role.AGENCY_LEAD):
        if caller.agency is None or not await was_asked(tx, screening.contact_id, caller.agency):
            raise UnknownContact
        return "agency"
    return "referrer"


async def _sender(hub: Hub, contact_id: UUID) -> str | None:
    try:
        path = f"/v1/contacts/by-id/{contact_id}/sender"
        return (await hub.http.get("intake", path, schema=ContactSender)).sent_by
    except RemoteNotFound:
        return None


async def raise_disagreement(tx: Transaction, caller: Caller, challenge: Challenge) -> dict[str, Any]:
    """Open a disagreement at the partnership's first stage; return what its challenger is told."""
    screening = challenge.screening
    require_something_to_challenge(screening, challenge.about)
    stage = first_stage(partnerships.get(screening.partnership), tx.now)
    new = Disagreement(
        id=new_id(),
        partnership=screening.partnership,
        contact_id=screening.contact_id,
        reference=screening.reference,
        about=challenge.about,
        challenger_kind=challenge.kind,
        raised_by=caller.subject,
        on_behalf=challenge.on_behalf,
        agency=caller.agency if challenge.kind == "agency" else None,
        reason=challenge.reason,
        raised_at=tx.now,
        stages=(stage,),
        due_at=stage.due_at,
    )
    await add_disagreement(tx, new)
    _set_timer(tx, new)
    tx.emit(DisagreementRaised(**_facts(new), about=new.about, raised_at=tx.now, due_at=new.due_at))
    _audit(tx, caller, "disagreement.raised", new)
    return {
        "id": str(new.id),
        "reference": new.reference,
        "stage": stage.stage,
        "title": stage.title,
        "owner": stage.owner,
        "due_at": stage.due_at.isoformat(),
        "version": new.version,
    }


async def look_at_disagreements(
    tx: Transaction, caller: Caller, filters: DisagreementFilters, after: Position | None, limit: int
) -> DisagreementQueue:
    """A page of the disagreements in the caller's partnerships; the look is in the audit."""
    found = await list_disagreements(tx, caller, filters, after, limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    shown = sorted({str(one.contact_id) for one in found[:limit]})
    tx.audit(action="disagreements.listed", caller=caller, detail={"contacts": shown})
    return DisagreementQueue(found[:limit], (last.due_at, last.id) if last else None)


async def look_at_disagreement(tx: Transaction, caller: Caller, id: UUID) -> Disagreement:
    """One disagreement with its stages; the look is in the audit."""
    found = await get_disagreement(tx, caller, id)
    _audit(tx, caller, "disagreement.viewed", found)
    return found


async def give_answer(
    tx: Transaction, caller: Caller, id: UUID, version: int, result: ChallengeResult, response: str
) -> Disagreement:
    """Keep a stage's answer. The last stage's ends the disagreement; any other's can be taken further."""
    old = await get_disagreement_for_change(tx, caller, id, version)
    require_not_own(old, caller.subject)
    partnership = partnerships.get(old.partnership)
    new = await _save(tx, answer(old, partnership, result, response, caller.subject, tx.now))
    stage = new.current
    tx.emit(
        DisagreementAnswered(
            **_facts(new),
            result=result,
            answered_at=tx.now,
            due_at=stage.due_at,
            in_time=bool(stage.in_time),
        )
    )
    _audit(tx, caller, "disagreement.answered", new)
    _tell_if_closed(tx, new)
    return new


async def take_further(tx: Transaction, caller: Caller, id: UUID, version: int, reason: str) -> Disagreement:
    """Take a disagreement to the next stage, as its challenger or as a manager may."""
    old = await get_disagreement_for_change(tx, caller, id, version)
    require_disagreement_open(old)
    speaks = is_challenger(old, caller.subject, is_staff=is_staff(caller))
    because = why_up(old, is_challenger=speaks, is_manager=caller.has(Role.MANAGER))
    new = await _save(tx, go_up(old, partnerships.get(old.partnership), because, tx.now, reason))
    _tell_went_up(tx, new)
    _audit(tx, caller, "disagreement.went_up", new)
    return new


async def accept_answer(tx: Transaction, caller: Caller, id: UUID, version: int) -> Disagreement:
    """End a disagreement whose challenger is content with the answer."""
    old = await get_disagreement_for_change(tx, caller, id, version)
    require_challenger(old, caller.subject, is_staff=is_staff(caller))
    require_answered(old)
    return await _end(tx, caller, close(old, "accepted", tx.now))


async def withdraw(tx: Transaction, caller: Caller, id: UUID, version: int, reason: str) -> Disagreement:
    """End a disagreement that its challenger takes back."""
    old = await get_disagreement_for_change(tx, caller, id, version)
    require_challenger(old, caller.subject, is_staff=is_staff(caller))
    return await _end(tx, caller, close(old, "withdrawn", tx.now, reason))


async def let_run_out(tx: Transaction, id: UUID) -> None:
    """Do what a disagreement's time brings: it goes up unanswered, or ends as nobody took it further."""
    old = await find_disagreement(tx, id)
    due = once_due(old, partnerships.get(old.partnership), tx.now) if old else None
    if due is None:
        return
    new = await _save(tx, due)
    if new.is_open:
        _tell_went_up(tx, new)
    _audit(tx, None, "disagreement.went_up" if new.is_open else "disagreement.closed", new)
    _tell_if_closed(tx, new)


async def _end(tx: Transaction, caller: Caller, closed: Disagreement) -> Disagreement:
    new = await _save(tx, closed)
    _audit(tx, caller, "disagreement.closed", new)
    _tell_if_closed(tx, new)
    return new


async def _save(tx: Transaction, changed: Disagreement) -> Disagreement:
    new = await save_disagreement(tx, changed)
    _set_timer(tx, new)
    return new


def _set_timer(tx: Transaction, disagreement: Disagreement) -> None:
    """Have it go up, or end, when its time is up; the last stage's silence is shown as late, and no more."""
    partnership = partnerships.get(disagreement.partnership)
    is_last = stage_above(partnership, disagreement.current.stage) is None
    if disagreement.is_open and not is_last:
        tx.schedule(DISAGREEMENT_DUE, str(disagreement.id), disagreement.due_at)
    else:
        tx.cancel_timer(DISAGREEMENT_DUE, str(disagreement.id))


def _tell_went_up(tx: Transaction, new: Disagreement) -> None:
    because = cast(Literal["unanswered", "not_content", "sent_up"], new.current.because)
    tx.emit(DisagreementWentUp(**_facts(new), because=because, went_up_at=tx.now, due_at=new.due_at))


def _tell_if_closed(tx: Transaction, new: Disagreement) -> None:
    if new.closed_because is not None:
        tx.emit(DisagreementClosed(**_facts(new), because=new.closed_because, closed_at=tx.now))


def _facts(disagreement: Disagreement) -> _About:
    return {
        "partnership": disagreement.partnership,
        "contact_id": disagreement.contact_id,
        "disagreement_id": disagreement.id,
        "challenger_kind": disagreement.challenger_kind,
        "stage": disagreement.current.stage,
    }


def _audit(tx: Transaction, caller: Caller | None, action: str, of: Disagreement) -> None:
    detail = {"disagreement_id": str(of.id), "stage": of.current.stage}
    tx.audit(action=action, case=of.contact_id, caller=caller, detail=detail)
