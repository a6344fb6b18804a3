"""Reports as CSV and workbooks, opened again."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from factories.reporting import HOUR, Story, tell
from fastapi import FastAPI
from openpyxl import load_workbook
from reporting.api.files import TableNotSaid, as_csv, as_xlsx, table_wanted
from reporting.domain.tables import Column, Report, Table

MARCH = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "\n=1"]


def create_report(*tables: Table) -> Report:
    return Report(
        name="sources",
        title="Where contacts come from",
        partnership="havering",
        partnership_title="Havering",
        first="2026-01",
        last="2026-03",
        period="January to March 2026",
        by="month",
        as_at=MARCH,
        tables=tables,
    )


def create_table(*rows: list[Any], name: str = "sources", title: str = "Contacts by source") -> Table:
    columns = [
        Column("period", "Month", "text"),
        Column("count", "How many"),
        Column("share", "Share", "share"),
    ]
    return Table(name, title, columns, rows)


def opened(*tables: Table) -> Any:
    return load_workbook(io.BytesIO(as_xlsx(create_report(*tables))))


class TestCsv:
    def test_every_row_says_whose_it_is_and_of_which_months(self) -> None:
        table = create_table(["January 2026", 3, 0.5], ["February 2026", 0, None])
        assert list(csv.reader(io.StringIO(as_csv(create_report(table), table)))) == [
            ["partnership", "from", "to", "period", "count", "share"],
            ["havering", "2026-01", "2026-03", "January 2026", "3", "0.5"],
            ["havering", "2026-01", "2026-03", "February 2026", "0", ""],
        ]

    @pytest.mark.parametrize("text", FORMULAS)
    def test_no_cell_is_run_as_a_formula(self, text: str) -> None:
        table = create_table([text, 1, None])
        row = list(csv.reader(io.StringIO(as_csv(create_report(table), table), newline="")))[1]
        assert row[3] == f"'{text}"

    def test_a_report_of_several_tables_asks_which(self) -> None:
        one, other = create_table(name="one"), create_table(name="other")
        assert table_wanted(create_report(one, other), "other") is other
        assert table_wanted(create_report(one), None) is one
        with pytest.raises(TableNotSaid, match="one, other"):
            table_wanted(create_report(one, other), None)


class TestWorkbook:
    def test_has_a_sheet_for_each_table_after_one_that_says_what_it_is(self) -> None:
        book = opened(create_table(["January 2026", 3, 0.5]), create_table(name="more", title="More"))
        assert book.sheetnames == ["About", "Contacts by source", "More"]
        assert [row[1].value for row in book["About"].iter_rows(max_row=3)] == [
            "Where contacts come from",
            "Havering",
            "January to March 2026",
        ]

    def test_has_numbers_as_numbers_and_months_as_text(self) -> None:
        sheet = opened(create_table(["2026-01", 3, 0.5], ["fewer", "fewer than 6", None]))[
            "Contacts by source"
        ]
        month, count, share = sheet[2]
        assert (month.value, month.data_type, month.number_format) == ("2026-01", "s", "@")
        assert (count.value, share.value, share.number_format) == (3, 0.5, "0.0%")
        assert [cell.value for cell in sheet[3]] == ["fewer", "fewer than 6", None]

    def test_has_headings_that_stand_out_and_stay(self) -> None:
        sheet = opened(create_table(["2026-01", 3, 0.5]))["Contacts by source"]
        assert all(cell.font.bold for cell in sheet[1])
        assert sheet.freeze_panes == "B2"

    @pytest.mark.parametrize("text", FORMULAS[:4])
    def test_no_cell_is_a_formula(self, text: str) -> None:
        cell = opened(create_table([text, 1, None]))["Contacts by source"]["A2"]
        assert (cell.data_type, cell.value) == ("s", f"'{text}")

    def test_takes_any_title_as_the_name_of_a_sheet(self) -> None:
        long = "Contacts: from receipt to decision, [by] rating/agency?"
        book = opened(*(create_table(name=name, title=long) for name in ("one", "two")))
        assert len(set(book.sheetnames)) == 3
        assert all(len(name) <= 31 for name in book.sheetnames)


class TestDownloads:
    async def fetch(self, client: httpx.AsyncClient, tokens: Any, **asked: str) -> httpx.Response:
        wanted = {"report": "sources", "first": "2026-03", "last": "2026-03", **asked}
        return await client.get("/v1/reports", params=wanted, headers=tokens.issue("analyst"))

    @pytest.mark.requirement("REP-01")
    async def test_csv_has_the_figures_of_one_table(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, Story(MARCH, source_code="2A").decided("early_help", HOUR))
        answer = await self.fetch(client, tokens, format="csv", table="sources")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "havering-sources-2026-03-2026-03.csv" in answer.headers["content-disposition"]
        assert list(csv.reader(io.StringIO(answer.text)))[1] == [
            "havering",
            "2026-03",
            "2026-03",
            "School",
            "1",
            "1.0",
        ]

    async def test_csv_of_no_such_table_is_refused(self, client: httpx.AsyncClient, tokens: Any) -> None:
        assert (await self.fetch(client, tokens, format="csv", table="names")).status_code == 422

    async def test_a_workbook_has_all_of_them(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, Story(MARCH, source_code="2A"))
        answer = await self.fetch(client, tokens, format="xlsx")
        book = load_workbook(io.BytesIO(answer.content))
        assert [cell.value for cell in book["Contacts by source"][2]] == ["School", 1, 1]
        assert len(book.sheetnames) == 5

    @pytest.mark.requirement("REP-05", "REP-09")
    async def test_the_age_of_an_unborn_child_is_a_number(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, Story(MARCH, child_count=1, unborn=True))
        answer = await self.fetch(client, tokens, report="annex-a-list-1", format="csv")
        [line] = csv.DictReader(io.StringIO(answer.text))
        assert line["age_of_child"] == "-1"
        answer = await self.fetch(client, tokens, report="annex-a-list-1", format="xlsx")
        sheet = load_workbook(io.BytesIO(answer.content)).worksheets[1]
        assert (sheet["E2"].data_type, sheet["E2"].value) == ("n", -1)

    async def test_a_look_at_a_report_is_in_the_audit(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await self.fetch(client, tokens)
        async with app.state.hub.engine.connect() as connection:
            found = await connection.exec_driver_sql("SELECT action, detail FROM audit")
            assert [(row.action, row.detail["report"]) for row in found] == [("report.viewed", "sources")]
