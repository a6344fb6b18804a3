"""Reading a file of records: whatever stands in it, no line is lost without a word."""

from __future__ import annotations

import csv
import io
from datetime import date
from time import perf_counter

import pytest
from factories.partner_gateway import HEADER, create_row
from hypothesis import given
from hypothesis import strategies as st
from partner_gateway.domain.csv_file import FileUnreadable, Refusal, Row, decode, read_rows
from partner_gateway.usecases.importing import _sort

TODAY = date(2026, 11, 18)
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


def written(rows: list[list[str]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["record_id", "recorded_on", "source", "text"])
    writer.writerows(rows)
    return file.getvalue()


@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=20))
def test_reads_back_whatever_a_csv_writer_wrote(rows: list[list[str]]) -> None:
    found = list(read_rows(written(rows)))
    assert [list(row.values.values()) for row in found if isinstance(row, Row)] == [
        [cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)
    ]
    assert not [row for row in found if isinstance(row, Refusal)]


@given(st.binary(max_size=400))
def test_any_bytes_below_the_header_are_read_or_refused(content: bytes) -> None:
    try:
        sorted_file = _sort(HEADER.encode() + b"\n" + content, TODAY)
    except FileUnreadable:
        return
    assert len(sorted_file.records) <= content.count(b"\n") + content.count(b"\r") + 1
    assert all(refusal.line > 1 for refusal in sorted_file.refusals)


@given(st.lists(st.sampled_from([create_row(), "bad", '"open', 'x"y', ",,,", create_row(text='a\n"b"')])))
def test_every_line_is_a_record_or_refused_or_empty(rows: list[str]) -> None:
    rows = [row.replace("CR-1", f"CR-{number}") for number, row in enumerate(rows)]
    found = _sort("\n".join([HEADER, *rows, ""]).encode(), TODAY)
    good = sum(row.startswith("CR-") for row in rows)
    assert len(found.records) == good
    assert found.refused_lines >= sum(row in ("bad", '"open', 'x"y') for row in rows)


def test_quotation_marks_left_open_everywhere_take_no_long_time() -> None:
    lines = [HEADER, *(f'CR-{number},"open' for number in range(20_000))]
    started = perf_counter()
    found = _sort("\n".join(lines).encode(), TODAY)
    assert found.refused_lines == 20_000
    assert perf_counter() - started < 10


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_reads_every_kind_of_line_ending(ending: str) -> None:
    text = ending.join([HEADER, create_row(), create_row(record_id="CR-2")])
    assert [row.line for row in read_rows(text)] == [2, 3]


def test_windows_letters_are_read_where_the_file_is_not_utf_8() -> None:
    assert decode("Zoë".encode("cp1252")) == "Zoë"


def test_the_columns_may_stand_in_any_order_and_case() -> None:
    [row] = read_rows("Text,SOURCE,Recorded On,record_id\nA,B,2026-01-01,C\n")
    assert isinstance(row, Row)
    assert (row.values["text"], row.values["record_id"]) == ("A", "C")
