"""Rules over what is known of a contact, and how they are read.

A rule is data: `concern`, `indicator`, `fact` with one or more of `at_least`, `above`, `below`, `equals`, and
`all`, `any` and `not` around them. In a tool's file `answer` is compared as a fact is, and `indicator` names
a piece of the tool's evidence. What is not known is neither true nor false, so that it never makes a rule
hold: "not from the police" does not hold while nobody knows who is calling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self

from pydantic import Discriminator, Field, Tag, model_validator

from mash.partnerships.data import Data, Listed
from mash.partnerships.vocabulary import CONCERNS, FACTS

Value = int | str | bool


@dataclass(frozen=True)
class Facts:
    """What has been recorded: the concerns and indicators a person accepted, and single facts by name.

    `answers` are those to a tool's own questions, and `asked` the words of these questions.
    """

    concerns: frozenset[str] = frozenset()
    indicators: frozenset[str] = frozenset()
    values: Mapping[str, Value] = field(default_factory=dict)
    answers: Mapping[str, Value] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)


class Concern(Data):
    concern: str

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.concern not in CONCERNS:
            raise ValueError(f"there is no concern called {self.concern}")
        return self


class Indicator(Data):
    indicator: str


class Comparison(Data):
    """Comparisons with one value; all that are given must hold."""

    at_least: int | None = None
    above: int | None = None
    below: int | None = None
    equals: Value | None = None

    @property
    def limits(self) -> list[int]:
        return [limit for limit in (self.at_least, self.above, self.below) if limit is not None]

    def suits(self, kind: type) -> bool:
        """Whether a value of this kind can be compared so."""
        return (kind is int or not self.limits) and (self.equals is None or type(self.equals) is kind)


class Fact(Comparison):
    fact: str

    @model_validator(mode="after")
    def _comparable(self) -> Self:
        if self.fact not in FACTS:
            raise ValueError(f"there is no fact called {self.fact}")
        if not self.limits and self.equals is None:
            raise ValueError(f"{self.fact} is compared with nothing")
        if not self.suits(FACTS[self.fact][0]):
            raise ValueError(f"{self.fact} is compared with the wrong kind of value")
        return self


class Answer(Comparison):
    """A comparison with the answer to one of a tool's questions. Which there are, the tool's file says."""

    answer: str

    @model_validator(mode="after")
    def _comparable(self) -> Self:
        if not self.limits and self.equals is None:
            raise ValueError(f"{self.answer} is compared with nothing")
        return self


class All(Data):
    all: Listed[Rule] = Field(min_length=1)


class AnyOf(Data):
    any: Listed[Rule] = Field(min_length=1)


class Not(Data):
    negated: Rule = Field(alias="not")


_KINDS = {one: one for one in ("all", "any", "not", "fact", "answer", "concern", "indicator")}
# A rule that has been read already calls its part by the field's name.
_KINDS["negated"] = "not"


def _kind(value: object) -> str | None:
    named = value if isinstance(value, dict) else getattr(value, "model_fields_set", ())
    return next((kind for name, kind in _KINDS.items() if name in named), None)


Rule = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Fact, Tag("fact")]
    | Annotated[Answer, Tag("answer")]
    | Annotated[Concern, Tag("concern")]
    | Annotated[Indicator, Tag("indicator")],
    Discriminator(
        _kind,
        custom_error_type="no_rule",
        custom_error_message="a rule is one of all, any, not, fact, answer, concern or indicator",
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
            return _explain(rule, FACTS[rule.fact][1], _value(rule, facts))
        case Answer():
            return _explain(rule, facts.asked.get(rule.answer, rule.answer), _value(rule, facts))
        case Concern():
            return f"{CONCERNS[rule.concern]} is {_recorded(rule.concern in facts.concerns)}"
        case Indicator():
            return f"indicator {rule.indicator} is {_recorded(rule.indicator in facts.indicators)}"


def leaves(rule: Rule | None) -> Iterator[Fact | Answer | Concern | Indicator]:
    """The single comparisons that a rule is made of."""
    match rule:
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from leaves(part)
        case Not():
            yield from leaves(rule.negated)
        case Fact() | Answer() | Concern() | Indicator():
            yield rule


def _truth(rule: Rule, facts: Facts) -> bool | None:
    match rule:
        case All():
            return _every(_truth(part, facts) for part in rule.all)
        case AnyOf():
            return _negated(_every(_negated(_truth(part, facts)) for part in rule.any))
        case Not():
            return _negated(_truth(rule.negated, facts))
        case Fact() | Answer():
            return _compare(rule, _value(rule, facts))
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


def _value(rule: Fact | Answer, facts: Facts) -> Value | None:
    """What the rule compares; none where it is not known, or is not of the kind that it must be."""
    if isinstance(rule, Answer):
        value = facts.answers.get(rule.answer)
        return value if rule.suits(type(value)) else None
    value = facts.values.get(rule.fact)
    return value if type(value) is FACTS[rule.fact][0] else None


def _compare(rule: Comparison, value: Value | None) -> bool | None:
    if value is None:
        return None
    if rule.equals is not None and value != rule.equals:
        return False
    return not isinstance(value, int) or _within(rule, value)


def _within(rule: Comparison, value: int) -> bool:
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


def _explain(rule: Comparison, about: str, value: Value | None) -> str:
    found = "not known" if value is None else _spoken(value)
    return f"{about}: {found} (asked for: {_asked(rule)})"


def _asked(rule: Comparison) -> str:
    limits = {"at least": rule.at_least, "above": rule.above, "below": rule.below}
    asked = [f"{words} {limit}" for words, limit in limits.items() if limit is not None]
    return " and ".join([*asked, *([] if rule.equals is None else [_spoken(rule.equals)])])


def _spoken(value: Value | None) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _recorded(present: bool) -> str:
    return "recorded" if present else "not recorded"
