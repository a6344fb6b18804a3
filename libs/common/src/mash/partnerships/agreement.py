"""Whether a partnership's files agree with each other: what one names, another must have."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from mash.partnerships.documents import nodes
from mash.partnerships.faults import Step, fault, line_of
from mash.partnerships.models import GENERAL, OUTCOMES, PATHWAYS, Profile, QuestionFile
from mash.partnerships.rules import All, AnyOf, Indicator, Not, Rule
from mash.partnerships.thresholds import CriteriaFile, IndicatorEntry, ThresholdFile
from mash.partnerships.vocabulary import CONCERNS

Steps = tuple[Step, ...]
Finding = tuple[str, Steps, str]
DUE_RULES = ("screening.decision", "acknowledgement", "feedback", "written_form")


@dataclass(frozen=True)
class Files:
    """A partnership's files, each by itself; `thresholds` is by file name without its ending."""

    profile: Profile
    criteria: CriteriaFile
    questions: QuestionFile
    thresholds: Mapping[str, ThresholdFile]

    def named(self) -> dict[str, BaseModel]:
        thresholds = {f"thresholds/{stem}.yaml": file for stem, file in self.thresholds.items()}
        return {
            "profile.yaml": self.profile,
            "criteria.yaml": self.criteria,
            "questions.yaml": self.questions,
            **thresholds,
        }

    def indicators(self) -> Iterator[tuple[str, Steps, str, IndicatorEntry]]:
        """Every indicator with its file, its place there and its domain."""
        for stem, file in self.thresholds.items():
            for domain, entry in file.domains.items():
                for number, indicator in enumerate(entry.indicators):
                    yield (
                        f"thresholds/{stem}.yaml",
                        ("domains", domain, "indicators", number),
                        domain,
                        indicator,
                    )


def disagreements(folder: Path, files: Files) -> list[str]:
    findings = [
        *_names(folder, files),
        *_levels(files.profile),
        *_roads(files.profile),
        *_questions(files),
        *_criteria(files),
        *_indicators(files),
        *_sources(files),
    ]
    return [fault(folder / file, _line(folder / file, steps), reason) for file, steps, reason in findings]


def _line(path: Path, steps: Steps) -> int:
    return line_of(nodes(path.read_text(encoding="utf-8")), steps)


def _names(folder: Path, files: Files) -> Iterator[Finding]:
    if files.profile.name != folder.name:
        yield "profile.yaml", ("name",), f"the name is {files.profile.name}, but the folder is {folder.name}"
    if files.profile.current_thresholds not in files.thresholds:
        yield "profile.yaml", ("current_thresholds",), "the folder thresholds has no such version"
    for stem, file in files.thresholds.items():
        if file.version != stem:
            yield (
                f"thresholds/{stem}.yaml",
                ("version",),
                f"the version is {file.version}, the file is {stem}",
            )


def _levels(profile: Profile) -> Iterator[Finding]:
    for number, level in profile.levels.items():
        if level.rating is not None and level.rating not in profile.ratings:
            yield "profile.yaml", ("levels", number, "rating"), f"there is no rating called {level.rating}"
    for key, rating in profile.ratings.items():
        if rating.level not in profile.levels:
            yield "profile.yaml", ("ratings", key, "level"), f"there is no level {rating.level}"
        if rating.due not in profile.due_rules:
            yield "profile.yaml", ("ratings", key, "due"), f"there is no due rule called {rating.due}"
    for number in sorted(profile.consent_rules.keys() ^ profile.levels.keys()):
        yield (
            "profile.yaml",
            ("consent_rules", number),
            f"level {number} is in only one of levels and consent_rules",
        )


def _roads(profile: Profile) -> Iterator[Finding]:
    for key in sorted(profile.pathways.keys() - PATHWAYS):
        yield "profile.yaml", ("pathways", key), f"the hub has no pathway called {key}"
    for key in sorted(profile.outcomes.keys() - OUTCOMES):
        yield "profile.yaml", ("outcomes", key), f"the hub has no outcome called {key}"
    for key in DUE_RULES:
        if key not in profile.due_rules:
            yield "profile.yaml", ("due_rules",), f"there is no due rule called {key}"


def _questions(files: Files) -> Iterator[Finding]:
    sets = files.questions.question_sets
    if GENERAL not in sets:
        yield "questions.yaml", ("question_sets",), f"there is no question set called {GENERAL}"
    for concern, by_agency in sets.items():
        if concern != GENERAL and concern not in CONCERNS:
            yield "questions.yaml", ("question_sets", concern), f"there is no concern called {concern}"
        for agency in by_agency.keys() - files.profile.agencies.keys():
            yield "questions.yaml", ("question_sets", concern, agency), f"there is no agency called {agency}"


def _criteria(files: Files) -> Iterator[Finding]:
    known = {indicator.id for *_, indicator in files.indicators()}
    seen = Counter(criterion.id for criterion in files.criteria.criteria)
    for number, criterion in enumerate(files.criteria.criteria):
        place = ("criteria", number)
        if seen[criterion.id] > 1:
            yield "criteria.yaml", place, f"{criterion.id} is given twice"
        if criterion.rule is None and not criterion.needs_rationale:
            reason = f"{criterion.id} has no rule, and needs no rationale either"
            yield "criteria.yaml", (*place, "needs_rationale"), reason
        for indicator in _named_in(criterion.rule):
            if indicator not in known:
                yield "criteria.yaml", (*place, "rule"), f"there is no indicator called {indicator}"


def _named_in(rule: Rule | None) -> Iterator[str]:
    match rule:
        case Indicator():
            yield rule.indicator
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from _named_in(part)
        case Not():
            yield from _named_in(rule.negated)


def _indicators(files: Files) -> Iterator[Finding]:
    seen = Counter((file, indicator.id) for file, _, _, indicator in files.indicators())
    for file, place, domain, indicator in files.indicators():
        if seen[file, indicator.id] > 1:
            yield file, place, f"{indicator.id} is given twice"
        if indicator.level not in files.profile.levels:
            yield file, (*place, "level"), f"there is no level {indicator.level}"
        if indicator.id.split(".")[1:3] != [domain, str(indicator.level)]:
            yield file, place, f"{indicator.id} stands under {domain}, level {indicator.level}"
        for concern in indicator.concerns:
            if concern not in CONCERNS:
                yield file, (*place, "concerns"), f"there is no concern called {concern}"


def _sources(files: Files) -> Iterator[Finding]:
    for file, content in files.named().items():
        for place, source in _sources_in(content, ()):
            if source.split()[0] not in files.profile.documents:
                yield file, place, f"the source {source} is of no document that the profile lists"


def _sources_in(value: object, place: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    elif isinstance(value, tuple):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return
    for key, part in value.items():
        if key == "source" and isinstance(part, str):
            yield (*place, "source"), part
        else:
            yield from _sources_in(part, (*place, key))
