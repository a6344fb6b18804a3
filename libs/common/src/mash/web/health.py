"""What those who run a service ask of it."""

from __future__ import annotations

import asyncio
import platform
from importlib.metadata import version
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from mash.access import Ops
from mash.db.outage import is_outage
from mash.db.tables import dead_letter
from mash.hub import Hub
from mash.messaging import dead_letters
from mash.telemetry import metrics
from mash.web.request import HubDep, Public

router = APIRouter()


@router.get("/health/live", tags=["operations"])
async def live(_: Public) -> dict[str, str]:
    """Say that the process runs."""
    return {"status": "live"}


@router.get("/health/startup", tags=["operations"])
async def startup(request: Request, _: Public) -> JSONResponse:
    """Say whether the service has started."""
    started = request.app.state.started
    return JSONResponse({"status": "started" if started else "starting"}, 200 if started else 503)


@router.get("/health/ready", tags=["operations"])
async def ready(request: Request, hub: HubDep, _: Public) -> JSONResponse:
    """Say whether requests can be taken: the service has started and its database answers.

    The bus is told as well and decides nothing. Without it a service still takes what it is sent, and its
    outbox keeps the events; were it called unready, an outage of the bus would turn every concern away.
    """
    parts = {"database": await _database_answers(hub), "bus": request.app.state.bus_connected()}
    ok = parts["database"] and request.app.state.started
    return JSONResponse({"status": "ready" if ok else "not ready", **parts}, 200 if ok else 503)


async def _database_answers(hub: HubDep) -> bool:
    try:
        async with asyncio.timeout(2), hub.engine.connect() as connection:
            await connection.execute(sa.text("SELECT 1"))
    except (sa.exc.SQLAlchemyError, OSError):
        return False
    return True


@router.get("/info", tags=["operations"])
async def info(hub: HubDep, _: Public) -> dict[str, Any]:
    """Say what this is."""
    return {
        "service": hub.settings.service,
        "version": version("openmash-common"),
        "environment": hub.settings.environment,
        "partnerships": hub.settings.partnerships,
        "token_audience": hub.settings.token_audience,
        "python": platform.python_version(),
    }


@router.get("/metrics", tags=["operations"])
async def read_metrics(request: Request, hub: HubDep, _: Public) -> Response:
    """Give the service's metrics to Prometheus; while the database is away, those from before."""
    try:
        for refresh in (*request.app.state.before_metrics, _count_dead_letters):
            await refresh(hub)
    except Exception as error:
        if not is_outage(error):
            raise
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _count_dead_letters(hub: Hub) -> None:
    waiting = sa.select(sa.func.count()).where(dead_letter.c.replayed_at.is_(None))
    async with hub.engine.connect() as connection:
        metrics.dead_letters.labels(hub.settings.service).set(await connection.scalar(waiting) or 0)


@router.get("/v1/dead-letters", tags=["operations"])
async def list_dead_letters(hub: HubDep, _: Ops) -> list[dict[str, Any]]:
    """List the messages set aside: where from, why and when, never what they say."""
    return await dead_letters.list_waiting(hub)


@router.post("/v1/dead-letters/{id}/replay", status_code=204, tags=["operations"])
async def replay_dead_letter(id: UUID, request: Request, hub: HubDep, caller: Ops) -> None:
    """Handle a message that was set aside once more."""
    await dead_letters.replay(hub, request.app.state.consumers, id, caller)
