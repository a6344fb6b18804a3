"""An answer in the words of the boundary's contract."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from mash.access import Caller
from mash.contracts.boundary import AgencyMessage, ReturnedItem
from mash.contracts.boundary import Searched as SearchedMessage
from mash.ids import new_id

from partner_gateway.domain.answers import Answer, Item, Searched
from partner_gateway.domain.requests import Request
from partner_gateway.domain.vocabulary import IDENTIFIERS, LAWFUL_BASES


def answer_message(
    request: Request,
    kind: Literal["return", "correction"],
    answer: Answer,
    items: Iterable[tuple[UUID, Item]],
    reason: str,
    at: datetime,
    caller: Caller,
) -> AgencyMessage:
    """What the hub is sent. What was kept back is not in it: that stays in the agency's own ledger."""
    return AgencyMessage(
        message_id=new_id(),
        partnership=request.partnership,
        enquiry_id=request.enquiry_id,
        request_id=request.request_id,
        kind=kind,
        version=request.answer_version,
        answer=answer.kind,
        items=[_item(id, item) for id, item in items],
        searched=_searched(answer.searched) if answer.searched else None,
        reason=reason,
        refused_because=answer.refused_because,
        sent_at=at,
        sent_by=caller.subject,
    )


def withdrawal_message(request: Request, why: str, at: datetime, caller: Caller) -> AgencyMessage:
    """What the hub is sent when an answer is taken back."""
    return AgencyMessage(
        message_id=new_id(),
        partnership=request.partnership,
        enquiry_id=request.enquiry_id,
        request_id=request.request_id,
        kind="withdrawal",
        version=request.answer_version,
        reason=why,
        sent_at=at,
        sent_by=caller.subject,
    )


def _item(id: UUID, item: Item) -> ReturnedItem:
    return ReturnedItem(
        id=id,
        text=item.text or "",
        recorded_on=item.recorded_on,
        source=item.source or "",
        lawful_basis=LAWFUL_BASES[item.lawful_basis].citation,
        rationale=item.rationale,
        caveat=item.caveat,
        about=item.about,
    )


def _searched(searched: Searched) -> SearchedMessage:
    words: Sequence[str] = [IDENTIFIERS[name] for name in searched.identifiers]
    return SearchedMessage(
        systems=list(searched.systems),
        identifiers=list(words),
        period_from=searched.period_from,
        period_to=searched.period_to,
        source_fresh_on=searched.source_fresh_on,
    )
