"""What a manager sends."""

from __future__ import annotations

from typing import Annotated

from mash.contracts.base import Rating, Slug
from mash.contracts.boundary import QuestionId
from mash.contracts.enquiry import Outcome
from mash.web import Strict
from pydantic import Field, StringConstraints

from enquiry.domain.decision import Choice

Words = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
AgencyName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Questions = Annotated[list[QuestionId], Field(max_length=50)]


class RatingForm(Strict):
    """Another rating, and why."""

    rating: Rating
    rationale: Words


class RequestForm(Strict):
    """One more agency to ask."""

    agency: AgencyName
    questions: Questions = Field(
        default=[], description="Ids of the questions; those that the concerns call for where there are none."
    )
    rationale: Words


class NarrowForm(Strict):
    """Which of the questions are left, and why."""

    questions: Questions
    rationale: Words


class RationaleForm(Strict):
    """Why it is done."""

    rationale: Words


class ReasonForm(Strict):
    """Why it is stopped."""

    reason: Words


class DecisionForm(Strict):
    """The manager's decision. Indicators and answers guide it; they never make it."""

    final_rating: Rating | None
    level: int = Field(ge=1, le=4)
    outcome: Outcome
    rationale: Words
    silent_rationale: Words | None = Field(
        default=None,
        description="Why it is right to go ahead; needed where an agency has not answered.",
    )

    services: list[Slug] = Field(
        default=[],
        max_length=20,
        description="Those of the partnership's directory that the family is signposted to.",
    )

    def choice(self) -> Choice:
        """The decision in the domain's terms."""
        return Choice(**{**self.model_dump(), "services": tuple(dict.fromkeys(self.services))})
