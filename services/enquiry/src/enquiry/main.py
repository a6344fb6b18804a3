"""The service as an application."""

from __future__ import annotations

from fastapi import FastAPI
from mash.app import create_app
from mash.ids import Clock, utc_now
from mash.partnerships import require_served

from enquiry.api import case_audits, changes, discussions, enquiries, held, meeting_items, meetings, products
from enquiry.events.handlers import HANDLERS, TIMERS, boundary
from enquiry.pages import enquiry_rooms, meeting_rooms
from enquiry.settings import Settings
from enquiry.store.cases import CASES


def create(settings: Settings | None = None, clock: Clock = utc_now) -> FastAPI:
    """Return the service. ``uvicorn --factory enquiry.main:create`` runs it."""
    settings = settings or Settings()
    require_served(settings.partnerships)
    return create_app(
        settings,
        routers=[
            enquiries.router,
            changes.router,
            products.router,
            discussions.router,
            held.router,
            meetings.router,
            meeting_items.router,
            case_audits.router,
            *enquiry_rooms.ROUTERS,
            *meeting_rooms.ROUTERS,
        ],
        handlers=HANDLERS,
        boundary=boundary(settings.partnerships),
        timers=TIMERS,
        cases=CASES,
        pages="enquiry",
        clock=clock,
    )
