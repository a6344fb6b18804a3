"""Rules over what is known of a contact, and how they are read.

A rule is data: `concern`, `indicator`, `fact` with one or more of `at_least`, `above`, `below`, `equals`, and
`all`, `any` and `not` around them. What is not known is neither true nor false, so that it never makes a rule
hold: "not from the police" does not hold while nobody knows who is calling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self

from pydantic import Discriminator, Field, Tag, model_validator

from mash.partnerships.data import Data, Listed
from mash.partnerships.vocabulary import CONCERNS, FACTS

Value = int | str | bool


@dataclass(frozen=True)
class Facts:
    """What has been recorded: the concerns and indicators a person accepted, and single facts by name."""

    concerns: frozenset[str] = frozenset()
    indicators: frozenset[str] = frozenset()
    values: Mapping[str, Value] = field(default_factory=dict)


class Concern(Data):
    concern: str

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.concern not in CONCERNS:
            raise ValueError(f"there is no concern called {self.concern}")
        return self


class Indicator(Data):
    indicator: str


class Fact(Data):
    """Comparisons with one fact; all that are given must hold."""

    fact: str
    at_least: int | None = None
    above: int | None = None
    below: int | None = None
    equals: Value | None = None

    @model_validator(mode="after")
    def _comparable(self) -> Self:
        if self.fact not in FACTS:
            raise ValueError(f"there is no fact called {self.fact}")
        kind = FACTS[self.fact][0]
        limits = [limit for limit in (self.at_least, self.above, self.below) if limit is not None]
        if not limits and self.equals is None:
            raise ValueError(f"{self.fact} is compared with nothing")
        if (limits and kind is not int) or (self.equals is not None and type(self.equals) is not kind):
            raise ValueError(f"{self.fact} is compared with the wrong kind of value")
        return self


class All(Data):
    all: Listed[Rule] = Field(min_length=1)


class AnyOf(Data):
    any: Listed[Rule] = Field(min_length=1)


class Not(Data):
    negated: Rule = Field(alias="not")


def _kind(value: object) -> str | None:
    named = value if isinstance(value, dict) else getattr(value, "model_fields_set", ())
    return next(
        (kind for kind in ("all", "any", "not", "fact", "concern", "indicator") if kind in named), None
    )


Rule = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Fact, Tag("fact")]
    | Annotated[Concern, Tag("concern")]
    | Annotated[Indicator, Tag("indicator")],
    Discriminator(
        _kind,
        custom_error_type="no_rule",
        custom_error_message="a rule is one of all, any, not, fact, concern or indicator",
    ),
]
for _model in (All, AnyOf, Not):
    _model.model_rebuild()


def holds(rule: Rule, facts: Facts) -> bool:
    """Whether what is known shows that the rule holds."""
    return _truth(rule, facts) is True


def explain(rule: Rule, facts: Facts) -> str:
    """What the rule looked at and what it found, in words that can be read aloud."""
    match rule:
        case All():
            return " and ".join(_bracketed(part, facts) for part in rule.all)
        case AnyOf():
            return " or ".join(_bracketed(part, facts) for part in _telling(rule.any, facts))
        case Not():
            return f"not ({explain(rule.negated, facts)})"
        case Fact():
            return _explain_fact(rule, facts)
        case Concern():
            return f"{CONCERNS[rule.concern]} is {_recorded(rule.concern in facts.concerns)}"
        case Indicator():
            return f"indicator {rule.indicator} is {_recorded(rule.indicator in facts.indicators)}"


def _truth(rule: Rule, facts: Facts) -> bool | None:
    match rule:
        case All():
            return _every(_truth(part, facts) for part in rule.all)
        case AnyOf():
            return _negated(_every(_negated(_truth(part, facts)) for part in rule.any))
        case Not():
            return _negated(_truth(rule.negated, facts))
        case Fact():
            return _compare(rule, facts.values.get(rule.fact))
        case Concern():
            return True if rule.concern in facts.concerns else None
        case Indicator():
            return True if rule.indicator in facts.indicators else None


def _every(truths: Iterable[bool | None]) -> bool | None:
    seen = list(truths)
    if False in seen:
        return False
    return None if None in seen else True


def _negated(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _compare(rule: Fact, value: Value | None) -> bool | None:
    if type(value) is not FACTS[rule.fact][0]:
        return None
    if rule.equals is not None and value != rule.equals:
        return False
    return not isinstance(value, int) or _within(rule, value)


def _within(rule: Fact, value: int) -> bool:
    return (
        (rule.at_least is None or value >= rule.at_least)
        and (rule.above is None or value > rule.above)
        and (rule.below is None or value < rule.below)
    )


def _telling(parts: tuple[Rule, ...], facts: Facts) -> tuple[Rule, ...]:
    """Of several alternatives, those that hold; all of them when none does."""
    return tuple(part for part in parts if holds(part, facts)) or parts


def _bracketed(part: Rule, facts: Facts) -> str:
    words = explain(part, facts)
    return f"({words})" if isinstance(part, All | AnyOf) else words


def _explain_fact(rule: Fact, facts: Facts) -> str:
    value = facts.values.get(rule.fact)
    found = "not known" if _compare(rule, value) is None else _spoken(value)
    return f"{FACTS[rule.fact][1]}: {found} (asked for: {_asked(rule)})"


def _asked(rule: Fact) -> str:
    limits = {"at least": rule.at_least, "above": rule.above, "below": rule.below}
    asked = [f"{words} {limit}" for words, limit in limits.items() if limit is not None]
    return " and ".join([*asked, *([] if rule.equals is None else [_spoken(rule.equals)])])


def _spoken(value: Value | None) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _recorded(present: bool) -> str:
    return "recorded" if present else "not recorded"
