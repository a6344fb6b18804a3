"""What a manager must give with a rating or a decision. What may be decided is for the manager alone."""

from __future__ import annotations

from dataclasses import dataclass

from mash.errors import Invalid
from mash.partnerships import Partnership

from screening.domain.recommendation import Recommendation
from screening.domain.screening import Screening


class RationaleNeeded(Invalid):
    """The decision stands only with its reason in writing."""


class RatingNeeded(Invalid):
    """The pathway's time depends on a rating, and there is none."""


class AgenciesNeeded(Invalid):
    """An enquiry asks at least one agency."""


class NotForThisPathway(Invalid):
    """Something was given that only another pathway has."""


class UnknownToPartnership(Invalid):
    """The partnership has no such agency, level, rating or pathway."""


class WorkerNeeded(Invalid):
    """The pathway leads to one social worker, who is named."""


class OutcomeNeeded(Invalid):
    """What is about somebody in a position of trust is closed as referred to the designated officer."""


class InsightNeeded(Invalid):
    """The partnership sends nothing down this pathway without the manager's own insight in writing."""


# The kinds of contact that are about somebody in a position of trust, and what those are closed as.
ABOUT_TRUST = frozenset({"allegation", "lado"})
REFERRED_TO_LADO = "lado"

# The pathways that lead to one social worker, and what that worker does.
WORKERS = {
    "social_worker_screening": "who screens the contact",
    "allocated_worker": "who has or had the case",
}


@dataclass(frozen=True)
class Choice:
    """A manager's choice of pathway, as it was given."""

    pathway: str
    level: int
    rationale: str | None = None
    agencies: tuple[str, ...] = ()
    worker: str | None = None
    advice: str | None = None
    insight: str | None = None
    services: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    fast_track_alongside: bool = False

    @property
    def roads(self) -> frozenset[str]:
        """The pathways taken: a Red enquiry may run beside the referral to duty assessment."""
        return frozenset({self.pathway, *(["fast_track"] if self.fast_track_alongside else [])})


def rating_differs(rating: str, recommended: Recommendation | None) -> bool:
    """Whether a rating is another than the one recommended, if there is a recommendation."""
    return recommended is not None and rating != recommended.rating


def choice_differs(choice: Choice, recommended: Recommendation | None) -> bool:
    """Whether the pathway or the level is another than recommended, if there is a recommendation."""
    if recommended is None:
        return False
    return recommended.pathway not in choice.roads or choice.level != recommended.level


def check_rating(
    rating: str, rationale: str | None, recommended: Recommendation | None, partnership: Partnership
) -> None:
    """Refuse a rating that the partnership does not have, or that differs without a reason."""
    if rating not in partnership.ratings:
        raise UnknownToPartnership(f"{partnership.title} has no rating of that name.", field="rating")
    if rating_differs(rating, recommended) and not rationale:
        raise RationaleNeeded("The rating differs from the recommendation; write why.", field="rationale")


def check_choice(
    choice: Choice, screening: Screening, recommended: Recommendation | None, partnership: Partnership
) -> None:
    """Refuse a choice that lacks what its pathway needs."""
    _check_known(choice, partnership)
    _check_enquiry(choice, screening)
    if choice.pathway in WORKERS and not choice.worker:
        raise WorkerNeeded(f"Name the social worker {WORKERS[choice.pathway]}.", field="worker")
    if choice.pathway not in WORKERS and choice.worker:
        raise NotForThisPathway("No worker is named for this pathway.", field="worker")
    _check_trust(choice, screening, partnership)
    if partnership.pathways[choice.pathway].needs_insight and not choice.insight:
        raise InsightNeeded("Write your own insight, which goes with the enquiry.", field="insight")
    if not choice.rationale and (why := why_rationale(choice, screening, recommended, partnership)):
        raise RationaleNeeded(why, field="rationale")


def why_rationale(
    choice: Choice, screening: Screening, recommended: Recommendation | None, partnership: Partnership
) -> str | None:
    """Why this choice needs its reason in writing; None where it does not."""
    if choice_differs(choice, recommended):
        return "The decision differs from the recommendation; write why."
    if choice.pathway == "close_with_advice":
        if screening.shown is None:
            return "The contact is to be closed and its recommendation has not been looked at; write why."
        if partnership.levels[choice.level].rating is not None:
            return f"The contact is to be closed at level {choice.level}; write why."
    if choice.pathway == "enquiry" and _rests_on_judgement(screening, partnership):
        return "The enquiry rests on a criterion that only a manager can judge; write why it is met."
    return None


def _rests_on_judgement(screening: Screening, partnership: Partnership) -> bool:
    declared = screening.findings.criteria
    return any(criterion.needs_rationale and criterion.id in declared for criterion in partnership.criteria)


def _check_known(choice: Choice, partnership: Partnership) -> None:
    if choice.pathway not in partnership.pathways:
        raise UnknownToPartnership(f"{partnership.title} has no such pathway.", field="pathway")
    if choice.level not in partnership.levels:
        raise UnknownToPartnership(f"{partnership.title} has no such level.", field="level")
    unknown = sorted(set(choice.agencies) - partnership.agencies.keys())
    if unknown:
        raise UnknownToPartnership(
            f"{partnership.title} does not ask {', '.join(unknown)}.", field="agencies", unknown=unknown
        )
    partnership.require_services(choice.services)
    if unknown := sorted(set(choice.outcomes) - partnership.outcomes.keys()):
        words = f"{partnership.title} has no outcome called {', '.join(unknown)}."
        raise UnknownToPartnership(words, field="outcomes", unknown=unknown)


def _check_trust(choice: Choice, screening: Screening, partnership: Partnership) -> None:
    """Unless the threshold for assessment is met, and it goes on as any other."""
    closes = choice.pathway == "close_with_advice" and screening.kind in ABOUT_TRUST
    if closes and REFERRED_TO_LADO in partnership.outcomes and REFERRED_TO_LADO not in choice.outcomes:
        title = partnership.outcomes[REFERRED_TO_LADO].title
        raise OutcomeNeeded(f"An allegation is closed with the outcome '{title}'.", field="outcomes")


def _check_enquiry(choice: Choice, screening: Screening) -> None:
    if choice.pathway != "enquiry":
        if choice.agencies:
            raise NotForThisPathway("Agencies are asked in an enquiry only.", field="agencies")
        if choice.fast_track_alongside:
            raise NotForThisPathway(
                "Only an enquiry runs beside the fast track.", field="fast_track_alongside"
            )
        return
    if not choice.agencies:
        raise AgenciesNeeded("Choose at least one agency to ask.", field="agencies")
    if screening.rating is None:
        raise RatingNeeded("Rate the contact first: the rating sets how long agencies have.", field="rating")
