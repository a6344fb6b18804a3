"""What an agency is asked: no more than the concern needs."""

from __future__ import annotations

from collections.abc import Sequence

from mash.errors import Invalid
from mash.partnerships import Partnership

from enquiry.domain.enquiry import Asked


class AgencyNotInPartnership(Invalid):
    """The partnership does not ask this agency through the hub."""


class QuestionNotAvailable(Invalid):
    """The question is not one that this agency can be asked here."""


class NotNarrower(Invalid):
    """Narrowing leaves some of the questions out, and at least one in."""


def by_concern(partnership: Partnership, agency: str, concerns: Sequence[str]) -> tuple[Asked, ...]:
    """The agency's questions about these concerns."""
    if agency not in partnership.agencies:
        raise AgencyNotInPartnership(
            f"{partnership.title} does not ask an agency of that name.", field="agency"
        )
    return tuple(Asked(one.id, one.text) for one in partnership.questions(agency, concerns))


def chosen(partnership: Partnership, agency: str, wanted: Sequence[str]) -> tuple[Asked, ...]:
    """These of all the questions the agency can be asked, whatever the concern."""
    known = {one.id: one for one in by_concern(partnership, agency, list(partnership.question_sets))}
    if not known.keys() >= set(wanted):
        raise QuestionNotAvailable("The agency cannot be asked one of these questions.", field="questions")
    return tuple(known[id] for id in dict.fromkeys(wanted))


def narrowed(questions: Sequence[Asked], wanted: Sequence[str]) -> tuple[Asked, ...]:
    """What is left of the questions."""
    left = tuple(one for one in questions if one.id in wanted)
    if len(left) != len(set(wanted)) or not 0 < len(left) < len(questions):
        raise NotNarrower("Name some of the questions that were asked, and not all.", field="questions")
    return left
