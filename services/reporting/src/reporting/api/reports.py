"""The reports, and their rebuilding."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from mash.access import Analyst, Ops
from mash.web import HubDep
from pydantic import BaseModel

from reporting.api.choosing import MonthsSaid, choose_partnership, choose_span
from reporting.api.files import CSV, XLSX, as_csv, as_xlsx, download, table_wanted
from reporting.domain.months import By, Month
from reporting.domain.report import MonthlyReport
from reporting.domain.report import as_csv as month_as_csv
from reporting.domain.tables import Report
from reporting.usecases.monthly import monthly_report
from reporting.usecases.project import rebuild
from reporting.usecases.reports import ReportName, make_report

router = APIRouter(tags=["reports"])

PartnershipSaid = Annotated[str | None, Query(max_length=64, description="Needed where you have several.")]


class Rebuilt(BaseModel):
    """What a rebuild went through."""

    contacts: int


@router.get("/v1/reports/monthly", response_model=MonthlyReport)
async def read_monthly_report(
    caller: Analyst,
    hub: HubDep,
    month: Annotated[str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="Such as 2026-03.")],
    partnership: PartnershipSaid = None,
    format: Literal["json", "csv"] | None = None,
    accept: Annotated[str, Header(max_length=500)] = "application/json",
) -> MonthlyReport | Response:
    """Give a month's figures, as JSON or as CSV."""
    name = choose_partnership(partnership, caller.partnerships)
    async with hub.transaction(caller) as tx:
        report = await monthly_report(tx, name, Month.parse(month))
        tx.audit(action="report.viewed", detail={"partnership": name, "month": month})
    if format == "csv" or (format is None and accept.startswith("text/csv")):
        return Response(
            month_as_csv(report),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}-{month}.csv"'},
        )
    return report


@router.get("/v1/reports", response_model=Report)
async def read_report(
    caller: Analyst,
    hub: HubDep,
    report: ReportName,
    months: MonthsSaid,
    partnership: PartnershipSaid = None,
    by: By = "month",
    table: Annotated[str | None, Query(max_length=64, description="Which table the CSV holds.")] = None,
    format: Literal["json", "csv", "xlsx"] = "json",
) -> Report | Response:
    """Give a report over some months: all its tables as JSON or as a workbook, or one of them as CSV."""
    name, span = choose_partnership(partnership, caller.partnerships), choose_span(months, hub.clock)
    async with hub.transaction(caller) as tx:
        made = await make_report(tx, report, name, span, by)
        tx.audit(action="report.viewed", detail={"partnership": name, "report": report, "months": str(span)})
    if format == "csv":
        return download(as_csv(made, table_wanted(made, table)), CSV, made, "csv")
    if format == "xlsx":
        return download(await asyncio.to_thread(as_xlsx, made), XLSX, made, "xlsx")
    return made


@router.post("/v1/rebuild")
async def rebuild_figures(caller: Ops, hub: HubDep) -> Rebuilt:
    """Throw the figures away and make them again from the events."""
    async with hub.transaction(caller) as tx:
        contacts = await rebuild(tx)
        tx.audit(action="figures.rebuilt", detail={"contacts": contacts})
    return Rebuilt(contacts=contacts)
