"""The service as an application."""

from __future__ import annotations

from fastapi import FastAPI
from mash.app import create_app
from mash.ids import Clock, utc_now
from mash.partnerships import require_served

from notifications.api import bounces, held, notifications, tasks
from notifications.events.handlers import HANDLERS, TIMERS
from notifications.pages import task_list, undelivered
from notifications.settings import Settings
from notifications.store.cases import CASES


def create(settings: Settings | None = None, clock: Clock = utc_now) -> FastAPI:
    """Return the service. ``uvicorn --factory notifications.main:create`` runs it."""
    settings = settings or Settings()
    require_served(settings.partnerships)
    return create_app(
        settings,
        routers=[
            notifications.router,
            tasks.router,
            bounces.router,
            held.router,
            task_list.router,
            undelivered.router,
        ],
        handlers=HANDLERS,
        timers=TIMERS,
        cases=CASES,
        pages="notifications",
        clock=clock,
    )
