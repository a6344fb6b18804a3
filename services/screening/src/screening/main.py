"""The screening service as an ASGI application: ``uvicorn --factory screening.main:create``."""

from __future__ import annotations

from fastapi import FastAPI
from mash.app import create_app
from mash.ids import Clock, utc_now
from mash.partnerships import require_served

from screening.api import (
    decisions,
    directory,
    disagreements,
    held,
    screenings,
    suggestions,
    thresholds,
    tools,
)
from screening.events.handlers import HANDLERS, TIMERS
from screening.pages import PAGES
from screening.settings import Settings
from screening.store.cases import CASES


def create(settings: Settings | None = None, clock: Clock = utc_now) -> FastAPI:
    """Put the service together."""
    settings = settings or Settings()
    require_served(settings.partnerships)
    return create_app(
        settings,
        routers=[
            screenings.router,
            decisions.router,
            disagreements.router,
            thresholds.router,
            directory.router,
            tools.router,
            suggestions.router,
            held.router,
            *PAGES,
        ],
        handlers=HANDLERS,
        timers=TIMERS,
        cases=CASES,
        pages="screening",
        clock=clock,
    )
