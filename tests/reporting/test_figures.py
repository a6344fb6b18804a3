"""Every report's figures against small sets that were counted by hand, on a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from factories.reporting import HOUR, Story, tell
from fastapi import FastAPI

# It is 20 March 2026 at midday.
JANUARY = datetime(2026, 1, 13, 9, 0, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 10, 9, 0, tzinfo=UTC)
MARCH = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
MONTHS = ["January 2026", "February 2026", "March 2026"]


class Reader:
    """An analyst who asks for reports over January to March."""

    def __init__(self, client: httpx.AsyncClient, tokens: Any) -> None:
        self.client, self.tokens = client, tokens

    async def report(self, name: str, **asked: str) -> dict[str, Any]:
        wanted = {"report": name, "first": "2026-01", "last": "2026-03", **asked}
        answer = await self.client.get("/v1/reports", params=wanted, headers=self.tokens.issue("analyst"))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def rows(self, report: str, table: str, *columns: str, **asked: str) -> list[list[Any]]:
        """Some columns of a table, or all of them."""
        tables = (await self.report(report, **asked))["tables"]
        (found,) = (one for one in tables if one["name"] == table)
        names = [column["name"] for column in found["columns"]]
        places = [names.index(one) for one in columns] or range(len(names))
        return [[row[place] for place in places] for row in found["rows"]]

    async def columns(self, report: str, table: str) -> list[str]:
        (found,) = (one for one in (await self.report(report))["tables"] if one["name"] == table)
        return [column["title"] for column in found["columns"]]


@pytest.fixture
def reader(client: httpx.AsyncClient, tokens: Any) -> Reader:
    return Reader(client, tokens)


async def test_overview_counts_by_month_and_says_what_stands_out(app: FastAPI, reader: Reader) -> None:
    await tell(
        app,
        Story(JANUARY).decided("close_with_advice", HOUR, rating="green"),
        Story(JANUARY).decided("close_with_advice", 30 * HOUR, rating="green"),
        Story(MARCH)
        .decided("enquiry", HOUR)
        .enquired(HOUR, answers={"police": 30 * HOUR}, outcome="signposting"),
    )
    assert await reader.rows("overview", "how_many") == [
        [MONTHS[0], 2, 0, 0],
        [MONTHS[1], 0, 0, 0],
        [MONTHS[2], 1, 1, 1],
    ]
    assert await reader.rows("overview", "how_timely") == [
        [MONTHS[0], 0.5, None, None],
        [MONTHS[1], None, None, None],
        [MONTHS[2], 1.0, 1.0, 0.0],
    ]
    assert (await reader.report("overview"))["stands_out"] == [
        "1 of 2 Green contacts was late.",
        "Police answered 0 of 1 requests in time, the smallest share.",
    ]


async def test_a_quarter_is_its_three_months_together(app: FastAPI, reader: Reader) -> None:
    await tell(app, Story(JANUARY), Story(FEBRUARY), Story(MARCH))
    rows = await reader.rows("overview", "how_many", "period", "contacts", by="quarter")
    assert rows == [["January to March 2026", 3]]


@pytest.mark.requirement("REP-08")
class TestTimeliness:
    async def test_gives_median_percentile_share_and_oldest_by_rating(
        self, app: FastAPI, reader: Reader
    ) -> None:
        took = (1, 2, 3, 4, 30)
        decided = [Story(MARCH).decided("early_help", hours * HOUR, rating="amber") for hours in took]
        await tell(app, *decided, Story(MARCH))
        columns = ("rating", "total", "share_in_target", "median_hours", "percentile_90_hours")
        assert await reader.rows("timeliness", "contacts", *columns) == [
            ["Amber", 5, 0.8, 3.0, 19.6],
            ["Not yet rated", 1, 0.0, 411.0, 411.0],
            ["All", 6, 0.6667, 3.5, 220.5],
        ]
        oldest = await reader.rows("timeliness", "contacts", "rating", "open_late", "oldest_open_hours")
        assert oldest[1] == ["Not yet rated", 1, 411.0]

    async def test_tells_answers_late_yet_used_by_agency_and_rating(
        self, app: FastAPI, reader: Reader
    ) -> None:
        late_in_time, after_it = 30 * HOUR, 60 * HOUR
        answers = {"police": late_in_time, "health": after_it, "housing": 2 * HOUR, "probation": None}
        await tell(
            app, Story(MARCH).enquired(HOUR, answers=answers, outcome="early_help", decided_after=40 * HOUR)
        )
        columns = ("agency", "rating", "in_time", "late", "late_but_used")
        assert await reader.rows("timeliness", "answers", *columns) == [
            ["Police", "Amber", 0, 1, 1],
            ["Health", "Amber", 0, 1, 0],
            ["Housing", "Amber", 1, 0, 0],
            ["Probation", "Amber", 0, 1, 0],
        ]

    async def test_draws_the_share_of_each_month(self, app: FastAPI, reader: Reader) -> None:
        await tell(
            app,
            Story(JANUARY).decided("early_help", HOUR),
            Story(JANUARY).decided("early_help", 50 * HOUR),
            Story(FEBRUARY).decided("early_help", HOUR),
        )
        rows = await reader.rows("timeliness", "contacts_by_period", "period", "total", "share_in_target")
        assert rows == [[MONTHS[0], 2, 0.5], [MONTHS[1], 1, 1.0], [MONTHS[2], 0, None]]


@pytest.mark.requirement("REP-01")
async def test_sources_come_by_their_names_the_most_first(app: FastAPI, reader: Reader) -> None:
    await tell(app, Story(JANUARY, source_code="2A"), *(Story(MARCH, source_code="6") for _ in range(3)))
    rows = await reader.rows("sources", "sources")
    assert [row[1:] for row in rows] == [[3, 0.75], [1, 0.25]]
    assert rows[1][0] == "School"
    assert [row[1:] for row in await reader.rows("sources", "sources_by_period")] == [[0, 1], [0, 0], [3, 0]]


@pytest.mark.requirement("REP-01")
async def test_outcomes_add_up_the_ways_to_end(app: FastAPI, reader: Reader) -> None:
    await tell(
        app,
        Story(MARCH).decided("fast_track", HOUR),
        Story(MARCH).decided("enquiry", HOUR).enquired(HOUR, outcome="section_17_assessment"),
        Story(MARCH).decided("enquiry", HOUR).enquired(HOUR, outcome="early_help"),
        Story(MARCH).decided("enquiry", HOUR).enquired(HOUR, outcome="signposting"),
        Story(MARCH).decided("enquiry", HOUR).enquired(HOUR, outcome="no_further_action"),
    )
    assert (await reader.rows("outcomes", "ends"))[2] == [MONTHS[2], 2, 1, 2]
    pathways = await reader.rows("outcomes", "pathways", "kind", "count")
    assert [count for _, count in pathways] == [1, 4]


@pytest.mark.requirement("REP-03")
async def test_movement_goes_from_the_first_rating_to_the_last(app: FastAPI, reader: Reader) -> None:
    await tell(
        app,
        Story(JANUARY).enquired(HOUR, rating="red", outcome="early_help", final="green"),
        Story(MARCH).enquired(HOUR, rating="amber", outcome="early_help", final="amber"),
        Story(MARCH).enquired(HOUR, rating="green", outcome="step_up", final="red"),
        Story(MARCH).enquired(HOUR, rating="red"),
    )
    assert await reader.rows("movement", "enquiries_moved", "first", "red", "amber", "green") == [
        ["Red", 0, 0, 1],
        ["Amber", 0, 1, 0],
        ["Green", 1, 0, 0],
    ]
    assert await reader.rows("movement", "enquiries_moved_by_period") == [
        [MONTHS[0], 1, 0, 0],
        [MONTHS[1], 0, 0, 0],
        [MONTHS[2], 0, 1, 1],
    ]


@pytest.mark.requirement("REP-04")
class TestAgencies:
    async def test_how_well_each_answered(self, app: FastAPI, reader: Reader) -> None:
        answers = {"police": 2 * HOUR, "health": 3 * HOUR, "housing": 4 * HOUR, "probation": None}
        kinds = {"police": "information", "housing": "refused"}
        story = Story(MARCH).enquired(HOUR, answers=answers, kinds=kinds)
        story.answered_again("police", 9 * HOUR, item_count=4, lacking_item_count=1)
        story.took_back("health", 10 * HOUR)
        await tell(app, story)
        columns = ("agency", "information", "nil", "refused", "silent", "awaited")
        assert await reader.rows("agencies", "agency_answers", *columns) == [
            ["Police", 1, 0, 0, 0, 0],
            ["Health", 0, 0, 0, 0, 1],
            ["Housing", 0, 0, 1, 0, 0],
            ["Probation", 0, 0, 0, 0, 1],
        ]
        assert await reader.rows("agencies", "agency_quality") == [
            ["Police", 1, 0, 1, 4, 1],
            ["Health", 0, 1, 0, 0, 0],
            ["Housing", 0, 0, 0, 0, 0],
            ["Probation", 0, 0, 0, 0, 0],
        ]

    async def test_an_agency_that_never_answered_was_silent(self, app: FastAPI, reader: Reader) -> None:
        await tell(
            app,
            Story(MARCH).enquired(
                HOUR, answers={"police": None}, outcome="early_help", decided_after=40 * HOUR
            ),
        )
        columns = ("agency", "asked", "silent", "awaited")
        assert await reader.rows("agencies", "agency_answers", *columns) == [["Police", 1, 1, 0]]
        assert await reader.rows("agencies", "agencies", "agency", "late", "late_but_used") == [
            ["Police", 1, 0]
        ]

    async def test_the_share_in_time_by_quarter(self, app: FastAPI, reader: Reader) -> None:
        answers: dict[str, timedelta | None] = {"police": HOUR, "health": 50 * HOUR}
        await tell(
            app, Story(JANUARY).enquired(HOUR, answers=answers), Story(MARCH).enquired(HOUR, answers=answers)
        )
        rows = await reader.rows("agencies", "agencies_by_period", "period", "police", "health", by="quarter")
        assert rows == [["January to March 2026", 1.0, 0.0]]


@pytest.mark.requirement("REP-07")
class TestPatterns:
    async def test_small_counts_are_hidden_with_one_that_would_give_them_away(
        self, app: FastAPI, reader: Reader
    ) -> None:
        await tell(
            app,
            *(Story(JANUARY, repeat_count=0) for _ in range(20)),
            *(Story(JANUARY, repeat_count=2) for _ in range(4)),
            *(Story(FEBRUARY, repeat_count=1) for _ in range(2)),
        )
        hidden = ["not shown"] * 4
        assert await reader.rows("patterns", "returning") == [
            [MONTHS[0], "not shown", 0, "fewer than 6", 0],
            [MONTHS[1], *hidden],
            [MONTHS[2], 0, 0, 0, 0],
        ]

    async def test_kinds_of_concern_by_month(self, app: FastAPI, reader: Reader) -> None:
        both = ["domestic_abuse", "neglect"]
        await tell(
            app,
            *(Story(JANUARY).decided("early_help", HOUR, concerns=["neglect"]) for _ in range(6)),
            *(Story(JANUARY).decided("early_help", HOUR, concerns=both) for _ in range(2)),
            Story(FEBRUARY).decided("early_help", HOUR, concerns=["gangs"]),
        )
        assert await reader.columns("patterns", "concerns") == ["Concern", *MONTHS]
        assert await reader.rows("patterns", "concerns") == [
            ["Domestic abuse", "fewer than 6", "not shown", 0],
            ["Neglect", 8, "not shown", 0],
        ]

    async def test_a_quarter_that_would_give_its_months_away_is_not_to_be_had(
        self, app: FastAPI, reader: Reader
    ) -> None:
        await tell(app, *(Story(JANUARY) for _ in range(7)), Story(FEBRUARY))
        assert await reader.rows("patterns", "returning", by="quarter") == await reader.rows(
            "patterns", "returning"
        )
        assert (await reader.report("patterns", by="quarter"))["by"] == "month"


@pytest.mark.requirement("REP-05", "REP-09")
class TestLists:
    async def test_annex_a_has_a_row_for_each_child_in_the_inspectors_columns(
        self, app: FastAPI, reader: Reader
    ) -> None:
        await tell(
            app,
            Story(
                datetime(2026, 1, 31, 23, 30, tzinfo=UTC),
                source_code="2A",
                child_count=2,
                reference="HAV-26-A",
            ),
            Story(MARCH, source_code="6", child_count=1, unborn=True, reference="HAV-26-B"),
        )
        assert await reader.columns("annex-a-list-1", "list_1") == [
            "Child Unique ID",
            "Gender",
            "Ethnicity",
            "Date of Birth",
            "Age of Child (Years)",
            "Date of Contact",
            "Contact Source",
            "Contact reference",
        ]
        rows = await reader.rows("annex-a-list-1", "list_1")
        school = ["", "", "", "", "", "31/01/2026", "2A: School", "HAV-26-A"]
        assert rows[:2] == [school, school]
        assert [row[4:6] + row[7:] for row in rows[2:]] == [[-1, "03/03/2026", "HAV-26-B"]]

    async def test_the_data_set_has_ten_flags_of_what_came_of_it(self, app: FastAPI, reader: Reader) -> None:
        await tell(
            app,
            Story(MARCH, child_count=1).decided("enquiry", HOUR).enquired(HOUR, outcome="no_further_action"),
        )
        (row,) = await reader.rows("ssd-contacts", "ssd_contacts")
        assert '"NFA_FLAG": "Y"' in row[5]
        assert row[5].count("_FLAG") == 10

    async def test_a_restricted_contact_is_not_listed_whoever_said_so(
        self, app: FastAPI, reader: Reader
    ) -> None:
        await tell(
            app,
            Story(MARCH, restricted=True, reference="HAV-26-A"),
            Story(MARCH, reference="HAV-26-B").restricted(HOUR),
            Story(MARCH, reference="HAV-26-C").decided("early_help", HOUR, restricted=True),
            Story(MARCH, reference="HAV-26-D", child_count=1).restricted(HOUR).restricted(2 * HOUR, False),
        )
        rows = await reader.rows("annex-a-list-1", "list_1", "contact_reference")
        assert rows == [["HAV-26-D"]]
        assert len(await reader.rows("ssd-contacts", "ssd_contacts")) == 1


async def test_the_pack_holds_figures_movement_and_agencies_of_a_quarter(
    app: FastAPI, reader: Reader
) -> None:
    await tell(app, Story(MARCH).decided("enquiry", HOUR).enquired(HOUR, outcome="early_help"))
    tables = [table["name"] for table in (await reader.report("quarter"))["tables"]]
    assert "audits" in tables
    assert {"how_many", "contacts", "outcomes", "enquiries_moved", "agencies", "concerns"} <= set(tables)
    assert len(tables) == len(set(tables))


@pytest.mark.requirement("REP-10")
async def test_the_pack_has_the_grades_of_audits_an_agencys_last_for_each_case(
    app: FastAPI, reader: Reader
) -> None:
    audit = uuid4()
    once = Story(JANUARY).audited(audit, "police", "good", HOUR).audited(audit, "health", "good", HOUR)
    changed = (
        Story(JANUARY).audited(audit, "police", "good", HOUR).audited(audit, "police", "inadequate", 2 * HOUR)
    )
    await tell(app, once, changed, Story(MARCH - timedelta(days=90)).audited(audit, "police", "good", HOUR))
    assert await reader.rows("quarter", "audits") == [["Police", 0, 1, 0, 1], ["Health", 0, 1, 0, 0]]


@pytest.mark.requirement("REP-06")
@pytest.mark.parametrize("name", ["overview", "timeliness", "agencies", "patterns", "ssd-contacts"])
async def test_a_rebuild_gives_the_same_report(
    app: FastAPI, reader: Reader, client: httpx.AsyncClient, tokens: Any, name: str
) -> None:
    story = (
        Story(MARCH).decided("enquiry", HOUR, concerns=["neglect"]).enquired(HOUR, answers={"police": HOUR})
    )
    await tell(app, story.took_back("police", 9 * HOUR), Story(MARCH).restricted(HOUR))
    before = await reader.report(name)
    await client.post("/v1/rebuild", headers=tokens.issue("ops"))
    assert await reader.report(name) == before


@pytest.mark.parametrize(
    ("role", "changes", "status"),
    [
        ("worker", {}, 403),
        ("ops", {}, 403),
        ("manager", {}, 200),
        ("analyst", {"partnership": "medway"}, 404),
        ("analyst", {"report": "everything"}, 422),
        ("analyst", {"first": "2024-03"}, 422),
        ("analyst", {"first": "2026-04"}, 422),
        ("analyst", {"by": "week"}, 422),
    ],
)
async def test_reports_are_for_those_who_may_have_them(
    client: httpx.AsyncClient, tokens: Any, role: str, changes: dict[str, str], status: int
) -> None:
    asked = {"report": "overview", "first": "2026-01", "last": "2026-03", **changes}
    answer = await client.get("/v1/reports", params=asked, headers=tokens.issue(role))
    assert answer.status_code == status, answer.text


async def test_who_is_named_for_a_case_is_not_kept(app: FastAPI) -> None:
    await tell(app, Story(MARCH).restricted(HOUR))
    async with app.state.hub.engine.connect() as connection:
        kept = await connection.exec_driver_sql("SELECT data::text FROM event_log WHERE type LIKE '%access%'")
        assert [("manager-2" in row[0], "worker-17" in row[0]) for row in kept] == [(False, False)]
