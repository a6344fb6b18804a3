"""What a screener has recorded of a contact, and what is known of it from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mash.errors import Invalid
from mash.partnerships import Facts, Partnership, Thresholds
from mash.partnerships.rules import Value
from mash.partnerships.vocabulary import CONCERNS, FACTS

# Which pathway is recommended can depend on the family's answer, so that no other word may stand for it.
AGREEMENT = ("yes", "no", "not_asked")
_WHOLE_PERCENT = 100


class UnknownToThresholds(Invalid):
    """A finding names something that the partnership's version of its documents does not have."""


@dataclass(frozen=True)
class Findings:
    """What a person recorded.

    ``criteria`` are those declared by hand, for a rule sees only what was recorded. ``concerns`` is None
    until somebody has looked at them; until then what the referrer named stands.
    """

    indicators: frozenset[str] = frozenset()
    criteria: frozenset[str] = frozenset()
    concerns: frozenset[str] | None = None
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been recorded yet."""
        return not (self.indicators or self.criteria or self.concerns or self.values)


@dataclass(frozen=True)
class KnownFacts:
    """What intake knows of a contact: ages of the children, what the referrer named, counts and flags.

    ``from_receipt_only``: as it was told when the contact came in, which is without ages and concerns.
    """

    ages: tuple[int, ...] = ()
    stated_concerns: frozenset[str] = frozenset()
    values: Mapping[str, Value] = field(default_factory=dict)
    immediate_danger: bool = False
    from_receipt_only: bool = False


def concerns_of(findings: Findings, stated: frozenset[str], thresholds: Thresholds) -> frozenset[str]:
    """The concerns accepted, or those stated where nobody has looked yet, with the indicators' own."""
    accepted = stated if findings.concerns is None else findings.concerns
    ticked = (thresholds.indicators[id] for id in findings.indicators if id in thresholds.indicators)
    return accepted.union(*(indicator.concerns for indicator in ticked))


def views(findings: Findings, known: KnownFacts, thresholds: Thresholds) -> tuple[Facts, ...]:
    """The facts as a rule reads them, once for each child's age.

    A rule that holds for any child holds for the contact. Where the screener says whose age counts, only
    that one does.
    """
    values = {**known.values, **findings.values}
    facts = Facts(concerns_of(findings, known.stated_concerns, thresholds), findings.indicators, values)
    if "age_years" in values or not known.ages:
        return (facts,)
    return tuple(replace(facts, values={**values, "age_years": age}) for age in sorted(set(known.ages)))


def check_findings(findings: Findings, partnership: Partnership, thresholds: Thresholds) -> None:
    """Refuse, by its name, what the screening's own version does not have."""
    criteria = {criterion.id for criterion in partnership.criteria}
    _refuse_unknown("indicators", findings.indicators - thresholds.indicators.keys(), thresholds.title)
    _refuse_unknown("criteria", findings.criteria - criteria, f"the criteria of {partnership.title}")
    _refuse_unknown("concerns", (findings.concerns or frozenset()) - CONCERNS.keys(), "the list of concerns")
    _refuse_unknown("facts", findings.values.keys() - FACTS.keys(), "the list of facts")
    for name, value in findings.values.items():
        if type(value) is not FACTS[name][0]:
            raise Invalid(f"{FACTS[name][1]}: {_KINDS[FACTS[name][0]]}", field=f"facts.{name}")
    for name, known in (("agreement", AGREEMENT), ("request", partnership.requests)):
        if (said := findings.values.get(name)) is not None and said not in known:
            words = f"{FACTS[name][1]}: {said} is none of {', '.join(known)}."
            raise UnknownToThresholds(words, field=f"facts.{name}", unknown=[said])
    attendance = findings.values.get("attendance_percent")
    if isinstance(attendance, int) and attendance > _WHOLE_PERCENT:
        raise Invalid(
            "school attendance in per cent: give no more than 100.", field="facts.attendance_percent"
        )


_KINDS: dict[type, str] = {
    bool: "answer true or false.",
    int: "give a whole number.",
    str: "give it in words.",
}


def _refuse_unknown(field: str, unknown: frozenset[str] | set[str], where: str) -> None:
    if unknown:
        names = sorted(unknown)
        raise UnknownToThresholds(f"{where} does not have {', '.join(names)}.", field=field, unknown=names)
