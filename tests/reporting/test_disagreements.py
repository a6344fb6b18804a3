"""Disagreements in the figures: how each stage answers, with those that gave none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from factories.reporting import HOUR, Story, tell
from fastapi import FastAPI
from mash.contracts.base import ContactEvent
from prometheus_client.parser import text_string_to_metric_families
from reporting.domain.folding import fold

# A Tuesday; figures are asked for seventeen days later.
RAISED = datetime(2026, 3, 3, 13, 1, tzinfo=UTC)


async def report(client: httpx.AsyncClient, tokens: Any) -> dict[str, Any]:
    answer = await client.get("/v1/reports/monthly?month=2026-03", headers=tokens.issue("manager"))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def counted(report: dict[str, Any], stage: str) -> tuple[int, int, int, int]:
    (row,) = (one for one in report["disagreement_timeliness"] if one["group"] == stage)
    return row["in_time"], row["late"], row["open_in_time"], row["open_late"]


def create_month() -> list[Story]:
    """Five: answered in time, answered late and taken further, left in silence, still open, taken back."""
    return [
        Story(RAISED).challenged(20 * HOUR),
        Story(RAISED).challenged(130 * HOUR, 10 * HOUR),
        Story(RAISED).challenged(None, None),
        Story(RAISED + 300 * HOUR).challenged(None),
        Story(RAISED).challenged(None, withdrawn=True),
    ]


class TestMonthly:
    async def test_counts_silence_as_late_and_what_was_taken_back_not_at_all(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, *create_month())
        found = await report(client, tokens)
        assert counted(found, "team") == (1, 2, 1, 0)
        assert counted(found, "head_of_service") == (1, 0, 0, 1)
        assert counted(found, "all") == (2, 2, 1, 1)

    async def test_counts_what_came_of_them(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, *create_month())
        (results,) = (await report(client, tokens))["disagreement_results"]
        assert (results["group"], results["count"]) == ("upheld", 3)

    @pytest.mark.requirement("REP-06")
    async def test_is_the_same_after_a_rebuild(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        await tell(app, *create_month())
        before = await report(client, tokens)
        await client.post("/v1/rebuild", headers=tokens.issue("ops"))
        assert await report(client, tokens) == before


async def test_metrics_tell_what_waits_what_is_late_and_what_was_answered(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await tell(app, *create_month())
    families = text_string_to_metric_families((await client.get("/metrics")).text)
    found = {
        (sample.name, sample.labels["stage"], sample.labels.get("in_time")): sample.value
        for family in families
        if family.name.startswith("mash_disagreements")
        for sample in family.samples
    }
    assert found == {
        ("mash_disagreements_open", "team", None): 1,
        ("mash_disagreements_open", "head_of_service", None): 1,
        ("mash_disagreements_overdue", "head_of_service", None): 1,
        ("mash_disagreements_answered_total", "team", "true"): 1,
        ("mash_disagreements_answered_total", "team", "false"): 1,
        ("mash_disagreements_answered_total", "head_of_service", "true"): 1,
    }


def test_a_stage_whose_raising_came_last_is_the_same() -> None:
    events = [(envelope.time, envelope.id, event) for envelope, event in create_month()[2].envelopes()]
    contact = [one for one in events if isinstance(one[2], ContactEvent)]
    forwards, backwards = fold(contact), fold(reversed(contact))  # type: ignore[arg-type]
    assert forwards.disagreement_stage == backwards.disagreement_stage
    assert [row["left_because"] for row in forwards.disagreement_stage.values()] == ["unanswered", None]
