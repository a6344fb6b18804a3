"""Which pathway is recommended, and what beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mash.partnerships import Facts, Partnership, holds

ENQUIRY = "enquiry"
FAST_TRACK = "fast_track"
RETURNED = "returned_to_referrer"
# A contact that points to no more than these holds no safeguarding concern that a request could hide.
BELOW_SAFEGUARDING = frozenset({"close_with_advice", "early_help"})


@dataclass(frozen=True)
class Road:
    """The pathway out of screening, what is suggested beside it, and the rule of its own that led there."""

    pathway: str
    alongside: tuple[str, ...] = ()
    because: tuple[str, ...] = ()


def choose_road(
    children: Sequence[Facts], rating: str | None, level: int, asks_agencies: bool, partnership: Partnership
) -> Road:
    """Return the pathway that the rating points to, unless a rule of the partnership's own comes first.

    An open case goes to its social worker, and nobody is asked; but high risk goes to duty assessment at
    once, with the worker told beside it. A criterion for an enquiry decides, with the same exception. What a
    referrer asked for is followed only where there is no safeguarding concern.
    """
    pathway = _of_level(rating, level, partnership)
    for rule in partnership.open_case_rules:
        if any(holds(rule.rule, child) for child in children):
            if pathway == FAST_TRACK:
                return Road(FAST_TRACK, (rule.pathway,), (rule.text,))
            return Road(rule.pathway, because=(rule.text,))
    if asks_agencies:
        return Road(FAST_TRACK, (ENQUIRY,)) if pathway == FAST_TRACK else Road(ENQUIRY)
    if pathway in BELOW_SAFEGUARDING:
        return _as_requested(pathway, children[0], partnership)
    return Road(pathway)


def _of_level(rating: str | None, level: int, partnership: Partnership) -> str:
    if rating is not None:
        return partnership.ratings[rating].pathway
    return partnership.levels[level].pathway or "close_with_advice"


def _as_requested(pathway: str, facts: Facts, partnership: Partnership) -> Road:
    """The pathway of what was asked for, which may need the family's agreement first."""
    asked = partnership.requests.get(str(facts.values.get("request", "")))
    if asked is None or asked.pathway is None:
        return Road(pathway)
    if partnership.early_help.agreement_needed and facts.values.get("agreement") != "yes":
        return Road(RETURNED, because=(partnership.early_help.without_agreement,))
    return Road(asked.pathway)
