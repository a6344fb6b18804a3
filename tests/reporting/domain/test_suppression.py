"""Counts too small to publish cannot be had back, not even by somebody who knows the rules by heart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reporting.domain.suppression import Hidden, Shown, suppress_kinds, suppress_parts

FEW, OTHERS = Hidden.FEW, Hidden.WITH_OTHERS
counts = st.lists(st.integers(0, 400), min_size=1, max_size=6)


@pytest.mark.requirement("REP-07")
@pytest.mark.parametrize(("parts", "most"), [(2, 60), (3, 36), (4, 24)])
def test_whoever_knows_rules_and_total_is_left_with_several_counts(parts: int, most: int) -> None:
    """Every row there can be is published, and for each publication with its total all rows are gathered
    that give it: these are what a reader is left with."""
    rows: dict[tuple[tuple[Shown, ...], int], list[Sequence[int]]] = defaultdict(list)
    for row in product(range(most), repeat=parts):
        if sum(row) < most:
            rows[tuple(suppress_parts(row)), sum(row)].append(row)
    for (published, total), possible in rows.items():
        for place, shown in enumerate(published):
            left = {row[place] for row in possible}
            if shown is FEW:
                assert left == {1, 2, 3, 4, 5}, (published, total)
            elif shown is OTHERS:
                assert len(left) > 1, (published, total)


@given(counts)
def test_no_small_count_is_published(row: list[int]) -> None:
    for shown in (suppress_parts(row), suppress_kinds(row, sum(row))):
        assert not [one for one in shown if isinstance(one, int) and 0 < one < 6]


@given(counts)
def test_what_is_published_is_true(row: list[int]) -> None:
    for shown in (suppress_parts(row), suppress_kinds(row, sum(row))):
        assert all(one == count for one, count in zip(shown, row, strict=True) if isinstance(one, int))
        assert all(0 < count < 6 for one, count in zip(shown, row, strict=True) if one is FEW)


@pytest.mark.parametrize(
    ("row", "published"),
    [
        ([80, 20, 7], [80, 20, 7]),
        ([80, 20, 5], [OTHERS, 20, FEW]),
        ([80, 0, 0], [80, 0, 0]),
        ([3, 2, 0], [OTHERS, OTHERS, OTHERS]),
        ([7, 1, 1], [OTHERS, OTHERS, OTHERS]),
        ([0, 0, 0], [0, 0, 0]),
    ],
)
def test_parts_of_a_known_whole(row: list[int], published: list[Shown]) -> None:
    assert suppress_parts(row) == published


def test_kinds_of_a_month_with_few_contacts_are_not_even_noughts() -> None:
    assert suppress_kinds([1, 0, 1], 1) == [OTHERS, OTHERS, OTHERS]
    assert suppress_kinds([12, 0, 5], 12) == [12, 0, FEW]
    assert suppress_kinds([0, 0], 0) == [0, 0]
