"""docs/asvs.yaml has every requirement of ASVS at Level 2, and what it points to is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from support.asvs_document import DOCUMENT, MET, ROOT, Chapter, document, load

CHAPTERS = load()[1]
ROWS = [row for chapter in CHAPTERS for row in chapter.rows]
# How many requirements of level 1 and of level 2 each chapter of the standard has, in version 5.0.0.
COUNTS = {
    1: (8, 19),
    2: (4, 7),
    3: (8, 11),
    4: (2, 8),
    5: (4, 5),
    6: (13, 22),
    7: (6, 12),
    8: (4, 3),
    9: (4, 3),
    10: (5, 24),
    11: (3, 11),
    12: (3, 6),
    13: (1, 12),
    14: (2, 7),
    15: (3, 10),
    16: (0, 16),
    17: (0, 7),
}


@cache
def names_in(path: Path) -> frozenset[str]:
    """Every test of a file and every class, as pytest names them below the file."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}::{inner.name}"
                for inner in node.body
                if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef))
            }
    return frozenset(name for name in found if name.split("::")[-1].startswith(("test_", "Test")))


def paths_in(text: str) -> list[str]:
    """What a sentence names in backticks and that is in the repository."""
    return [name for name in re.findall(r"`([^`\s]+)`", text) if (ROOT / name).exists()]


def test_every_chapter_has_every_requirement() -> None:
    counted = {
        chapter.number: tuple(sum(row.level == level for row in chapter.rows) for level in (1, 2))
        for chapter in CHAPTERS
    }
    assert counted == COUNTS
    assert sum(map(sum, COUNTS.values())) == len(ROWS) == 253


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
class TestEveryChapter:
    def test_has_its_requirements_in_order_and_once_each(self, chapter: Chapter) -> None:
        numbers = [tuple(map(int, row.id.split("."))) for row in chapter.rows]
        assert all(len(number) == 3 and number[0] == chapter.number for number in numbers)
        assert numbers == sorted(set(numbers))

    def test_puts_each_in_a_few_words(self, chapter: Chapter) -> None:
        for row in chapter.rows:
            assert row.met in MET, f"{row.id}: {row.met}"
            assert 2 <= len(row.about.split()) <= 12, f"{row.id}: {row.about}"
            assert row.how.endswith("."), f"{row.id}: {row.how}"

    def test_names_tests_that_are_there(self, chapter: Chapter) -> None:
        for row in chapter.rows:
            for test in row.tests:
                path, _, inner = test.partition("::")
                assert (ROOT / path).is_file(), f"{row.id}: there is no {path}."
                assert not inner or inner in names_in(ROOT / path), f"{row.id}: {path} has no {inner}."

    def test_says_where_each_can_be_seen(self, chapter: Chapter) -> None:
        for row in chapter.rows:
            named = paths_in(row.how)
            if row.met == "yes":
                assert row.tests or named, f"{row.id}: name a test, or the file that meets it."
            if row.met == "operator":
                assert any(name.startswith("docs/") for name in named), (
                    f"{row.id}: name the document that tells whoever runs the hub."
                )


def test_a_test_that_is_not_there_is_noticed() -> None:
    own = names_in(Path(__file__))
    assert "TestEveryChapter::test_names_tests_that_are_there" in own
    assert "TestEveryChapter::test_that_nobody_wrote" not in own
    assert not {"names_in", "paths_in"} & own


def test_the_document_is_as_the_data_are() -> None:
    kept = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    assert kept == document(), (
        "docs/asvs.md is not what docs/asvs.yaml says. Run `make contracts` and commit it."
    )
