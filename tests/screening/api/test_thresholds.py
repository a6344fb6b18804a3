"""The threshold document as it may be read."""

from __future__ import annotations

from typing import Any

import pytest
from factories.screening import LEVEL_3, Desk


async def read(desk: Desk, path: str, role: str = "manager", **wanted: Any) -> Any:
    return await desk.client.get(f"/v1/thresholds/{path}", headers=desk.tokens.issue(role), params=wanted)


class TestGetThresholds:
    @pytest.mark.requirement("SCR-02", "SCR-03", "SCR-11")
    async def test_gives_every_domain_and_level_with_the_ratings(self, desk: Desk) -> None:
        found = (await read(desk, "havering")).json()

        health = next(domain for domain in found["domains"] if domain["id"] == "health")
        assert LEVEL_3 in {indicator["id"] for indicator in health["levels"]["3"]}
        assert [level["rating"] for level in found["levels"]] == [None, "green", "amber", "red"]
        assert len(found["criteria"]) == 19
        assert "guide" in found["guidance"]

    @pytest.mark.requirement("GOV-02")
    async def test_says_that_the_protocol_is_past_its_review(self, desk: Desk) -> None:
        assert (await read(desk, "havering")).json()["review"] == {
            "due_on": "2024-06-30",
            "passed": True,
            "text": "Havering's protocol was to be reviewed by 30 June 2024.",
        }

    async def test_gives_a_version_by_its_name(self, desk: Desk) -> None:
        assert (await read(desk, "havering", version="2023-06")).json()["version"] == "2023-06"
        assert (await read(desk, "havering", version="1999-01")).status_code == 404

    async def test_may_be_read_by_whoever_refers(self, desk: Desk) -> None:
        assert (await read(desk, "havering", role="referrer-school")).status_code == 200

    async def test_another_partnership_is_not_found(self, desk: Desk) -> None:
        assert (await read(desk, "medway")).status_code == 404
        assert (await read(desk, "nowhere")).status_code == 404
