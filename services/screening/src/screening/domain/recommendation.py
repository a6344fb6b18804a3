"""What the recorded facts point to, with every reason. It recommends; a manager decides.

Everything here is a pure function of what was recorded and of one version of the partnership's data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mash.partnerships import Facts, Indicator, Partnership, Thresholds, explain, holds

from screening.domain.findings import Findings, KnownFacts, views
from screening.domain.threshold_index import ThresholdIndex, index_of

GUIDANCE = (
    "Indicators guide professional judgement and are not a list to tick off. One alone may matter more than "
    "many, and what is not listed may matter most. A manager weighs the risk, the history and the child's "
    "own life, and decides."
)
RECORDED = "Recorded by the screener."
# A combination is put before the manager from this many on. No document gives a number.
COMBINATION = 3

# The document answers each rating with one kind of work, and what is below every rating with advice.
PATHWAY_OF_RATING: dict[str | None, str] = {
    "red": "fast_track",
    "amber": "social_worker_screening",
    "green": "early_help",
    None: "close_with_advice",
}


@dataclass(frozen=True)
class Reason:
    """An indicator that is present, and how it is known: recorded, or shown by the facts in ``why``."""

    id: str
    text: str
    level: int
    domain: str | None
    source: str
    why: str


@dataclass(frozen=True)
class NearMiss:
    """What would lift the recommendation by a level.

    ``row``: an indicator one level up in the row of one that is present. ``combination``: several at this
    level, which together may amount to more. ``beside`` are the present ones.
    """

    kind: Literal["row", "combination"]
    level: int
    text: str
    indicator: str | None
    beside: tuple[str, ...]


@dataclass(frozen=True)
class CriterionMet:
    """A criterion for an enquiry that is met, and what showed it."""

    id: str
    text: str
    source: str
    why: str
    needs_rationale: bool


@dataclass(frozen=True)
class Flag:
    """Something that bears on the decision and is no indicator."""

    id: str
    text: str


@dataclass(frozen=True)
class Recommendation:
    """What is recommended, by which version of the data, and everything that led there."""

    version: str
    level: int
    rating: str | None
    pathway: str
    alongside: tuple[str, ...]
    reasons: tuple[Reason, ...]
    near_misses: tuple[NearMiss, ...]
    criteria_met: tuple[CriterionMet, ...]
    flags: tuple[Flag, ...]
    cautions: tuple[str, ...]


def recommend(
    findings: Findings, facts: KnownFacts, partnership: Partnership, thresholds: Thresholds
) -> Recommendation:
    """Return the level, rating and pathway that ``findings`` and ``facts`` point to, and why."""
    index = index_of(thresholds)
    children = views(findings, facts, thresholds)
    reasons = _present(findings, children, index)
    children = tuple(_with_present(child, reasons) for child in children)
    criteria = _criteria_met(findings, children, partnership)
    level = _level(reasons, facts, partnership)
    rating = partnership.levels[level].rating
    pathway, alongside = _pathway(rating, bool(criteria))
    return Recommendation(
        version=thresholds.version,
        level=level,
        rating=rating,
        pathway=pathway,
        alongside=alongside,
        reasons=(*_danger(facts, level, partnership), *reasons),
        near_misses=_near_misses(reasons, level, index) if level + 1 in partnership.levels else (),
        criteria_met=criteria,
        flags=tuple(_flags(facts, children[0], partnership)),
        cautions=tuple(_cautions(findings, rating, criteria)),
    )


def _present(findings: Findings, children: Sequence[Facts], index: ThresholdIndex) -> tuple[Reason, ...]:
    """The indicators ticked, and those that the facts of any child bring; the highest level first."""
    known = index.thresholds.indicators
    present = {id: _reason(known[id], RECORDED) for id in sorted(findings.indicators) if id in known}
    for indicator in index.conditional:
        shown = _shown(indicator, children) if indicator.id not in present else None
        if shown:
            present[indicator.id] = _reason(indicator, shown)
    return tuple(sorted(present.values(), key=lambda reason: (-reason.level, reason.id)))


def _shown(indicator: Indicator, children: Sequence[Facts]) -> str | None:
    rule = indicator.condition
    if rule is None:
        return None
    return next((explain(rule, child) for child in children if holds(rule, child)), None)


def _reason(indicator: Indicator, why: str) -> Reason:
    return Reason(indicator.id, indicator.text, indicator.level, indicator.domain, indicator.source, why)


def _with_present(child: Facts, reasons: Sequence[Reason]) -> Facts:
    return replace(child, indicators=child.indicators | {reason.id for reason in reasons})


def _level(reasons: Sequence[Reason], facts: KnownFacts, partnership: Partnership) -> int:
    """The highest level there is an indicator of; the lowest of all where there is none."""
    if facts.immediate_danger:
        return max(partnership.levels)
    return max((reason.level for reason in reasons), default=min(partnership.levels))


def _danger(facts: KnownFacts, level: int, partnership: Partnership) -> tuple[Reason, ...]:
    if not facts.immediate_danger:
        return ()
    text = "The referrer says that a child is in immediate danger."
    source = partnership.front_door.source
    return (Reason("immediate_danger", text, level, None, source, "Stated in the contact."),)


def _pathway(rating: str | None, criterion_met: bool) -> tuple[str, tuple[str, ...]]:
    """The road out of screening, and what is suggested beside it.

    A criterion for an enquiry decides, except that high risk goes to duty assessment at once, with the
    enquiry beside it.
    """
    pathway = PATHWAY_OF_RATING[rating]
    if not criterion_met:
        return pathway, ()
    return ("fast_track", ("enquiry",)) if pathway == "fast_track" else ("enquiry", ())


def _criteria_met(
    findings: Findings, children: Sequence[Facts], partnership: Partnership
) -> tuple[CriterionMet, ...]:
    met = []
    for criterion in partnership.criteria:
        rule = criterion.rule
        shown = (
            next((explain(rule, child) for child in children if holds(rule, child)), None) if rule else None
        )
        declared = RECORDED if criterion.id in findings.criteria else None
        if why := shown or declared:
            met.append(
                CriterionMet(criterion.id, criterion.text, criterion.source, why, criterion.needs_rationale)
            )
    return tuple(met)


def _near_misses(reasons: Sequence[Reason], level: int, index: ThresholdIndex) -> tuple[NearMiss, ...]:
    known = index.thresholds.indicators
    at_level = [known[reason.id] for reason in reasons if reason.level == level and reason.id in known]
    beside: dict[str, list[str]] = {}
    for present in at_level:
        for higher in index.one_level_up(present, level + 1):
            beside.setdefault(higher.id, []).append(present.id)
    rows = [NearMiss("row", level + 1, known[id].text, id, tuple(ids)) for id, ids in beside.items()]
    return (*_combination(at_level, level), *rows)


def _combination(at_level: Sequence[Indicator], level: int) -> Iterable[NearMiss]:
    if len(at_level) >= COMBINATION:
        domains = len({indicator.domain for indicator in at_level})
        where = "one domain" if domains == 1 else f"{domains} domains"
        text = f"{len(at_level)} indicators of level {level} in {where}; together they may amount to more."
        yield NearMiss("combination", level + 1, text, None, tuple(one.id for one in at_level))


def _flags(facts: KnownFacts, child: Facts, partnership: Partnership) -> Iterable[Flag]:
    repeats = child.values.get("repeat_contacts_6_months")
    rule = partnership.repeat_rule
    if facts.immediate_danger:
        yield Flag("immediate_danger", partnership.front_door.immediate_danger)
    if child.values.get("unborn") is True:
        yield Flag("unborn", "A child in this contact is not yet born.")
    if isinstance(repeats, int) and repeats >= rule.contacts:
        yield Flag(
            "repeat", f"There are {repeats} contacts in {rule.within_months} months, this one included."
        )
    if facts.from_receipt_only:
        yield Flag(
            "from_receipt_only", "This rests on what was told at receipt, without the children's ages."
        )


def _cautions(findings: Findings, rating: str | None, criteria: Sequence[CriterionMet]) -> Iterable[str]:
    yield GUIDANCE
    if findings.is_empty:
        yield "Nothing has been recorded yet. That is no finding that there is no need."
    if criteria and rating is None:
        yield "No rated level is reached. An enquiry needs a rating, which a manager gives."
