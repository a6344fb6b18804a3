"""How the words that suggestions were read from are marked in what was told."""

from __future__ import annotations

import pytest
from screening.pages.words_told import ContactTold, Told, merge, told_of

FIRST, SECOND = "He hits her.", "She is afraid of him."
READ = f"{FIRST}\n\n{SECOND}"


def contact(**document: dict[str, str]) -> ContactTold:
    return ContactTold.model_validate({"document": document})


def marked(part: Told) -> list[str]:
    return [piece.text for piece in part.pieces if piece.marked]


def whole(part: Told) -> str:
    return "".join(piece.text for piece in part.pieces)


def test_marks_stand_in_the_part_they_were_read_from() -> None:
    worry, child = told_of(
        contact(concern={"narrative": FIRST}, views={"child": SECOND}), READ, [(3, 11), (21, 27)]
    )

    assert (marked(worry), marked(child)) == (["hits her"], ["afraid"])
    assert (whole(worry), whole(child)) == (FIRST, SECOND)


def test_a_mark_across_two_parts_is_marked_in_both() -> None:
    worry, child = told_of(contact(concern={"narrative": FIRST}, views={"child": SECOND}), READ, [(8, 17)])

    assert (marked(worry), marked(child)) == (["her."], ["She"])


def test_the_same_words_twice_are_marked_where_they_were_read() -> None:
    worry, child = told_of(
        contact(concern={"narrative": FIRST}, views={"child": FIRST}), f"{FIRST}\n\n{FIRST}", [(17, 25)]
    )

    assert (marked(worry), marked(child)) == ([], ["hits her"])


def test_what_was_added_since_is_shown_without_marks() -> None:
    told = ContactTold.model_validate(
        {
            "document": {"concern": {"narrative": FIRST}},
            "additions": [{"added_at": "2026-11-18T12:30:00Z", "by_referrer": True, "text": SECOND}],
        }
    )
    _, added = told_of(told, FIRST, [(3, 7)])

    assert added.title == "Added by the referrer on 18 November 2026 at 12.30pm"
    assert (whole(added), marked(added)) == (SECOND, [])


@pytest.mark.parametrize(
    ("places", "merged"),
    [
        ([(5, 9), (0, 3)], [(0, 3), (5, 9)]),
        ([(0, 5), (3, 9)], [(0, 9)]),
        ([(0, 9), (3, 5)], [(0, 9)]),
        ([(0, 3), (3, 6)], [(0, 6)]),
        ([], []),
    ],
)
def test_places_that_overlap_become_one(places: list[tuple[int, int]], merged: list[tuple[int, int]]) -> None:
    assert merge(places) == merged
