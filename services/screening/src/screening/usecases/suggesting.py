"""Indicators are suggested from a contact's own words, and a person accepts or refuses each."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash import partnerships
from mash.access import Caller
from mash.contracts.queries import ContactWords
from mash.errors import Conflict, Invalid
from mash.hub import Hub, Transaction

from screening.domain.screening import Screening, require_open
from screening.store.screenings import get_for_change, get_screening, save
from screening.store.suggestions import (
    LastSuggested,
    Verdict,
    add_answers,
    find_suggested,
    keep_suggested,
    latest_answers,
)
from screening.suggesting import Suggested, suggest

# In characters: all that a form can hold, and a few seconds' work. What is added to a contact has no limit.
MOST_READ = 120_000


class NotSuggested(Invalid):
    """Only what was suggested can be accepted or refused as a suggestion."""


class NothingSuggested(Conflict):
    """Nobody has looked at the suggestions yet."""


@dataclass(frozen=True)
class Looked:
    """The suggestions for a contact, and what was made of those that were seen before.

    ``unread`` counts the characters at the end of the contact's words that were too many to read.
    """

    screening: Screening
    suggested: Suggested
    answers: dict[str, sa.Row[Any]]
    unread: int


async def ask_for_words(hub: Hub, contact_id: UUID) -> ContactWords:
    """The contact's own words, which intake keeps. Raises ``Unavailable`` where it does not answer."""
    return await hub.http.get("intake", f"/v1/contacts/by-id/{contact_id}/words", schema=ContactWords)


async def read_words(screening: Screening, words: ContactWords) -> Suggested:
    """Read the words, up to ``MOST_READ`` of them, for indicators, beside whatever else the service does."""
    partnership = partnerships.get(screening.partnership)
    thresholds = partnership.thresholds(screening.threshold_version)
    return await asyncio.to_thread(suggest, words.text[:MOST_READ], partnership, thresholds, screening.facts)


async def show_suggestions(
    tx: Transaction, caller: Caller, contact_id: UUID, words: ContactWords, found: Suggested
) -> Looked:
    """Keep where each suggestion's words stand, so that it can be accepted or refused."""
    screening = await get_screening(tx, caller, contact_id)
    tx.audit(action="screening.suggestions_viewed", case=contact_id)
    places = {one.id: [[words.start, words.end] for words in one.evidence] for one in found.suggestions}
    await keep_suggested(tx, screening, words.version, places)
    unread = max(0, len(words.text) - MOST_READ)
    return Looked(screening, found, await latest_answers(tx, contact_id), unread)


async def answer_suggestions(
    tx: Transaction,
    caller: Caller,
    contact_id: UUID,
    version: int,
    accepted: Collection[str],
    refused: Collection[str],
) -> Screening:
    """Count what was accepted among the findings, and keep what was refused. Neither is ever forgotten.

    A refusal takes an acceptance back, and no more: what somebody found by other means stays a finding.
    """
    screening = await get_for_change(tx, caller, contact_id, version)
    require_open(screening)
    last = await find_suggested(tx, contact_id)
    if last is None:
        raise NothingSuggested("Look at the suggestions first.")
    verdicts = _verdicts(last, accepted, refused)
    before = await latest_answers(tx, contact_id)
    taken_back = {id for id in refused if id in before and before[id].answer == "accepted"}
    await add_answers(tx, screening, last, verdicts, by=caller.subject)
    tx.audit(action="screening.suggestions_answered", case=contact_id)
    indicators = (screening.findings.indicators | set(accepted)) - taken_back
    return await save(
        tx,
        screening,
        ["findings"],
        by=caller.subject,
        findings=replace(screening.findings, indicators=indicators),
        findings_at=tx.now,
        shown=None,
        considered_version=screening.contact_version,
    )


def _verdicts(last: LastSuggested, accepted: Collection[str], refused: Collection[str]) -> dict[str, Verdict]:
    if both := sorted(set(accepted) & set(refused)):
        raise NotSuggested(f"{', '.join(both)} cannot be both accepted and refused.", field="refused")
    if unknown := sorted({*accepted, *refused} - last.places.keys()):
        raise NotSuggested(f"{', '.join(unknown)} was not suggested.", field="accepted", unknown=unknown)
    return {**dict.fromkeys(accepted, "accepted"), **dict.fromkeys(refused, "refused")}
