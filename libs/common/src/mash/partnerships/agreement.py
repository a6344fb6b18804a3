"""Whether a partnership's files agree with each other: what one names, another must have."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import BaseModel

from mash.partnerships.faults import Step, fault, line_of
from mash.partnerships.models import GENERAL, OUTCOMES, PATHWAYS, Partnership
from mash.partnerships.rules import All, AnyOf, Indicator, Not, Rule
from mash.partnerships.vocabulary import CONCERNS

Finding = tuple[str, tuple[Step, ...], str]
DUE_RULES = ("screening.decision", "acknowledgement", "feedback", "written_form")


def disagreements(folder: Path, partnership: Partnership) -> list[str]:
    findings = [
        *_names(folder, partnership),
        *_levels(partnership),
        *_roads(partnership),
        *_due_rules(partnership),
        *_questions(partnership),
        *_criteria(partnership),
        *_indicators(partnership),
        *_sources(partnership),
    ]
    return [fault(folder / file, _line(folder / file, steps), reason) for file, steps, reason in findings]


def _line(path: Path, steps: tuple[Step, ...]) -> int:
    return line_of(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader), steps)


def _names(folder: Path, partnership: Partnership) -> Iterator[Finding]:
    if partnership.name != folder.name:
        yield "profile.yaml", ("name",), f"the name is {partnership.name}, but the folder is {folder.name}"
    if partnership.current_thresholds not in partnership.versions:
        yield "profile.yaml", ("current_thresholds",), "the folder thresholds has no such version"
    for stem, version in partnership.versions.items():
        if version.version != stem:
            yield (
                f"thresholds/{stem}.yaml",
                ("version",),
                f"the version is {version.version}, but the file is {stem}",
            )


def _levels(partnership: Partnership) -> Iterator[Finding]:
    for number, level in partnership.levels.items():
        if level.rating is not None and level.rating not in partnership.ratings:
            yield "profile.yaml", ("levels", number, "rating"), f"there is no rating called {level.rating}"
    for key, rating in partnership.ratings.items():
        if rating.level not in partnership.levels:
            yield "profile.yaml", ("ratings", key, "level"), f"there is no level {rating.level}"
        if rating.due not in partnership.due_rules:
            yield "profile.yaml", ("ratings", key, "due"), f"there is no due rule called {rating.due}"
    for number in partnership.consent_rules.keys() ^ partnership.levels.keys():
        yield (
            "profile.yaml",
            ("consent_rules", number),
            f"level {number} is not in both levels and consent_rules",
        )


def _roads(partnership: Partnership) -> Iterator[Finding]:
    for key in partnership.pathways.keys() - PATHWAYS:
        yield "profile.yaml", ("pathways", key), f"the hub has no pathway called {key}"
    for key in partnership.outcomes.keys() - OUTCOMES:
        yield "profile.yaml", ("outcomes", key), f"the hub has no outcome called {key}"


def _due_rules(partnership: Partnership) -> Iterator[Finding]:
    for key in DUE_RULES:
        if key not in partnership.due_rules:
            yield "profile.yaml", ("due_rules",), f"there is no due rule called {key}"


def _questions(partnership: Partnership) -> Iterator[Finding]:
    if GENERAL not in partnership.question_sets:
        yield "questions.yaml", ("question_sets",), f"there is no question set called {GENERAL}"
    for concern, by_agency in partnership.question_sets.items():
        if concern != GENERAL and concern not in CONCERNS:
            yield "questions.yaml", ("question_sets", concern), f"there is no concern called {concern}"
        for agency in by_agency.keys() - partnership.agencies.keys():
            yield "questions.yaml", ("question_sets", concern, agency), f"there is no agency called {agency}"


def _criteria(partnership: Partnership) -> Iterator[Finding]:
    known = {key for version in partnership.versions.values() for key in version.indicators}
    seen = Counter(criterion.id for criterion in partnership.criteria)
    for number, criterion in enumerate(partnership.criteria):
        where = ("criteria", number)
        if seen[criterion.id] > 1:
            yield "criteria.yaml", (*where, "id"), f"{criterion.id} is given twice"
        if criterion.rule is None and not criterion.needs_rationale:
            yield "criteria.yaml", where, f"{criterion.id} has no rule, and needs no rationale either"
        for indicator in _indicators_in(criterion.rule):
            if indicator not in known:
                yield "criteria.yaml", (*where, "rule"), f"there is no indicator called {indicator}"


def _indicators_in(rule: Rule | None) -> Iterator[str]:
    match rule:
        case Indicator():
            yield rule.indicator
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from _indicators_in(part)
        case Not():
            yield from _indicators_in(rule.negated)


def _indicators(partnership: Partnership) -> Iterator[Finding]:
    for version in partnership.versions.values():
        for indicator in version.indicators.values():
            where = ("domains", indicator.domain, "indicators")
            if indicator.level not in partnership.levels:
                yield (
                    f"thresholds/{version.version}.yaml",
                    where,
                    f"{indicator.id} is of no level that there is",
                )
            for concern in set(indicator.concerns) - CONCERNS.keys():
                yield (
                    f"thresholds/{version.version}.yaml",
                    where,
                    f"{indicator.id}: there is no concern {concern}",
                )
            if indicator.id.split(".")[2] != str(indicator.level):
                yield (
                    f"thresholds/{version.version}.yaml",
                    where,
                    f"{indicator.id} is of level {indicator.level}",
                )


def _sources(partnership: Partnership) -> Iterator[Finding]:
    for steps, source in _sources_in(partnership, ()):
        if source.split()[0] not in partnership.documents:
            yield "profile.yaml", steps, f"the source {source} names no document listed under documents"


def _sources_in(value: object, steps: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], str]]:
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, tuple | list):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "source" and isinstance(part, str):
                yield (*steps, "source"), part
            else:
                yield from _sources_in(part, (*steps, key))
