"""Words that facts were read from are found in a text though its spaces fall otherwise."""

from intake.domain.marking import Piece, mark

TEXT = "Surname:    TESTCASE\nDOB:\n03/02/2019 (Robin)"


def test_words_are_marked_across_spaces_and_lines() -> None:
    assert mark(TEXT, {"dob": "DOB: 03/02/2019"}) == [
        Piece("Surname:    TESTCASE\n"),
        Piece("DOB:\n03/02/2019", ("dob",)),
        Piece(" (Robin)"),
    ]


def test_words_within_others_bear_both_facts() -> None:
    pieces = mark("Robin Testcase, 7", {"name": "Robin Testcase", "given": "Robin"})
    assert pieces == [Piece("Robin", ("name", "given")), Piece(" Testcase", ("name",)), Piece(", 7")]


def test_words_that_are_elsewhere_mark_nothing() -> None:
    assert mark(TEXT, {"address": "14 Sample Close", "empty": " "}) == [Piece(TEXT)]


def test_nothing_of_a_text_is_lost() -> None:
    pieces = mark(TEXT, {"a": "surname: testcase", "b": "TESTCASE DOB:", "c": "(Robin)"})
    assert "".join(piece.text for piece in pieces) == TEXT


def test_an_empty_text_has_no_pieces() -> None:
    assert mark("", {"dob": "DOB"}) == []
