"""The report, its rebuild and the metrics, on a real database."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from factories.reporting import HOUR, Story, tell
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from reporting.store.tables import FACTS, event_log
from reporting.usecases.project import record

MARCH = datetime(2026, 3, 3, 13, 1, tzinfo=UTC)


def create_month() -> list[Story]:
    """Six contacts: to early help, to s.17 and signposted after enquiries, closed late, open, late."""
    answers = {"police": HOUR, "health": 30 * HOUR, "housing": None}
    return [
        Story(MARCH)
        .decided("enquiry", 2 * HOUR)
        .enquired(2 * HOUR, answers=answers, outcome="early_help")
        .fed_back(22 * HOUR, HOUR),
        Story(MARCH, source_code="2A")
        .decided("enquiry", 2 * HOUR)
        .enquired(2 * HOUR, outcome="section_17_assessment", final="amber"),
        Story(MARCH, source_code="3F").decided("close_with_advice", 30 * HOUR, rating="green", level=1),
        Story(MARCH).decided("enquiry", HOUR).enquired(HOUR, outcome="signposting"),
        Story(datetime(2026, 3, 20, 9, 0, tzinfo=UTC)),
        Story(MARCH + timedelta(days=1)).fed_back(HOUR, None),
    ]


async def report(client: httpx.AsyncClient, tokens: Any, month: str = "2026-03") -> dict[str, Any]:
    answer = await client.get(f"/v1/reports/monthly?month={month}", headers=tokens.issue("analyst"))
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def row(rows: list[dict[str, Any]], group: str) -> dict[str, Any]:
    return next(one for one in rows if one["group"] == group)


@pytest.mark.requirement("REP-01", "REP-03")
class TestMonthlyReport:
    async def test_gives_the_six_summaries(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, *create_month())
        figures = await report(client, tokens)
        assert {one["group"]: one["count"] for one in figures["contact_source"]} == {"6": 4, "2A": 1, "3F": 1}
        assert figures["contacts"] == 6
        assert figures["enquiries_to_early_help"] == 1
        assert figures["contacts_to_statutory_assessment"] == 1
        assert figures["enquiries_signposted_or_no_further_action"] == 1
        assert row(figures["enquiry_timeliness"], "all")["in_time"] == 3
        assert figures["rating_movement"] == [
            {"first": "amber", "final": "amber", "count": 1},
            {"first": "amber", "final": "green", "count": 2},
        ]

    @pytest.mark.requirement("SCR-14")
    async def test_counts_what_is_still_open(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, *create_month())
        everything = row((await report(client, tokens))["contact_timeliness"], "all")
        counted = {name: everything[name] for name in ("in_time", "late", "open_in_time", "open_late")}
        assert counted == {"in_time": 3, "late": 1, "open_in_time": 1, "open_late": 1}
        assert everything["share_in_target"] == 0.6
        assert everything["oldest_open_hours"] > 15 * 24

    @pytest.mark.requirement("REP-04")
    async def test_shows_each_agency_with_its_silence(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, *create_month())
        agencies = (await report(client, tokens))["agency_timeliness"]
        assert row(agencies, "police")["in_time"] == 1
        assert row(agencies, "health")["late"] == 1

    async def test_counts_feedback_that_was_never_sent(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, *create_month())
        feedback = row((await report(client, tokens))["feedback_timeliness"], "all")
        assert (feedback["in_time"], feedback["open_late"]) == (1, 1)

    async def test_leaves_out_feedback_that_was_taken_back_untold(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, Story(MARCH).fed_back(HOUR, None).fed_back_no_more(2 * HOUR).fed_back(3 * HOUR, HOUR))
        feedback = row((await report(client, tokens))["feedback_timeliness"], "all")
        assert (feedback["total"], feedback["in_time"]) == (1, 1)

    async def test_a_month_begins_at_midnight_in_london(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(
            app,
            Story(datetime(2026, 3, 31, 22, 59, tzinfo=UTC)),
            Story(datetime(2026, 3, 31, 23, 0, tzinfo=UTC)),
        )
        assert [(await report(client, tokens, month))["contacts"] for month in ("2026-03", "2026-04")] == [
            1,
            1,
        ]

    async def test_an_empty_month_is_all_noughts(self, client: httpx.AsyncClient, tokens: Any) -> None:
        figures = await report(client, tokens, "2020-01")
        assert (figures["contacts"], figures["contact_timeliness"]) == (0, [])

    async def test_comes_as_csv_with_the_same_figures(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, *create_month())
        headers = {**tokens.issue("analyst"), "Accept": "text/csv"}
        answer = await client.get("/v1/reports/monthly?month=2026-03", headers=headers)
        rows = list(csv.reader(io.StringIO(answer.text)))
        whose = ["havering", "2026-03"]
        assert rows[0] == ["partnership", "month", "summary", "group", "measure", "value"]
        assert [*whose, "enquiries_to_early_help", "", "", "1"] in rows
        assert [*whose, "contact_source", "6", "count", "4"] in rows
        assert [*whose, "rating_movement", "amber to green", "count", "2"] in rows
        assert all(row[:2] == whose for row in rows[1:])

    async def test_another_partnerships_contacts_are_not_in_it(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, Story(MARCH, partnership="elsewhere"), Story(MARCH))
        assert (await report(client, tokens))["contacts"] == 1

    @pytest.mark.parametrize(
        ("role", "query", "status"),
        [
            ("worker", "month=2026-03", 403),
            ("ops", "month=2026-03", 403),
            ("analyst", "month=2026-13", 422),
            ("analyst", "month=2026-03&partnership=medway", 404),
            ("analyst", "", 422),
            ("manager", "month=2026-03", 200),
        ],
    )
    async def test_is_for_those_who_may_have_it(
        self, client: httpx.AsyncClient, tokens: Any, role: str, query: str, status: int
    ) -> None:
        answer = await client.get(f"/v1/reports/monthly?{query}", headers=tokens.issue(role))
        assert answer.status_code == status


@pytest.mark.requirement("REP-06")
class TestRebuild:
    async def test_gives_the_same_figures(self, app: FastAPI, client: httpx.AsyncClient, tokens: Any) -> None:
        await tell(app, *create_month())
        before = await report(client, tokens)
        async with app.state.hub.engine.begin() as connection:
            for table in FACTS.values():
                await connection.execute(sa.delete(table))
        lost = await report(client, tokens)
        answer = await client.post("/v1/rebuild", headers=tokens.issue("ops"))
        assert answer.json() == {"contacts": 6}
        assert lost["contacts"] == 0
        assert await report(client, tokens) == before

    async def test_a_repeated_event_is_kept_once(self, app: FastAPI) -> None:
        story = Story(MARCH)
        envelope, event = story.envelopes()[0]
        async with app.state.hub.transaction() as tx:
            for _ in range(3):
                await record(tx, envelope, event)  # type: ignore[arg-type]
            kept = await tx.execute(sa.select(sa.func.count()).select_from(event_log))
        assert kept.scalar_one() == 1

    async def test_is_for_operations_alone(self, client: httpx.AsyncClient, tokens: Any) -> None:
        assert (await client.post("/v1/rebuild", headers=tokens.issue("analyst"))).status_code == 403


@pytest.mark.requirement("REP-02")
async def test_prometheus_is_told_what_is_late_now(app: FastAPI, client: httpx.AsyncClient) -> None:
    await tell(app, *create_month())
    told = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families((await client.get("/metrics")).text)
        for sample in family.samples
    }
    havering, amber = ("partnership", "havering"), ("rating", "amber")
    assert told["mash_contacts_overdue", havering, ("rating", "none")] == 1
    late = (("in_time", "false"), havering, ("pathway", "close_with_advice"), ("rating", "green"))
    assert told["mash_contacts_decided_total", *late] == 1
    within_an_hour = (("agency", "police"), ("le", "3600.0"), havering, amber)
    assert told["mash_agency_return_seconds_bucket", *within_an_hour] == 1
    assert told["mash_rating_movement_total", ("final", "green"), ("first", "amber"), havering] == 2
