"""What a tool makes of what was found: the band, why, and what follows. It advises; a manager decides.

A pure function of the tool's data, of the evidence and answers given, and of the facts known beside them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from mash.partnerships.rules import Facts, Rule, Value, explain, holds
from mash.partnerships.tools import COUNT, Consequence, Tool

NOTED = "Noted by the person using the tool."
JUDGED = "Professional judgement of the person using the tool."


@dataclass(frozen=True)
class Found:
    """What somebody noted: pieces of evidence by id, and answers by the name of the question.

    `band` is one to which professional judgement raises the child, and `judgement` why.
    """

    evidence: frozenset[str] = frozenset()
    answers: Mapping[str, Value] = field(default_factory=dict)
    band: str | None = None
    judgement: str | None = None


@dataclass(frozen=True)
class Ground:
    """A piece of evidence that is present, or a rule that raises the band; `why` says what showed it."""

    id: str
    text: str
    band: str | None
    source: str
    why: str


@dataclass(frozen=True)
class Following:
    """Something that follows. `decision` and `required` are an outcome's, as in the tool's file."""

    id: str
    text: str
    source: str
    why: str | None
    decision: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Assessment:
    """A tool's answer; `answers` are those that were given and those that were known already.

    `points_to` is the band by the tool alone, `band` the one after professional judgement.
    """

    points_to: str | None
    band: str | None
    level: int | None
    grounds: tuple[Ground, ...]
    outcomes: tuple[Following, ...]
    alerts: tuple[Following, ...]
    flags: tuple[Following, ...]
    answers: Mapping[str, Value]
    unanswered: tuple[str, ...]


def answers_of(tool: Tool, found: Found, facts: Facts) -> Mapping[str, Value]:
    """The answers given, and for questions left open what is known of the fact that they ask for."""
    known = {
        name: facts.values[question.fact]
        for name, question in tool.questions.items()
        if question.fact and question.fact in facts.values
    }
    return {**known, **found.answers}


def assess(tool: Tool, found: Found, facts: Facts) -> Assessment:
    """The highest band that any evidence or rule points to, with every ground and all that follows."""
    answers = answers_of(tool, found, facts)
    asked = {**{name: one.text for name, one in tool.questions.items()}, **tool.counts()}
    facts = replace(facts, indicators=frozenset(), answers=answers, asked=asked)
    evidence = tuple(_present(tool, found, facts))
    facts = _counted(tool, evidence, facts)
    grounds = (*evidence, *_raising(tool, facts))
    points_to = _highest(tool, grounds)
    band = tool.higher(points_to, found.band)
    return Assessment(
        points_to=points_to,
        band=band,
        level=tool.bands[band].level if band else None,
        grounds=(*grounds, *_judged(tool, found)),
        outcomes=tuple(
            replace(_following(id, one, facts), decision=one.decision, required=one.required)
            for id, one in tool.outcomes.items()
            if _follows(one, band, facts)
        ),
        alerts=_all_following(tool.alerts, band, facts),
        flags=_all_following(tool.flags, band, facts),
        answers=answers,
        unanswered=tuple(name for name in tool.questions if name not in answers),
    )


def _present(tool: Tool, found: Found, facts: Facts) -> Iterable[Ground]:
    for one in tool.evidence.values():
        shown = NOTED if one.id in found.evidence else _shown(one.condition, facts)
        if shown:
            yield Ground(one.id, one.text, one.band, one.source, shown)


def _shown(rule: Rule | None, facts: Facts) -> str | None:
    return explain(rule, facts) if rule is not None and holds(rule, facts) else None


def _counted(tool: Tool, evidence: tuple[Ground, ...], facts: Facts) -> Facts:
    counts = {f"{COUNT}_{band}": sum(one.band == band for one in evidence) for band in tool.bands}
    answers = {**facts.answers, COUNT: len(evidence), **counts}
    return replace(facts, indicators=frozenset(one.id for one in evidence), answers=answers)


def _raising(tool: Tool, facts: Facts) -> Iterable[Ground]:
    for rule in tool.raises:
        if holds(rule.when, facts):
            yield Ground(rule.id, rule.text, rule.to, rule.source, explain(rule.when, facts))


def _judged(tool: Tool, found: Found) -> tuple[Ground, ...]:
    if found.band is None:
        return ()
    return (Ground("judgement", found.judgement or JUDGED, found.band, tool.source, JUDGED),)


def _highest(tool: Tool, grounds: Iterable[Ground]) -> str | None:
    band = tool.otherwise
    for ground in grounds:
        band = tool.higher(band, ground.band)
    return band


def _all_following(named: Mapping[str, Consequence], band: str | None, facts: Facts) -> tuple[Following, ...]:
    return tuple(_following(id, one, facts) for id, one in named.items() if _follows(one, band, facts))


def _follows(one: Consequence, band: str | None, facts: Facts) -> bool:
    return (not one.bands or band in one.bands) and (one.when is None or holds(one.when, facts))


def _following(id: str, one: Consequence, facts: Facts) -> Following:
    return Following(id, one.text, one.source, _shown(one.when, facts))
