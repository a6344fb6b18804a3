"""The reporting service."""

from __future__ import annotations

from fastapi import FastAPI
from mash.app import create_app
from mash.ids import Clock, utc_now
from mash.partnerships import require_served

from reporting.api import reports
from reporting.events.handlers import HANDLERS
from reporting.pages import reports as pages
from reporting.settings import Settings
from reporting.usecases.metrics import figures


def create(settings: Settings | None = None, clock: Clock = utc_now) -> FastAPI:
    """Return the service."""
    settings = settings or Settings()
    require_served(settings.partnerships)
    return create_app(
        settings,
        routers=[reports.router, pages.router],
        pages="reporting",
        handlers=HANDLERS,
        before_metrics=[figures.refresh],
        keeps_words=False,
        clock=clock,
    )
