"""The reports, and their rebuilding."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from mash.access import Analyst, Ops
from mash.errors import Invalid, NotFound
from mash.web import HubDep
from pydantic import BaseModel

from reporting.domain.months import Month
from reporting.domain.report import MonthlyReport, as_csv
from reporting.usecases.monthly import monthly_report
from reporting.usecases.project import rebuild

router = APIRouter(tags=["reports"])


class PartnershipNotFound(NotFound):
    """The partnership is not one that this caller may see figures of."""


class Rebuilt(BaseModel):
    """What a rebuild went through."""

    contacts: int


@router.get("/v1/reports/monthly", response_model=MonthlyReport)
async def read_monthly_report(
    caller: Analyst,
    hub: HubDep,
    month: Annotated[str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="Such as 2026-03.")],
    partnership: Annotated[
        str | None, Query(max_length=64, description="Needed where you have several.")
    ] = None,
    format: Literal["json", "csv"] | None = None,
    accept: Annotated[str, Header(max_length=500)] = "application/json",
) -> MonthlyReport | Response:
    """Give a month's figures, as JSON or as CSV."""
    name = _choose(partnership, caller.partnerships)
    async with hub.transaction(caller) as tx:
        report = await monthly_report(tx, name, Month(*map(int, month.split("-"))))
        tx.audit(action="report.viewed", detail={"partnership": name, "month": month})
    if format == "csv" or (format is None and accept.startswith("text/csv")):
        return Response(
            as_csv(report),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}-{month}.csv"'},
        )
    return report


@router.post("/v1/rebuild")
async def rebuild_figures(caller: Ops, hub: HubDep) -> Rebuilt:
    """Throw the figures away and make them again from the events."""
    async with hub.transaction(caller) as tx:
        contacts = await rebuild(tx)
        tx.audit(action="figures.rebuilt", detail={"contacts": contacts})
    return Rebuilt(contacts=contacts)


def _choose(wanted: str | None, allowed: frozenset[str]) -> str:
    if wanted is None and len(allowed) == 1:
        return next(iter(allowed))
    if wanted is None:
        raise Invalid("Say which partnership's figures you want.", field="partnership")
    if wanted not in allowed:
        raise PartnershipNotFound("There is no such partnership, or none whose figures you may see.")
    return wanted
