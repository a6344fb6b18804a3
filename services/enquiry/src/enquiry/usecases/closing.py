"""An enquiry ends: a manager decides it, or withdraws it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.contracts.base import Rating
from mash.contracts.enquiry import EnquiryDecided, EnquiryWithdrawn, Outcome
from mash.hub import Transaction

from enquiry.domain.decision import Choice, check_choice, freeze, silent_agencies
from enquiry.domain.enquiry import Enquiry, Request
from enquiry.store import history
from enquiry.store.decisions import add_decision
from enquiry.store.enquiries import change, get_for_change
from enquiry.store.requests import list_requests
from enquiry.store.returned import list_freshness
from enquiry.usecases.naming import of_enquiry
from enquiry.usecases.telling import Postbox, tell
from enquiry.usecases.timing import stop_all


async def decide(
    tx: Transaction, postbox: Postbox, caller: Caller, id: UUID, version: int, choice: Choice
) -> Enquiry:
    """Keep a manager's decision with all that it rests on, frozen, and tell each agency what came of it."""
    enquiry = await get_for_change(tx, caller, id, version)
    requests = await list_requests(tx, [id])
    standings = freeze(enquiry, requests, await list_freshness(tx, requests), tx.now)
    silent = silent_agencies(standings)
    partnership = partnerships.get(enquiry.partnership)
    check_choice(choice, partnership, silent)
    await add_decision(tx, enquiry, choice, standings, by=caller.subject)
    enquiry = await _close(tx, caller, enquiry, requests, "decided", choice.rationale)
    outcome = partnership.outcomes[choice.outcome].title
    await tell(tx, postbox, enquiry, _not_cancelled(requests), "decided", outcome=outcome)
    _tell_decided(tx, enquiry, choice, silent)
    return enquiry


async def withdraw(
    tx: Transaction, postbox: Postbox, caller: Caller, id: UUID, version: int, reason: str
) -> Enquiry:
    """End an enquiry without a decision. Agencies are told to stop; what they returned stays."""
    enquiry = await get_for_change(tx, caller, id, version)
    requests = await list_requests(tx, [id])
    enquiry = await _close(tx, caller, enquiry, requests, "withdrawn", reason)
    await tell(tx, postbox, enquiry, _not_cancelled(requests), "withdrawn")
    tx.emit(EnquiryWithdrawn(**of_enquiry(enquiry), withdrawn_at=tx.now))
    return enquiry


def _not_cancelled(requests: Sequence[Request]) -> list[Request]:
    return [request for request in requests if request.cancelled_at is None]


async def _close(
    tx: Transaction,
    caller: Caller,
    enquiry: Enquiry,
    requests: Sequence[Request],
    action: history.Action,
    why: str,
) -> Enquiry:
    stop_all(tx, enquiry, requests)
    tx.audit(action=f"enquiry.{action}", case=enquiry.contact_id, detail={"enquiry_id": str(enquiry.id)})
    note = history.Note(rationale=why)
    return await change(tx, enquiry, action, by=caller.subject, note=note, state=action, closed_at=tx.now)


def _tell_decided(tx: Transaction, enquiry: Enquiry, choice: Choice, silent: list[str]) -> None:
    tx.emit(
        EnquiryDecided(
            **of_enquiry(enquiry),
            first_rating=cast(Rating, enquiry.first_rating),
            final_rating=cast(Rating | None, choice.final_rating),
            level=choice.level,
            outcome=cast(Outcome, choice.outcome),
            services=list(choice.services),
            silent=silent,
            opened_at=enquiry.opened_at,
            due_at=enquiry.due_at,
            decided_at=tx.now,
            in_time=tx.now <= enquiry.due_at,
        )
    )
