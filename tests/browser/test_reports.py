"""The analyst reads every report, chooses other months, takes a file home and prints the quarter's pack."""

from __future__ import annotations

import pytest
from support.browser import SignIn

pytestmark = pytest.mark.slow

REPORTS = ("Timeliness", "Sources", "Outcomes", "Movement", "Agencies", "Patterns")


def test_the_analyst_reads_every_report(sign_in: SignIn) -> None:
    analyst = sign_in("analyst")
    analyst.opens("reporting", "/reports?partnership=havering")
    assert analyst.page.locator("svg.hub-chart").count() > 0
    analyst.stops_at("reports-overview")
    for name in REPORTS:
        analyst.page.get_by_role("navigation", name="Reports").get_by_role("link", name=name).click()
        analyst.is_at(name)
        analyst.stops_at(f"reports-{name.lower()}")


def test_the_analyst_chooses_months_and_is_told_when_they_cannot_be(sign_in: SignIn) -> None:
    analyst = sign_in("analyst")
    analyst.opens("reporting", "/reports/agencies?partnership=havering")
    by = analyst.page.get_by_label("By", exact=True)
    by.select_option("quarter")
    analyst.page.get_by_role("button", name="Show").press("Enter")
    assert by.input_value() == "quarter"
    analyst.stops_at("reports-agencies-by-quarter")

    analyst.page.get_by_label("To", exact=True).select_option(index=40)
    analyst.page.get_by_role("button", name="Show").click()
    analyst.page.get_by_role("link", name="The last month must not be before the first.").click()
    assert analyst.page.locator("#last:focus").count() == 1
    # A browser counts a page of status 422 among its errors.
    analyst.stops_at("reports-agencies-wrong-months")


def test_the_analyst_takes_a_workbook_home(sign_in: SignIn) -> None:
    analyst = sign_in("analyst")
    analyst.opens("reporting", "/reports/sources?partnership=havering")
    with analyst.page.expect_download() as download:
        analyst.page.get_by_role("link", name="Download these tables as a workbook (XLSX)").click()
    assert download.value.suggested_filename.startswith("havering-sources-")
    assert download.value.suggested_filename.endswith(".xlsx")


def test_the_pack_is_printed_without_its_forms(sign_in: SignIn) -> None:
    analyst = sign_in("analyst")
    analyst.opens("reporting", "/reports/quarter?partnership=havering")
    analyst.page.get_by_label("Quarter").select_option(index=0)
    analyst.page.get_by_role("button", name="Show").click()
    analyst.stops_at("reports-quarter")
    analyst.page.emulate_media(media="print")
    assert not analyst.page.get_by_role("button", name="Show").is_visible()
    assert analyst.page.get_by_role("heading", level=1).is_visible()


def test_the_reports_are_read_on_a_telephone_without_scripts(sign_in: SignIn) -> None:
    analyst = sign_in("analyst", phone=True, scripts=False)
    analyst.opens("reporting", "/reports/timeliness?partnership=havering")
    analyst.stops_at("reports-timeliness-on-a-phone")
    chart = analyst.page.locator("svg.hub-chart").first.bounding_box()
    assert chart is not None
    assert chart["x"] >= 0
    assert chart["x"] + chart["width"] <= 375
