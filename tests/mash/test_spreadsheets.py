"""Nothing that leaves for a spreadsheet is run by it."""

from __future__ import annotations

import pytest
from mash.spreadsheets import safe_cell


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "  =1+1", "\n=1", "\r=1", "\nx"])
def test_no_cell_that_leaves_runs_as_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", " ", "Robin", "a=b", 7, -1, None])
def test_any_other_cell_leaves_as_it_is(cell: object) -> None:
    assert safe_cell(cell) == cell
