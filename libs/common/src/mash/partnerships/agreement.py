"""Whether a partnership's files agree with each other: what one names, another must have."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel

from mash.partnerships.directory import ReferenceFile, ServicesFile
from mash.partnerships.documents import nodes
from mash.partnerships.faults import Step, fault, line_of
from mash.partnerships.models import (
    FURTHER_PATHWAYS,
    GENERAL,
    OUTCOMES,
    PATHWAYS,
    Profile,
    QuestionFile,
)
from mash.partnerships.national import NationalFile
from mash.partnerships.retention import MESSAGE, RESTRICTED, UNDECIDED_PATHWAYS, KeptFor
from mash.partnerships.rules import Answer, Indicator, Rule, leaves
from mash.partnerships.thresholds import BaseFile, CriteriaFile, IndicatorEntry, ThresholdFile, Thresholds
from mash.partnerships.tool_faults import tool_faults
from mash.partnerships.tools import ToolFile
from mash.partnerships.vocabulary import CONCERNS

Steps = tuple[Step, ...]
Finding = tuple[str, Steps, str]
ENDS = PATHWAYS | FURTHER_PATHWAYS | OUTCOMES
DUE_RULES = ("screening.decision", "acknowledgement", "feedback", "lado.forward", "written_form")


@dataclass(frozen=True)
class Files:
    """A partnership's files, each by itself; `thresholds` is by file name without its ending."""

    profile: Profile
    criteria: CriteriaFile
    questions: QuestionFile
    services: ServicesFile
    reference: ReferenceFile
    thresholds: Mapping[str, ThresholdFile]
    tools: Mapping[str, ToolFile]
    national: NationalFile
    bases: Mapping[str, BaseFile]
    signs: Collection[str]

    @cached_property
    def whole_thresholds(self) -> dict[str, Thresholds]:
        """Each version of the threshold document, with what it has from its base."""
        code = self.profile.code.lower()
        return {
            stem: file.thresholds(code, self.bases.get(file.base or ""))
            for stem, file in self.thresholds.items()
        }

    @cached_property
    def kept_for(self) -> dict[str, KeptFor]:
        """How long each kind of case is kept: the partnership's own periods, and else those for all."""
        return {**self.national.retention, **self.profile.retention.rules}

    def named(self) -> dict[str, BaseModel]:
        thresholds = {f"thresholds/{stem}.yaml": file for stem, file in self.thresholds.items()}
        return {
            "profile.yaml": self.profile,
            "criteria.yaml": self.criteria,
            "questions.yaml": self.questions,
            "services.yaml": self.services,
            "reference.yaml": self.reference,
            **thresholds,
            **{f"tools/{stem}.yaml": file for stem, file in self.tools.items()},
        }

    def indicators(self) -> Iterator[tuple[str, Steps, str, IndicatorEntry]]:
        """Every indicator of the partnership's own files with its file, its place there and its domain."""
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
        *_rules_of_the_road(files.profile),
        *_services(files),
        *_questions(files),
        *_criteria(files),
        *_indicators(files),
        *_bases(files),
        *_tools(files),
        *_retention(files),
        *_meeting(files.profile),
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
        if (level.rating is None) is (level.pathway is None):
            yield "profile.yaml", ("levels", number), f"level {number} has either a rating or a pathway"
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
    for key in sorted(profile.pathways.keys() - PATHWAYS - FURTHER_PATHWAYS):
        yield "profile.yaml", ("pathways", key), f"the hub has no pathway called {key}"
    for key in sorted(PATHWAYS - profile.pathways.keys()):
        yield "profile.yaml", ("pathways",), f"there is no pathway called {key}"
    for key in sorted(profile.outcomes.keys() - OUTCOMES):
        yield "profile.yaml", ("outcomes", key), f"the hub has no outcome called {key}"
    for key in DUE_RULES:
        if key not in profile.due_rules:
            yield "profile.yaml", ("due_rules",), f"there is no due rule called {key}"


def _rules_of_the_road(profile: Profile) -> Iterator[Finding]:
    """What names a pathway, a level or a due rule names one that there is."""
    if "safeguarding" not in profile.requests:
        yield "profile.yaml", ("requests",), "there is no request called safeguarding"
    for section in ("levels", "ratings", "requests"):
        for key, item in getattr(profile, section).items():
            yield from _pathway(profile, item.pathway, (section, key, "pathway"))
    for number, rule in enumerate(profile.open_case_rules):
        yield from _pathway(profile, rule.pathway, ("open_case_rules", number, "pathway"))
    for number, combination in enumerate(profile.combinations):
        for key in ("level", "may_make"):
            if (level := getattr(combination, key)) not in profile.levels:
                yield "profile.yaml", ("combinations", number, key), f"there is no level {level}"
    for key, stage in profile.escalation.items():
        if stage.due not in profile.due_rules:
            yield "profile.yaml", ("escalation", key, "due"), f"there is no due rule called {stage.due}"
    if profile.early_help.agreement_needed and "returned_to_referrer" not in profile.pathways:
        yield "profile.yaml", ("early_help",), "there is no pathway called returned_to_referrer"


def _pathway(profile: Profile, name: str | None, place: Steps) -> Iterator[Finding]:
    if name is not None and name not in profile.pathways:
        yield "profile.yaml", place, f"there is no pathway called {name}"


def _services(files: Files) -> Iterator[Finding]:
    profile = files.profile
    for key, service in files.services.services.items():
        for number in service.levels:
            if number not in profile.levels:
                yield "services.yaml", ("services", key, "levels"), f"there is no level {number}"
        for name in service.outcomes:
            if name not in profile.outcomes and name not in profile.pathways:
                reason = f"there is no outcome or pathway called {name}"
                yield "services.yaml", ("services", key, "outcomes"), reason


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
    known = {id for whole in files.whole_thresholds.values() for id in whole.indicators}
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
    return (leaf.indicator for leaf in leaves(rule) if isinstance(leaf, Indicator))


def _indicators(files: Files) -> Iterator[Finding]:
    seen = Counter((file, indicator.id) for file, _, _, indicator in files.indicators())
    for file, place, domain, indicator in files.indicators():
        if seen[file, indicator.id] > 1:
            yield file, place, f"{indicator.id} is given twice"
        if indicator.level not in files.profile.levels:
            yield file, (*place, "level"), f"there is no level {indicator.level}"
        if indicator.id.split(".")[1:3] != [domain, str(indicator.level)]:
            yield file, place, f"{indicator.id} stands under {domain}, level {indicator.level}"
        if indicator.rating is not None and indicator.rating not in files.profile.ratings:
            yield file, (*place, "rating"), f"there is no rating called {indicator.rating}"
        for concern in indicator.concerns:
            if concern not in CONCERNS:
                yield file, (*place, "concerns"), f"there is no concern called {concern}"
        for sign in indicator.signs:
            if sign not in files.signs:
                yield file, (*place, "signs"), f"there is no sign called {sign}"


def _bases(files: Files) -> Iterator[Finding]:
    """What a document has otherwise than its base must be there in the base; what it adds must not."""
    for stem, content in files.thresholds.items():
        file = f"thresholds/{stem}.yaml"
        under = files.bases.get(content.base or "")
        if content.base and under is None:
            yield file, ("base",), f"there is no base called {content.base}"
        shared = under.domains if under else {}
        known = {entry.id for domain in shared.values() for entry in domain.indicators}
        for section in ("without", "reworded"):
            for id in getattr(content, section):
                if id not in known:
                    yield file, (section, id), f"the base has no indicator called {id}"
        for id, changed in content.reworded.items():
            for sign in changed.signs:
                if sign not in files.signs:
                    yield file, ("reworded", id, "signs"), f"there is no sign called {sign}"
        for key, domain in content.domains.items():
            if domain.title is None and key not in shared:
                yield file, ("domains", key), f"{key} has no title"
            for number, entry in enumerate(domain.indicators):
                if entry.id.split(".", 1)[1] in known:
                    place = ("domains", key, "indicators", number)
                    yield file, place, f"{entry.id} is an indicator of the base"


def _tools(files: Files) -> Iterator[Finding]:
    """The tools' own faults, and rules elsewhere that compare the answer to a tool's question."""
    criteria = [("criteria.yaml", ("criteria", n), one.rule) for n, one in enumerate(files.criteria.criteria)]
    conditions = [(file, place, one.condition) for file, place, _, one in files.indicators()]
    for file, place, rule in [*criteria, *conditions]:
        if any(isinstance(leaf, Answer) for leaf in leaves(rule)):
            yield file, place, "only a tool's own rules may ask for an answer"
    for stem, tool in files.tools.items():
        for place, reason in tool_faults(stem, tool, files.profile):
            yield f"tools/{stem}.yaml", place, reason


def _retention(files: Files) -> Iterator[Finding]:
    """Whatever a case may end with is kept by one rule, so that nothing is kept for ever by an oversight."""
    place = ("retention",)
    counted = Counter(decision for rule in files.kept_for.values() for decision in rule.decisions)
    ends = (files.profile.pathways.keys() | files.profile.outcomes.keys()) - UNDECIDED_PATHWAYS
    for decision in sorted(ends):
        if counted[decision] != 1:
            yield "profile.yaml", place, f"{decision} is kept by {counted[decision]} rules and not by one"
    for decision in sorted(counted.keys() - (ENDS - UNDECIDED_PATHWAYS)):
        yield "profile.yaml", place, f"no case ends with {decision}"
    for name in (RESTRICTED, MESSAGE):
        if name not in files.kept_for:
            yield "profile.yaml", place, f"there is no rule called {name}"
    if MESSAGE in files.kept_for and files.kept_for[MESSAGE].counts_from != "receipt":
        yield "profile.yaml", place, "a message is never closed: its time counts from receipt"


def _meeting(profile: Profile) -> Iterator[Finding]:
    meeting = profile.daily_meeting
    if meeting is None:
        return
    for name in set(meeting.expected) - profile.agencies.keys() - profile.also_consulted.keys():
        yield "profile.yaml", ("daily_meeting", "expected"), f"there is no agency called {name}"
    for name in {*meeting.once_at, *meeting.until_closed} - profile.ratings.keys():
        yield "profile.yaml", ("daily_meeting",), f"there is no rating called {name}"


def _sources(files: Files) -> Iterator[Finding]:
    documents = files.profile.documents.keys() | files.national.documents.keys()
    for file, content in files.named().items():
        for place, source in _sources_in(content, ()):
            if source.split()[0] not in documents:
                yield file, place, f"the source {source} is of no document that the profile lists"


def _sources_in(value: object, place: Steps) -> Iterator[tuple[Steps, str]]:
    for key, part in _parts(value):
        if isinstance(part, str):
            if key == "source":
                yield (*place, "source"), part
        elif isinstance(part, BaseModel | dict | tuple):
            yield from _sources_in(part, (*place, key))


def _parts(value: object) -> Iterable[tuple[Step, object]]:
    if isinstance(value, BaseModel):
        return value.__dict__.items()
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, tuple) else ()
