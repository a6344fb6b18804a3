"""Who is linked, who waits, and what is never joined."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.domain.joining import (
    STEPS,
    Match,
    Mention,
    NotAsItStands,
    Pair,
    State,
    Together,
    after,
    choose,
    keeps_apart,
    review,
)
from intake.domain.likeness import Likeness

pytestmark = pytest.mark.requirement("IDN-01")

SURE = Likeness(100, ("nhs_same", "dob_same", "given_same", "family_same"), True)
MAYBE = Likeness(60, ("dob_same", "given_same"), False)
NO = Likeness(10, ("given_same",), False)


def id_of(number: int) -> UUID:
    return UUID(int=number)


def mention(number: int, *, contact: int | None = None, restricted: bool = False) -> Mention:
    return Mention(id_of(number), id_of(1000 + (contact or number)), restricted)


def match(one: int, other: int, state: State = "linked", *, by_hand: bool = False) -> Match:
    return Match(id_of(one * 100 + other), id_of(one), id_of(other), state, by_hand)


def chosen(pairs: list[Pair], *standing: Match, around: tuple[Mention, ...] = ()) -> list[tuple[int, State]]:
    """Whom a new mention, or several, become a match with, and how that stands."""
    mentions = {one.id: one for pair in pairs for one in (pair.mention, pair.other)}
    mentions |= {one.id: one for one in around}
    return [(pair.other.id.int, state) for pair, state in choose(pairs, mentions, standing)]


def test_sure_ones_are_linked_doubtful_ones_wait_and_the_rest_is_nothing() -> None:
    new = mention(9)
    pairs = [Pair(new, mention(1), SURE), Pair(new, mention(2), MAYBE), Pair(new, mention(3), NO)]
    assert chosen(pairs) == [(1, "linked"), (2, "waiting")]


def test_one_known_person_is_linked_once_by_the_newest_of_the_best() -> None:
    new = mention(9)
    pairs = [Pair(new, mention(1), SURE), Pair(new, mention(2), SURE), Pair(new, mention(3), MAYBE)]
    assert chosen(pairs, match(2, 1), match(3, 2)) == [(2, "linked")]


def test_which_of_two_on_one_contact_it_is_waits_for_a_person() -> None:
    new = mention(9)
    pairs = [Pair(new, mention(1, contact=5), SURE), Pair(new, mention(2, contact=5), SURE)]
    assert chosen(pairs) == [(2, "waiting"), (1, "waiting")]


def test_what_somebody_refused_is_not_joined_by_a_third() -> None:
    new = mention(9)
    pairs = [Pair(new, mention(1), SURE), Pair(new, mention(2), SURE)]
    assert chosen(pairs, match(2, 1, "refused", by_hand=True)) == [(2, "linked"), (1, "waiting")]


def test_two_people_of_one_contact_are_not_made_one_by_a_third() -> None:
    new, one, other = mention(9), mention(1, contact=5), mention(2, contact=6)
    beside = mention(3, contact=5)
    pairs = [Pair(new, one, SURE), Pair(new, other, SURE)]
    assert chosen(pairs, match(3, 2), around=(beside,)) == [(2, "linked"), (1, "waiting")]


def test_an_ordinary_contact_never_hangs_on_a_restricted_one() -> None:
    new, ordinary, closed = mention(9), mention(1), mention(2, restricted=True)
    pairs = [Pair(new, ordinary, SURE), Pair(new, closed, SURE)]
    assert chosen(pairs, match(2, 1)) == [(2, "linked"), (1, "linked")]


def test_nothing_is_asked_twice() -> None:
    new = mention(9)
    assert chosen([Pair(new, mention(1), MAYBE)], match(9, 1, "refused", by_hand=True)) == []
    assert chosen([Pair(new, mention(1), SURE)], match(9, 1, "waiting", by_hand=True)) == []


def test_a_link_that_is_not_sure_any_more_waits_and_a_question_that_is_idle_lapses() -> None:
    new = mention(9)
    pairs = [Pair(new, mention(1), MAYBE), Pair(new, mention(2), NO), Pair(new, mention(3), SURE)]
    standing = [match(9, 1), match(9, 2, "waiting"), match(9, 3)]
    assert review(standing, pairs) == {standing[0].id: "waiting", standing[1].id: "lapsed"}


def test_what_a_person_said_is_not_reviewed() -> None:
    standing = [match(9, 1, "confirmed", by_hand=True), match(9, 2, "waiting", by_hand=True)]
    pairs = [Pair(mention(9), mention(1), NO), Pair(mention(9), mention(2), NO)]
    assert review(standing, pairs) == {}


@pytest.mark.parametrize("state", ["linked", "waiting", "confirmed", "refused", "lapsed"])
@pytest.mark.parametrize("step", ["confirm", "refuse", "undo"])
def test_only_what_waits_is_settled_and_only_what_is_settled_is_undone(state: State, step: str) -> None:
    if (state, step) in STEPS:
        assert after(state, step) == STEPS[state, step]  # type: ignore[arg-type, index]
    else:
        with pytest.raises(NotAsItStands):
            after(state, step)  # type: ignore[arg-type]


def test_a_refusal_keeps_apart_whoever_is_held_with_either() -> None:
    refused = match(2, 1, "refused", by_hand=True)
    assert keeps_apart([refused, match(3, 1), match(4, 2)], id_of(3), id_of(4))
    assert not keeps_apart([refused, match(3, 1)], id_of(3), id_of(4))


numbers = st.integers(1, 12)


@given(st.lists(st.tuples(numbers, numbers), max_size=20), numbers)
def test_who_is_held_together_is_the_same_in_whatever_order_it_was_said(
    pairs: list[tuple[int, int]], one: int
) -> None:
    joined = [(id_of(a), id_of(b)) for a, b in pairs]
    forwards, backwards = Together(joined), Together(reversed(joined))
    assert forwards.of(id_of(one)) == backwards.of(id_of(one))
    assert forwards.of(id_of(one)) <= id_of(one)
