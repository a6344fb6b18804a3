"""What is recommended for a contact, by the version of the thresholds that its screening keeps."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.hub import Transaction
from mash.partnerships import Partnership

from screening.domain.findings import KnownFacts
from screening.domain.recommendation import Recommendation, recommend
from screening.domain.screening import Screening, Shown
from screening.domain.tools import cautions_of, with_fed_facts
from screening.store.screenings import get_screening, mark


def at_hand(screening: Screening, partnership: Partnership) -> Recommendation | None:
    """What a decision is held against; None while nothing was recorded and nobody has looked."""
    if screening.findings_at is None and screening.shown is None and not screening.tools:
        return None
    return recommendation_of(screening, partnership)


def recommendation_of(screening: Screening, partnership: Partnership) -> Recommendation:
    """The recommendation from what is kept of a screening."""
    thresholds = partnership.thresholds(screening.threshold_version)
    findings = with_fed_facts(screening.findings, screening.tools)
    recommended = recommend(findings, screening.facts, partnership, thresholds, screening.tools)
    chosen = {*screening.outcomes, screening.enquiry_outcome}
    wanting = cautions_of(screening.tools, chosen, screening.is_decided, partnership)
    return replace(recommended, cautions=(*recommended.cautions, *wanting))


async def show_recommendation(
    tx: Transaction, caller: Caller, contact_id: UUID, known: KnownFacts | None
) -> tuple[Screening, Recommendation]:
    """The recommendation by what intake has just answered, kept as looked at by this caller.

    Where intake did not answer, what it told before is used. Once there is a decision, what was looked at
    before it is left as it was.
    """
    screening = await get_screening(tx, caller, contact_id, lock=True)
    tx.audit(action="screening.recommendation_viewed", case=contact_id)
    if known is not None and not screening.is_decided:
        await mark(tx, contact_id, known=known)
        screening = replace(screening, known=known)
    recommended = recommendation_of(screening, partnerships.get(screening.partnership))
    if not screening.is_decided:
        await mark(tx, contact_id, shown=_shown(tx, caller, screening, recommended))
    return screening, recommended


def _shown(tx: Transaction, caller: Caller, screening: Screening, recommended: Recommendation) -> Shown:
    return Shown(
        level=recommended.level,
        rating=recommended.rating,
        pathway=recommended.pathway,
        contact_version=screening.contact_version,
        shown_at=tx.now,
        shown_to=caller.subject,
    )
