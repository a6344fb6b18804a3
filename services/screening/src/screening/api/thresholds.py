"""A partnership's threshold document, as everybody who works with the hub may read it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from mash.access import Anyone
from mash.partnerships import Partnership, Thresholds
from mash.partnerships.vocabulary import CONCERNS, FACTS
from mash.web import HubDep
from pydantic import BaseModel

from screening.api.answers import Review, review_of
from screening.api.scope import partnership_of
from screening.domain.recommendation import GUIDANCE

router = APIRouter(prefix="/v1/thresholds", tags=["thresholds"])


class IndicatorAnswer(BaseModel):
    """An indicator, whose matter it is ``about``; ``by_facts`` where recorded facts alone can bring it."""

    id: str
    row: int
    about: str | None
    rating: str | None
    text: str
    source: str
    by_facts: bool


class DomainAnswer(BaseModel):
    """A domain of the document, its indicators by level."""

    id: str
    title: str
    part: str | None
    levels: dict[int, list[IndicatorAnswer]]


class LevelAnswer(BaseModel):
    """A level of need and the rating it maps to, absent where it is below every rating."""

    level: int
    title: str
    meaning: str
    rating: str | None
    details: dict[str, list[str]]
    source: str


class CriterionAnswer(BaseModel):
    """A criterion for an enquiry, or a circumstance that asks for a strategy discussion."""

    id: str
    text: str
    needs_rationale: bool
    leads_to: str
    reading: str | None
    source: str


class ReferenceAnswer(BaseModel):
    """What the law or the document asks, point by point."""

    title: str
    points: list[str]
    source: str


class FrameworkAnswer(BaseModel):
    """The practice framework that an analysis is written in: its questions by id."""

    title: str
    questions: dict[str, str]
    source: str


class ThresholdsAnswer(BaseModel):
    """One version of a threshold document, in short words of the hub's own."""

    partnership: str
    version: str
    versions: list[str]
    title: str
    valid_from: date
    source: str
    guidance: str
    review: Review
    levels: list[LevelAnswer]
    domains: list[DomainAnswer]
    criteria: list[CriterionAnswer]
    references: dict[str, ReferenceAnswer]
    practice_framework: FrameworkAnswer | None
    concerns: dict[str, str]
    facts: dict[str, str]


@router.get("/{partnership}")
async def get_thresholds(
    partnership: Annotated[str, Path(max_length=64)],
    caller: Anyone,
    hub: HubDep,
    version: Annotated[str | None, Query(max_length=20)] = None,
) -> ThresholdsAnswer:
    """Give a version of the threshold document, or the current one."""
    found = partnership_of(caller, partnership)
    review = review_of(found, hub.clock())
    return _answer(found, found.thresholds(version), review)


def _answer(partnership: Partnership, thresholds: Thresholds, review: Review) -> ThresholdsAnswer:
    return ThresholdsAnswer(
        partnership=partnership.name,
        version=thresholds.version,
        versions=sorted(partnership.versions),
        title=thresholds.title,
        valid_from=thresholds.valid_from,
        source=thresholds.source,
        guidance=GUIDANCE,
        review=review,
        levels=[
            LevelAnswer.model_validate({"level": number, **level.model_dump()})
            for number, level in partnership.levels.items()
        ],
        domains=_domains(thresholds),
        criteria=[
            CriterionAnswer.model_validate(criterion.model_dump()) for criterion in partnership.criteria
        ],
        references={
            id: ReferenceAnswer.model_validate(reference.model_dump())
            for id, reference in partnership.references.items()
        },
        practice_framework=_framework(partnership),
        concerns=CONCERNS,
        facts={name: words for name, (_, words) in FACTS.items()},
    )


def _framework(partnership: Partnership) -> FrameworkAnswer | None:
    framework = partnership.practice_framework
    if framework is None:
        return None
    questions = {question.id: question.text for question in framework.questions}
    return FrameworkAnswer(title=framework.title, questions=questions, source=framework.source)


def _domains(thresholds: Thresholds) -> list[DomainAnswer]:
    levels: dict[str, dict[int, list[IndicatorAnswer]]] = defaultdict(lambda: defaultdict(list))
    for one in thresholds.indicators.values():
        shown = IndicatorAnswer.model_validate({**dict(one), "by_facts": one.condition is not None})
        levels[one.domain][one.level].append(shown)
    return [
        DomainAnswer(id=id, title=domain.title, part=domain.part, levels=levels[id])
        for id, domain in thresholds.domains.items()
    ]
