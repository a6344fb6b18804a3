"""What requests hold."""

from __future__ import annotations

from typing import Annotated

from mash.contracts.base import Rating
from mash.partnerships.thresholds import CriterionId, IndicatorId
from mash.web import Strict
from pydantic import BeforeValidator, Field, StringConstraints

from screening.domain.decision import Choice
from screening.domain.findings import Findings

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Subject = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$", max_length=100)]
SourceCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+$", max_length=64)]
# A fact that counts something, such as pounds.
MOST = 1_000_000
Value = Annotated[bool, Field(strict=True)] | Annotated[int, Field(strict=True, ge=0, le=MOST)] | SourceCode
Words = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _none_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


OptionalWords = Annotated[Words | None, BeforeValidator(_none_if_blank)]
OptionalName = Annotated[Name | None, BeforeValidator(_none_if_blank)]


class FindingsBody(Strict):
    """What was found, in place of what was recorded before.

    ``concerns`` left out keeps those that the referrer named; an empty list says that there are none.
    """

    indicators: list[IndicatorId] = Field(default=[], max_length=500)
    criteria: list[CriterionId] = Field(default=[], max_length=50)
    concerns: list[Slug] | None = Field(default=None, max_length=50)
    facts: dict[Slug, Value] = Field(default={}, max_length=50)

    def findings(self) -> Findings:
        return Findings(
            indicators=frozenset(self.indicators),
            criteria=frozenset(self.criteria),
            concerns=None if self.concerns is None else frozenset(self.concerns),
            values=self.facts,
        )


class RatingBody(Strict):
    """A manager's rating; the rationale is needed where it differs from the recommendation."""

    rating: Rating
    rationale: OptionalWords = None


class PathwayBody(Strict):
    """A manager's decision.

    ``agencies`` and ``fast_track_alongside`` are an enquiry's. ``worker`` is the social worker who screens
    the contact, or who has the case that it is about. ``services`` are those of the partnership's directory
    that the family is signposted to, ``outcomes`` what is decided beside the pathway, such as a referral to
    MARAC, and ``insight`` the manager's own, where the pathway asks for it.
    """

    pathway: Slug
    level: int = Field(ge=1, le=4)
    rationale: OptionalWords = None
    agencies: list[Slug] = Field(default=[], max_length=20)
    services: list[Slug] = Field(default=[], max_length=20)
    outcomes: list[Slug] = Field(default=[], max_length=20)
    worker: Subject | None = None
    advice: OptionalWords = None
    insight: OptionalWords = None
    fast_track_alongside: bool = False

    def choice(self) -> Choice:
        given = dict(self)
        for several in ("agencies", "services", "outcomes"):
            given[several] = tuple(dict.fromkeys(given[several]))
        return Choice(**given)


class ReasonBody(Strict):
    """Why something is done."""

    reason: Words


class NoteBody(Strict):
    """A social worker's screening: what the parents said, or why they were not spoken to, and the advice."""

    spoke_to_parents: bool
    parents: Words
    level: int = Field(ge=1, le=4)
    pathway: Slug
    analysis: Words


class Analysis(Strict):
    """The analysis in the worker's own words.

    ``framework`` holds what is written under the questions of the partnership's own practice framework.
    """

    lived_experience: OptionalWords = None
    worries: OptionalWords = None
    working_well: OptionalWords = None
    what_needs_to_happen: OptionalWords = None
    framework: dict[Slug, Words] = Field(default={}, max_length=50)


class ChildAnalysis(Analysis):
    """The same for one child, as the contact calls or numbers them."""

    child: Name


class AnalysisBody(Analysis):
    """The analysis of the contact, and of each child apart."""

    children: list[ChildAnalysis] = Field(default=[], max_length=30)
