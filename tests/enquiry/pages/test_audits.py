"""The pages of multi-agency audits."""

from __future__ import annotations

from typing import Any

import pytest
from factories.enquiry import Desk
from support.pages import Page, visit

pytestmark = pytest.mark.requirement("MTG-04")
MONTH = {
    **{f"from_on-{part}": value for part, value in (("day", "1"), ("month", "11"), ("year", "2026"))},
    **{f"to_on-{part}": value for part, value in (("day", "30"), ("month", "11"), ("year", "2026"))},
}


async def opens(desk: Desk, path: str, role: str = "manager", **who: Any) -> Page:
    return await visit(desk.client, path, desk.tokens.issue(role, **who))


async def drawn(desk: Desk) -> Page:
    enquiry = await desk.open("police")
    desk.intake.named((await desk.enquiry(enquiry))["contact_id"])
    await desk.decide(enquiry, silent_rationale="The child cannot wait.")
    page = await (await opens(desk, "/audits")).submit({**MONTH, "count": "3"})
    assert page.status == 200, page.text
    return page


async def test_cases_are_drawn_and_it_is_shown_how(desk: Desk) -> None:
    page = await drawn(desk)
    assert page.texts("tbody th a") == ["Wren Example, 7"]
    assert "Nobody chose these cases" in page.text
    assert "1 case has no finding yet" in page.text
    assert "all were taken, for 3 were wanted" in page.text
    assert "1 of 1" in (await opens(desk, "/audits")).texts("tbody td")


async def test_a_draw_that_cannot_be_keeps_what_was_typed(desk: Desk) -> None:
    page = await (await opens(desk, "/audits")).submit({**MONTH, "count": "many", "to_on-day": ""})
    assert page.errors == ["The number of cases must be a number", "The last day must have a day"]
    assert page.fields()["count"] == ["many"]
    page = await page.submit({"count": "3", "to_on-day": "30"})
    assert (page.status, len(page.errors)) == (422, 1)


async def test_each_agency_records_what_it_found(desk: Desk) -> None:
    audit = await drawn(desk)
    case = await opens(desk, audit.links()["Wren Example, 7"], "worker")
    page = await case.submit({"agency": "health"}, button="Record what it found")
    page = await page.submit({"went_well": "Quick."}, button="Save what was found")
    assert (page.errors, page.fields("Save what was found")["went_well"]) == (["Choose a grade"], ["Quick."])
    stale = page
    page = await page.submit({"grade": "good"}, button="Save what was found")
    assert "Health: Good" in page.texts("h3")
    late = await stale.submit({"grade": "inadequate"}, button="Save what was found")
    assert late.status == 412
    summed = await opens(desk, audit.path)
    assert summed.texts(".govuk-table__cell--numeric") == ["0", "1", "0", "0"]


async def test_others_find_nothing_and_only_a_manager_draws(desk: Desk) -> None:
    audit = await drawn(desk)
    case = audit.links()["Wren Example, 7"]
    for path in (audit.path, case):
        assert (await opens(desk, path, partnerships=["redbridge"])).status == 404
        assert (await opens(desk, path, "analyst")).status == 403
    assert "Draw cases" not in (await opens(desk, "/audits", "worker")).texts("button")
    refused = await desk.client.post("/audits", data=MONTH, headers=desk.tokens.issue("worker"))
    assert refused.status_code == 403
