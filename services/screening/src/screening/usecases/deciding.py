"""A manager's rating and decision, and the reopening of one."""

from __future__ import annotations

from typing import Any, Literal, cast
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.access.cases import is_restricted
from mash.contracts.base import Rating
from mash.contracts.screening import (
    ContactAllocated,
    ContactDecided,
    ContactRated,
    Pathway,
    ScreeningConfirmed,
    ScreeningReopened,
)
from mash.hub import Transaction

from screening.domain.decision import (
    Choice,
    check_choice,
    check_rating,
    choice_differs,
    rating_differs,
)
from screening.domain.findings import concerns_of
from screening.domain.recommendation import Recommendation
from screening.domain.screening import Screening, require_decided, require_no_enquiry, require_open
from screening.store.records import add_decision
from screening.store.screenings import get_for_change, save
from screening.usecases.recommending import at_hand
from screening.usecases.timing import running_clock, set_timers, stop_timers


async def rate_contact(
    tx: Transaction, caller: Caller, contact_id: UUID, version: int, rating: Rating, rationale: str | None
) -> Screening:
    """Keep a manager's rating. The clock stays as it is."""
    screening = await get_for_change(tx, caller, contact_id, version)
    require_open(screening)
    partnership = partnerships.get(screening.partnership)
    recommended = at_hand(screening, partnership)
    check_rating(rating, rationale, recommended, partnership)
    differs = rating_differs(rating, recommended)
    await add_decision(
        tx,
        screening,
        "rating",
        by=caller.subject,
        recommended=recommended,
        differs=differs,
        rating=rating,
        rationale=rationale,
    )
    tx.emit(
        ContactRated(
            partnership=screening.partnership,
            contact_id=contact_id,
            rating=rating,
            previous_rating=cast(Rating | None, screening.rating),
            recommended_rating=cast(Rating | None, recommended.rating if recommended else None),
            differs=differs,
            rated_at=tx.now,
        )
    )
    tx.audit(action="contact.rated", case=contact_id)
    return await save(
        tx,
        screening,
        ["rating"],
        by=caller.subject,
        rating=rating,
        considered_version=screening.contact_version,
    )


async def choose_pathway(
    tx: Transaction, caller: Caller, contact_id: UUID, version: int, choice: Choice
) -> Screening:
    """Keep a manager's decision, or give the contact to a social worker, who advises on it first."""
    screening = await get_for_change(tx, caller, contact_id, version)
    require_open(screening)
    partnership = partnerships.get(screening.partnership)
    recommended = at_hand(screening, partnership)
    check_choice(choice, screening, recommended, partnership)
    await add_decision(
        tx,
        screening,
        "pathway",
        by=caller.subject,
        recommended=recommended,
        differs=choice_differs(choice, recommended),
        rating=screening.rating,
        level=choice.level,
        pathway=choice.pathway,
        fast_track_alongside=choice.fast_track_alongside,
        agencies=list(choice.agencies),
        worker=choice.worker,
        services=list(choice.services),
        outcomes=list(choice.outcomes),
        rationale=choice.rationale,
        advice=choice.advice,
        insight=choice.insight,
    )
    if choice.pathway == "social_worker_screening":
        return await _allocate(tx, caller, screening, str(choice.worker))
    return await _decide(tx, caller, screening, choice, recommended)


async def reopen(tx: Transaction, caller: Caller, contact_id: UUID, version: int, reason: str) -> Screening:
    """Take a decision back. The clock never restarts: what was due stays due."""
    screening = await get_for_change(tx, caller, contact_id, version)
    require_decided(screening)
    require_no_enquiry(screening)
    return await put_back(
        tx,
        screening,
        "manager",
        by=caller.subject,
        rationale=reason,
        considered_version=screening.contact_version,
    )


async def confirm(
    tx: Transaction, caller: Caller, contact_id: UUID, version: int, rationale: str
) -> Screening:
    """Keep that a manager has looked at what was added since, and that the decision stands."""
    screening = await get_for_change(tx, caller, contact_id, version)
    require_decided(screening)
    await add_decision(tx, screening, "confirmed", by=caller.subject, rationale=rationale)
    tx.emit(ScreeningConfirmed(partnership=screening.partnership, contact_id=contact_id, confirmed_at=tx.now))
    tx.audit(action="contact.decision_confirmed", case=contact_id)
    return await save(
        tx, screening, ["decision"], by=caller.subject, considered_version=screening.contact_version
    )


async def put_back(
    tx: Transaction,
    screening: Screening,
    because: Literal["manager", "enquiry_withdrawn"],
    *,
    by: str,
    rationale: str | None = None,
    **values: Any,
) -> Screening:
    """Put a decided contact before the manager again, with the clock it always had."""
    await add_decision(tx, screening, "reopened", by=by, rationale=rationale)
    screening = await save(
        tx,
        screening,
        ["decision", "pathway"],
        by=by,
        state="awaiting_decision",
        decided_at=None,
        pathway=None,
        level=None,
        worker=None,
        fast_track_alongside=False,
        outcomes=(),
        **values,
    )
    set_timers(tx, screening)
    tx.emit(
        ScreeningReopened(
            partnership=screening.partnership,
            contact_id=screening.contact_id,
            because=because,
            received_at=screening.received_at,
            due_at=screening.due_at,
            reopened_at=tx.now,
        )
    )
    tx.audit(action="screening.reopened", case=screening.contact_id)
    return screening


async def _allocate(tx: Transaction, caller: Caller, screening: Screening, worker: str) -> Screening:
    _tell_allocated(tx, screening, worker)
    return await save(
        tx,
        screening,
        ["worker"],
        by=caller.subject,
        state="with_social_worker",
        worker=worker,
        considered_version=screening.contact_version,
    )


def _tell_allocated(tx: Transaction, screening: Screening, worker: str) -> None:
    tx.emit(
        ContactAllocated(
            partnership=screening.partnership,
            contact_id=screening.contact_id,
            worker=worker,
            allocated_at=tx.now,
        )
    )
    tx.audit(action="contact.allocated", case=screening.contact_id, detail={"worker": worker})


async def _decide(
    tx: Transaction,
    caller: Caller,
    screening: Screening,
    choice: Choice,
    recommended: Recommendation | None,
) -> Screening:
    is_enquiry = choice.pathway == "enquiry"
    running = await running_clock(tx, screening, by=caller.subject)
    screening = await save(
        tx,
        screening,
        ["decision", "pathway"],
        by=caller.subject,
        state="decided",
        decided_at=tx.now,
        pathway=choice.pathway,
        level=choice.level,
        worker=choice.worker or screening.worker,
        fast_track_alongside=choice.fast_track_alongside,
        outcomes=choice.outcomes,
        enquiry_id=None,
        enquiry_state="asked_for" if is_enquiry else None,
        enquiry_outcome=None,
        considered_version=screening.contact_version,
        **running,
    )
    stop_timers(tx, screening)
    if choice.worker:
        _tell_allocated(tx, screening, choice.worker)
    restricted = await is_restricted(tx, screening.contact_id)
    tx.emit(_decided(tx, screening, choice, recommended, restricted=restricted))
    tx.audit(action="contact.decided", case=screening.contact_id)
    return screening


def _decided(
    tx: Transaction,
    screening: Screening,
    choice: Choice,
    recommended: Recommendation | None,
    *,
    restricted: bool,
) -> ContactDecided:
    thresholds = partnerships.get(screening.partnership).thresholds(screening.threshold_version)
    return ContactDecided(
        partnership=screening.partnership,
        contact_id=screening.contact_id,
        pathway=cast(Pathway, choice.pathway),
        rating=cast(Rating | None, screening.rating),
        level=choice.level,
        recommended_pathway=recommended.pathway if recommended else None,
        differs=choice_differs(choice, recommended),
        fast_track_alongside=choice.fast_track_alongside,
        agencies=list(choice.agencies),
        services=list(choice.services),
        concerns=sorted(concerns_of(screening.findings, screening.facts.stated_concerns, thresholds)),
        received_at=screening.received_at,
        due_at=screening.due_at,
        decided_at=tx.now,
        in_time=tx.now <= screening.due_at,
        restricted=restricted,
    )
