"""The reports as an analyst reads them in a browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from factories.reporting import HOUR, Story, tell
from fastapi import FastAPI
from reporting.pages.reports import LINKS
from support.pages import Page, visit

MARCH = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
PATHS = [path for _, path in LINKS]


class Analyst:
    def __init__(self, client: httpx.AsyncClient, tokens: Any) -> None:
        self.client, self.tokens = client, tokens

    async def opens(self, path: str, role: str = "analyst", **claims: Any) -> Page:
        return await visit(self.client, path, self.tokens.issue(role, **claims))


@pytest.fixture
def analyst(client: httpx.AsyncClient, tokens: Any) -> Analyst:
    return Analyst(client, tokens)


def create_month() -> list[Story]:
    answers: dict[str, timedelta | None] = {"police": 30 * HOUR, "health": 2 * HOUR}
    return [
        Story(MARCH, source_code="2A")
        .decided("enquiry", HOUR, concerns=["neglect"])
        .enquired(HOUR, rating="red", answers=answers, outcome="early_help", final="amber"),
        Story(MARCH).decided("close_with_advice", 30 * HOUR, rating="green"),
    ]


@pytest.mark.parametrize("path", PATHS)
class TestEveryReport:
    async def test_says_in_words_when_there_is_nothing(self, analyst: Analyst, path: str) -> None:
        page = await analyst.opens(path)
        assert page.status == 200
        assert "Nothing was counted here" in page.text
        assert not page.html.css("main svg.hub-chart")

    async def test_has_each_chart_with_the_same_figures_as_a_table(
        self, app: FastAPI, analyst: Analyst, path: str
    ) -> None:
        await tell(app, *create_month())
        page = await analyst.opens(f"{path}?quarter=2026-03" if path.endswith("quarter") else path)
        sections = page.html.css("main section")
        assert sections
        for section in sections:
            if section.css("svg.hub-chart"):
                assert section.css_first("table caption") is not None
                assert section.css("table th[scope=col]")
                assert section.css("table th[scope=row]")

    async def test_says_no_style_and_no_script_of_its_own(
        self, app: FastAPI, analyst: Analyst, path: str
    ) -> None:
        await tell(app, *create_month())
        page = await analyst.opens(path)
        assert not page.html.css("[style]")
        assert not page.html.css("style")
        assert not [one for one in page.html.css("script") if not one.attributes.get("src")]
        ids = [one.attributes["id"] for one in page.html.css("[id]")]
        assert len(ids) == len(set(ids))

    async def test_each_download_gives_just_that(self, app: FastAPI, analyst: Analyst, path: str) -> None:
        await tell(app, *create_month())
        page = await analyst.opens(f"{path}?quarter=2026-03" if path.endswith("quarter") else path)
        files = [href for href in page.links().values() if href.startswith("/v1/reports")]
        assert files
        for href in files:
            answer = await analyst.client.get(href, headers=analyst.tokens.issue("analyst"))
            assert answer.status_code == 200, (href, answer.text)
            assert "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize("role", ["worker", "officer", "referrer", "ops", "dpo"])
async def test_reports_are_not_for_others(analyst: Analyst, role: str) -> None:
    assert {(await analyst.opens(path, role)).status for path in PATHS} == {403}


async def test_of_another_partnership_there_is_none(analyst: Analyst) -> None:
    assert {(await analyst.opens(f"{path}?partnership=medway")).status for path in PATHS} == {404}


class TestOverview:
    async def test_says_what_stands_out_first(self, app: FastAPI, analyst: Analyst) -> None:
        await tell(app, *create_month())
        page = await analyst.opens("/reports")
        assert page.heading == "Reports"
        assert page.texts(".hub-next li") == [
            "1 of 1 Green contacts was late.",
            "1 of 1 Red enquiries was late.",
            "Police answered 0 of 1 requests in time, the smallest share.",
        ]

    async def test_says_of_what_none_was_late(self, app: FastAPI, analyst: Analyst) -> None:
        await tell(app, Story(MARCH).decided("early_help", HOUR))
        text = (await analyst.opens("/reports")).text
        assert "No contact, enquiry or agency's answer was late from" in text

    async def test_shows_the_months_that_were_chosen(self, app: FastAPI, analyst: Analyst) -> None:
        await tell(app, *create_month())
        page = await (await analyst.opens("/reports")).submit(
            {"first": "2026-02", "last": "2026-03"}, button="Show"
        )
        assert page.texts("section:first-of-type tbody th") == ["February 2026", "March 2026"]
        assert page.fields("Show")["first"] == ["2026-02"]

    async def test_shows_quarters(self, app: FastAPI, analyst: Analyst) -> None:
        await tell(app, *create_month())
        page = await (await analyst.opens("/reports")).submit(
            {"first": "2026-01", "by": "quarter"}, button="Show"
        )
        assert page.texts("section:first-of-type tbody th") == ["January to March 2026"]

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"first": "2026-03", "last": "2026-01"}, "The last month must not be before the first."),
            ({"first": "2024-01", "last": "2026-01"}, "Choose 24 months at most."),
        ],
    )
    async def test_says_what_is_wrong_with_the_months_and_keeps_them(
        self, analyst: Analyst, changes: dict[str, str], says: str
    ) -> None:
        page = await (await analyst.opens("/reports")).submit(changes, button="Show")
        assert (page.status, page.errors) == (422, [says])
        assert {name: page.fields("Show")[name] for name in changes} == {
            name: [month] for name, month in changes.items()
        }

    async def test_the_other_reports_are_of_the_same_months(self, analyst: Analyst) -> None:
        links = (await analyst.opens("/reports?first=2026-01&last=2026-03")).links()
        assert links["Sources"] == "/reports/sources?first=2026-01&last=2026-03"
        assert links["Quarterly pack"] == "/reports/quarter"
        assert (await analyst.opens(links["Sources"])).fields("Show")["first"] == ["2026-01"]

    async def test_months_long_ago_are_still_those_that_the_form_shows(self, analyst: Analyst) -> None:
        page = await analyst.opens("/reports?first=2021-01&last=2021-03")
        assert page.fields("Show")["first"] == ["2021-01"]

    @pytest.mark.requirement("REP-05")
    async def test_leads_to_the_inspectors_list_of_six_months(self, analyst: Analyst) -> None:
        links = (await analyst.opens("/reports")).links()
        asked = parse_qs(urlsplit(links["Annex A, List 1: contacts (XLSX)"]).query)
        assert (asked["first"], asked["last"]) == (["2025-10"], ["2026-03"])

    async def test_who_has_several_partnerships_chooses(self, app: FastAPI, analyst: Analyst) -> None:
        await tell(app, *create_month())
        page = await analyst.opens("/reports", partnerships=["bracknell_forest", "havering"])
        assert page.fields("Show")["partnership"] == ["havering"]
        other = await page.submit({"partnership": "bracknell_forest"}, button="Show")
        assert "No contact came" in other.text


class TestMovement:
    @pytest.mark.requirement("REP-03")
    async def test_tells_a_rating_by_word_and_shape(self, app: FastAPI, analyst: Analyst) -> None:
        await tell(app, *create_month())
        page = await analyst.opens("/reports/movement")
        assert page.texts("section:first-of-type tbody .hub-rating") == ["Red", "Amber", "Green"]
        assert page.html.css_first("section tbody .hub-rating svg path") is not None


@pytest.mark.requirement("REP-07")
async def test_patterns_show_no_small_number(app: FastAPI, analyst: Analyst) -> None:
    await tell(
        app,
        *(Story(MARCH, repeat_count=0) for _ in range(30)),
        *(Story(MARCH, repeat_count=3) for _ in range(2)),
    )
    page = await analyst.opens("/reports/patterns?first=2026-03&last=2026-03")
    assert page.texts("section:first-of-type tbody td") == ["not shown", "0", "fewer than 6", "0"]


class TestPack:
    async def test_is_of_the_last_whole_quarter(self, analyst: Analyst) -> None:
        page = await analyst.opens("/reports/quarter")
        assert page.heading == "Quarterly pack: Havering, October to December 2025"

    async def test_is_of_the_quarter_that_was_chosen_and_can_be_printed(
        self, app: FastAPI, analyst: Analyst
    ) -> None:
        await tell(app, *create_month())
        page = await (await analyst.opens("/reports/quarter")).submit({"quarter": "2026-01"}, button="Show")
        assert page.heading == "Quarterly pack: Havering, January to March 2026"
        headings = page.texts("section h2")
        assert "Enquiries: from the first rating to the last" in headings
        assert "How well" in headings
        assert page.html.css_first(".hub-no-print form") is not None


async def test_a_look_is_in_the_audit(app: FastAPI, analyst: Analyst) -> None:
    await analyst.opens("/reports/agencies?first=2026-01&last=2026-03")
    async with app.state.hub.engine.connect() as connection:
        (found,) = (await connection.exec_driver_sql("SELECT action, detail FROM audit")).all()
    assert found.action == "report.viewed"
    assert found.detail == {"partnership": "havering", "report": "agencies", "months": "2026-01 to 2026-03"}
