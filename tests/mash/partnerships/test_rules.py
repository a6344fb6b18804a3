"""Rules hold only by what is known, and say what they looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mash.partnerships.rules import Facts, Rule, Value, explain, holds, leaves
from mash.partnerships.vocabulary import CONCERNS, FACTS
from pydantic import TypeAdapter, ValidationError

RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
AGE = {"fact": "age_years", "below": 13}
NEGLECT = {"concern": "neglect"}


def create_rule(content: object) -> Rule:
    return RULE.validate_python(content)


def create_facts(*concerns: str, indicators: tuple[str, ...] = (), **values: Value) -> Facts:
    return Facts(frozenset(concerns), frozenset(indicators), values)


@pytest.mark.parametrize(
    ("content", "facts", "expected"),
    [
        (NEGLECT, create_facts("neglect"), True),
        (NEGLECT, create_facts("missing"), False),
        ({"indicator": "hav.health.4.01"}, create_facts(indicators=("hav.health.4.01",)), True),
        ({"indicator": "hav.health.4.01"}, create_facts(indicators=("hav.health.4.02",)), False),
        (AGE, create_facts(age_years=12), True),
        (AGE, create_facts(age_years=13), False),
        ({"fact": "age_years", "at_least": 13}, create_facts(age_years=13), True),
        ({"fact": "age_years", "above": 13}, create_facts(age_years=13), False),
        ({"fact": "age_years", "at_least": 10, "below": 13}, create_facts(age_years=9), False),
        ({"fact": "source_code", "equals": "6"}, create_facts(source_code="6"), True),
        ({"fact": "pregnant", "equals": False}, create_facts(pregnant=False), True),
        ({"all": [NEGLECT, AGE]}, create_facts("neglect", age_years=3), True),
        ({"all": [NEGLECT, AGE]}, create_facts("neglect", age_years=14), False),
        ({"any": [NEGLECT, AGE]}, create_facts(age_years=3), True),
        ({"any": [NEGLECT, AGE]}, create_facts(age_years=14), False),
        ({"not": AGE}, create_facts(age_years=14), True),
        (
            {"not": {"any": [AGE, {"fact": "pregnant", "equals": True}]}},
            create_facts(age_years=14, pregnant=False),
            True,
        ),
    ],
)
def test_a_rule_holds_by_what_is_recorded(content: object, facts: Facts, expected: bool) -> None:
    assert holds(create_rule(content), facts) is expected


@pytest.mark.parametrize(
    "content",
    [
        AGE,
        {"not": AGE},
        {"not": NEGLECT},
        {"not": {"not": AGE}},
        {"not": {"all": [AGE, NEGLECT]}},
        {"fact": "age_years", "equals": 0},
        {"fact": "pregnant", "equals": False},
    ],
)
def test_what_is_not_known_makes_nothing_hold(content: object) -> None:
    assert not holds(create_rule(content), create_facts())


def test_a_value_of_the_wrong_kind_is_not_known() -> None:
    rule = create_rule({"fact": "age_years", "below": 13})
    assert not holds(rule, create_facts(age_years="twelve"))
    assert not holds(rule, create_facts(age_years=True))


def contents() -> st.SearchStrategy[object]:
    numbers = st.sampled_from([name for name, (kind, _) in FACTS.items() if kind is int])
    leaf = st.one_of(
        st.builds(lambda name, limit: {"fact": name, "at_least": limit}, numbers, st.integers(0, 40)),
        st.builds(lambda name: {"concern": name}, st.sampled_from(sorted(CONCERNS))),
        st.just({"indicator": "hav.health.4.01"}),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=8,
    )


@given(contents())
def test_nothing_known_never_makes_any_rule_hold(content: object) -> None:
    assert not holds(create_rule(content), Facts())


@given(
    contents(),
    st.sets(st.sampled_from(sorted(CONCERNS))),
    st.dictionaries(st.sampled_from(sorted(FACTS)), st.integers(0, 40)),
)
def test_a_rule_and_its_opposite_never_both_hold(
    content: object, concerns: set[str], values: dict[str, Value]
) -> None:
    facts = Facts(frozenset(concerns), frozenset(), values)
    assert not (holds(create_rule(content), facts) and holds(create_rule({"not": content}), facts))


@given(contents(), st.dictionaries(st.sampled_from(sorted(FACTS)), st.integers(0, 40)))
def test_every_rule_can_be_explained(content: object, values: dict[str, Value]) -> None:
    assert explain(create_rule(content), Facts(values=values))


def test_an_explanation_says_what_was_found() -> None:
    rule = create_rule(
        {"all": [{"concern": "domestic_abuse"}, {"not": {"fact": "source_code", "equals": "6"}}]}
    )
    assert explain(rule, create_facts("domestic_abuse", source_code="2A")) == (
        "domestic abuse is recorded and not (the national source code: 2A (asked for: 6))"
    )


def test_an_explanation_says_what_is_not_known() -> None:
    assert (
        explain(create_rule(AGE), create_facts())
        == "the child's age in years: not known (asked for: below 13)"
    )


def test_an_explanation_of_alternatives_names_those_that_hold() -> None:
    rule = create_rule({"any": [NEGLECT, {"concern": "missing"}]})
    assert explain(rule, create_facts("missing")) == "going missing is recorded"
    assert explain(rule, create_facts()) == "neglect is not recorded or going missing is not recorded"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"fact": "shoe_size", "at_least": 3}, "no fact called shoe_size"),
        ({"concern": "untidiness"}, "no concern called untidiness"),
        ({"fact": "age_years"}, "compared with nothing"),
        ({"fact": "age_years", "equals": "12"}, "wrong kind of value"),
        ({"fact": "pregnant", "at_least": 1}, "wrong kind of value"),
        ({"all": []}, "at least 1 item"),
        ({"either": [NEGLECT]}, "a rule is one of"),
        ("neglect", "a rule is one of"),
        ({**NEGLECT, "level": 4}, "not permitted"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(content: object, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        create_rule(content)


def test_a_rule_that_was_read_can_be_taken_into_another_record() -> None:
    rule = create_rule({"not": {"all": [AGE, NEGLECT]}})
    assert RULE.validate_python(rule) == rule


@pytest.mark.parametrize(("score", "expected"), [(13, False), (14, True), ("14", False), (True, False)])
def test_the_answer_to_a_tools_question_is_compared(score: Value, expected: bool) -> None:
    rule = create_rule({"answer": "dash", "at_least": 14})
    facts = Facts(answers={"dash": score}, asked={"dash": "the score"})
    assert holds(rule, facts) is expected
    assert explain(rule, facts).startswith("the score: ")


def test_an_answer_that_is_not_there_makes_no_rule_hold() -> None:
    rule = {"answer": "agreed", "equals": True}
    assert not holds(create_rule(rule), Facts())
    assert not holds(create_rule({"not": rule}), Facts())
    with pytest.raises(ValidationError, match="agreed is compared with nothing"):
        create_rule({"answer": "agreed"})


def test_the_parts_of_a_rule_are_found_at_any_depth() -> None:
    rule = create_rule({"all": [AGE, {"any": [NEGLECT, {"not": {"indicator": "hav.health.4.01"}}]}]})
    assert [type(leaf).__name__ for leaf in leaves(rule)] == ["Fact", "Concern", "Indicator"]
    assert list(leaves(None)) == []
