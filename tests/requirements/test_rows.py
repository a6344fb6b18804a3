from pathlib import Path

import pytest
from support.requirements import Row, UnreadableMark, find_shown, load_rows, report

MARKED = """
import pytest
pytestmark = pytest.mark.requirement("AAA-01")

@pytest.mark.requirement("AAA-02", "AAA-03")
def test_one(): ...

@pytest.mark.requirement("AAA-04")
class TestTwo:
    @pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.requirement("AAA-05"))])
    async def test_three(self, n): ...
"""


def write_test_file(folder: Path, source: str) -> Path:
    tests = folder / "tests"
    tests.mkdir()
    (tests / "test_some.py").write_text(source)
    return tests


def test_every_id_that_a_test_names_exists() -> None:
    unknown = {id: tests for id, tests in find_shown().items() if id not in load_rows()}
    assert not unknown, (
        f"These tests name a requirement that docs/requirements.yaml does not have: {unknown}. "
        "Correct the id, or write the row first: a mark nobody can look up shows nothing."
    )


def test_every_row_says_for_whom_and_whence() -> None:
    known = {"ALL", "HAV", "HAR", "RED", "BRA", "MED"}
    for row in load_rows().values():
        assert set(row.partnerships) <= known, (
            f"{row.id} is for {row.partnerships}; known are {sorted(known)}."
        )
        assert row.source
        assert row.text.endswith("."), f"{row.id}: a row is a sentence."


def test_rows_count_up_without_a_gap_in_each_area() -> None:
    seen: dict[str, list[int]] = {}
    for id in load_rows():
        area, number = id.split("-")
        seen.setdefault(area, []).append(int(number))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in seen.values()), seen


def test_marks_are_found_wherever_they_may_stand(tmp_path: Path) -> None:
    place = "tests/test_some.py"
    assert find_shown(write_test_file(tmp_path, MARKED)) == {
        "AAA-01": [place],
        "AAA-02": [f"{place}::test_one"],
        "AAA-03": [f"{place}::test_one"],
        "AAA-04": [f"{place}::TestTwo"],
        "AAA-05": [f"{place}::TestTwo::test_three"],
    }


def test_a_mark_made_by_an_expression_is_refused(tmp_path: Path) -> None:
    tests = write_test_file(tmp_path, "import pytest\n@pytest.mark.requirement(ID)\ndef test_a(): ...\n")
    with pytest.raises(UnreadableMark, match="test_a:2"):
        find_shown(tests)


def test_the_report_tells_shown_rows_from_the_others() -> None:
    rows = [
        Row("AAA-01", "area", ("ALL",), "project", "One."),
        Row("AAA-02", "area", ("HAV",), "project", "Two."),
    ]
    lines = report(rows, {"AAA-02": ["tests/test_some.py::test_two"]}).splitlines()
    assert lines[1:4] == ["area", "  AAA-01    -    ALL         One.", "  AAA-02  shown  HAV         Two."]
    assert lines[-1] == "1 of 2 requirements are shown and 0 in part, by 1 tests."


def test_a_row_of_which_something_is_missing_is_shown_in_part() -> None:
    row = Row("AAA-01", "area", ("ALL",), "project", "One and two.", not_yet="two.")
    lines = report([row], {"AAA-01": ["tests/test_some.py::test_one"]}).splitlines()
    assert lines[2:4] == ["  AAA-01  part   ALL         One and two.", f"{' ' * 17}not yet: two."]
    assert lines[-1] == "0 of 1 requirements are shown and 1 in part, by 1 tests."
