"""What the recorded facts point to, with every reason. It recommends; a manager decides.

Everything here is a pure function of what was recorded and of one version of the partnership's data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mash.partnerships import Facts, Indicator, Partnership, Thresholds, explain, holds

from screening.domain.findings import Findings, KnownFacts, views
from screening.domain.near_misses import NearMiss, near_misses
from screening.domain.roads import choose_road
from screening.domain.threshold_index import ThresholdIndex, index_of
from screening.domain.tool_results import ToolResult

GUIDANCE = (
    "Indicators guide professional judgement and are not a list to tick off. One alone may matter more than "
    "many, and what is not listed may matter most. A manager weighs the risk, the history and the child's "
    "own life, and decides."
)
RECORDED = "Recorded by the screener."
DANGER = "immediate_danger"
STRATEGY_DISCUSSION = "strategy_discussion"


@dataclass(frozen=True)
class Reason:
    """An indicator that is present, and how it is known: recorded, or shown by the facts in ``why``.

    A criterion that asks for a strategy discussion, a danger that the referrer states, and the band of a tool
    stand with them.
    """

    id: str
    text: str
    level: int
    rating: str | None
    domain: str | None
    source: str
    why: str


@dataclass(frozen=True)
class CriterionMet:
    """A criterion for an enquiry that is met, and what showed it."""

    id: str
    text: str
    source: str
    why: str
    needs_rationale: bool
    leads_to: str


@dataclass(frozen=True)
class Consent:
    """Whether help at the recommended level needs the family's agreement, and by which document."""

    agreement: str
    meaning: str
    source: str


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
    consent: Consent
    tools: tuple[ToolResult, ...]
    flags: tuple[Flag, ...]
    cautions: tuple[str, ...]


def recommend(
    findings: Findings,
    facts: KnownFacts,
    partnership: Partnership,
    thresholds: Thresholds,
    tools: tuple[ToolResult, ...] = (),
) -> Recommendation:
    """Return the level, rating and pathway that ``findings``, ``facts`` and ``tools`` point to, and why."""
    index = index_of(thresholds)
    children = views(findings, facts, thresholds)
    present = _present(findings, children, index, partnership)
    children = tuple(_with_present(child, present, thresholds) for child in children)
    criteria = _criteria_met(findings, children, partnership)
    grave = (*_danger(facts, partnership), *_grave(criteria, partnership))
    reasons = (*grave, *_by_tools(tools, partnership), *present)
    level = max((reason.level for reason in reasons), default=min(partnership.levels))
    rating = max((reason.rating for reason in reasons), key=partnership.urgency, default=None)
    asks_agencies = any(criterion.leads_to == "enquiry" for criterion in criteria)
    road = choose_road(children, rating, level, asks_agencies, partnership)
    return Recommendation(
        version=thresholds.version,
        level=level,
        rating=rating,
        pathway=road.pathway,
        alongside=road.alongside,
        reasons=reasons,
        near_misses=near_misses([reason.id for reason in present], level, index, partnership),
        criteria_met=criteria,
        consent=Consent(**dict(partnership.consent(level, rating))),
        tools=tools,
        flags=(*_flags(facts, children, rating, criteria, partnership), *_flags_of(tools)),
        cautions=(*_cautions(findings.is_empty and not tools, rating, criteria), *road.because),
    )


def _present(
    findings: Findings, children: Sequence[Facts], index: ThresholdIndex, partnership: Partnership
) -> tuple[Reason, ...]:
    """The indicators ticked, and those that the facts of any child bring; the highest level first."""
    known = index.thresholds.indicators
    ticked = sorted(findings.indicators & known.keys())
    present = {id: _reason(known[id], RECORDED, partnership) for id in ticked}
    for indicator in index.conditional:
        shown = _shown(indicator, children) if indicator.id not in present else None
        if shown:
            present[indicator.id] = _reason(indicator, shown, partnership)
    return tuple(sorted(present.values(), key=lambda reason: (-reason.level, reason.id)))


def _shown(indicator: Indicator, children: Sequence[Facts]) -> str | None:
    rule = indicator.condition
    if rule is None:
        return None
    return next((explain(rule, child) for child in children if holds(rule, child)), None)


def _reason(indicator: Indicator, why: str, partnership: Partnership) -> Reason:
    return Reason(
        id=indicator.id,
        text=indicator.text,
        level=indicator.level,
        rating=indicator.rating or partnership.levels[indicator.level].rating,
        domain=indicator.domain,
        source=indicator.source,
        why=why,
    )


def _with_present(child: Facts, present: Sequence[Reason], thresholds: Thresholds) -> Facts:
    """The facts with the indicators that they show, and the concerns of those."""
    ids = {reason.id for reason in present}
    concerns = (thresholds.indicators[id].concerns for id in ids)
    return replace(child, indicators=child.indicators | ids, concerns=child.concerns.union(*concerns))


def _danger(facts: KnownFacts, partnership: Partnership) -> tuple[Reason, ...]:
    if not facts.immediate_danger:
        return ()
    text = "The referrer says that a child is in immediate danger."
    return (_gravest(DANGER, text, "Stated in the contact.", partnership.front_door.source, partnership),)


def _grave(criteria: Sequence[CriterionMet], partnership: Partnership) -> tuple[Reason, ...]:
    return tuple(
        _gravest(criterion.id, criterion.text, criterion.why, criterion.source, partnership)
        for criterion in criteria
        if criterion.leads_to == STRATEGY_DISCUSSION
    )


def _gravest(id: str, text: str, why: str, source: str, partnership: Partnership) -> Reason:
    """A reason of the most urgent rating that there is."""
    rating = max(partnership.ratings, key=partnership.urgency)
    return Reason(id, text, partnership.ratings[rating].level, rating, None, source, why)


def _by_tools(tools: Sequence[ToolResult], partnership: Partnership) -> Iterable[Reason]:
    """The band of each tool whose document gives it a level, the highest first."""
    for used in sorted(tools, key=lambda one: -(one.assessment.level or 0)):
        level = used.assessment.level
        if level is not None:
            yield Reason(
                id=f"tool.{used.tool}",
                text=f"{used.title}: {used.band_title}" + (f" (child: {used.child})" if used.child else ""),
                level=level,
                rating=partnership.levels[level].rating,
                domain=None,
                source=used.source,
                why="; ".join(ground.text for ground in used.assessment.grounds),
            )


def _flags_of(tools: Sequence[ToolResult]) -> Iterable[Flag]:
    for used in tools:
        for flag in used.assessment.flags:
            yield Flag(f"tool.{used.tool}.{flag.id}", f"{used.title}: {flag.text}")


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
                CriterionMet(
                    id=criterion.id,
                    text=criterion.text,
                    source=criterion.source,
                    why=why,
                    needs_rationale=criterion.needs_rationale,
                    leads_to=criterion.leads_to,
                )
            )
    return tuple(met)


def _flags(
    facts: KnownFacts,
    children: Sequence[Facts],
    rating: str | None,
    criteria: Sequence[CriterionMet],
    partnership: Partnership,
) -> Iterable[Flag]:
    repeats = children[0].values.get("repeat_contacts_6_months")
    rule = partnership.repeat_rule
    if facts.immediate_danger:
        yield Flag(DANGER, partnership.front_door.immediate_danger)
    asked_for = rating is not None and partnership.ratings[rating].strategy_discussion
    if asked_for or any(criterion.leads_to == STRATEGY_DISCUSSION for criterion in criteria):
        yield Flag(STRATEGY_DISCUSSION, "Think of a strategy discussion with police and health.")
    for id, flag in partnership.flags.items():
        if any(holds(flag.rule, child) for child in children):
            yield Flag(id, flag.text)
    if isinstance(repeats, int) and repeats >= rule.contacts:
        yield Flag(
            "repeat", f"There are {repeats} contacts in {rule.within_months} months, this one included."
        )
    if facts.from_receipt_only:
        yield Flag(
            "from_receipt_only", "This rests on what was told at receipt, without the children's ages."
        )


def _cautions(is_blank: bool, rating: str | None, criteria: Sequence[CriterionMet]) -> Iterable[str]:
    yield GUIDANCE
    if is_blank:
        yield "Nothing has been recorded yet. That is no finding that there is no need."
    if criteria and rating is None:
        yield "No rated level is reached. An enquiry needs a rating, which a manager gives."
