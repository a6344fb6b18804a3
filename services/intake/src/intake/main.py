"""The service as an application."""

from __future__ import annotations

from fastapi import FastAPI
from mash.app import create_app
from mash.ids import Clock, utc_now
from mash.partnerships import require_served

from intake.api import (
    allegations,
    audit,
    calls,
    contacts,
    documents,
    drafts,
    emails,
    for_services,
    messages,
    people,
    public,
    research,
    restrictions,
    retention,
    sent,
    staff,
    subject_access,
)
from intake.events.handlers import HANDLERS
from intake.events.timers import TIMERS, keep_nights_set
from intake.pages import contact_rooms, portal, portal_sent
from intake.pages import people as people_pages
from intake.pages import public as public_pages
from intake.pages import research as research_pages
from intake.settings import Settings
from intake.store.cases import CASES

# A file that is too large is told so on its page; only what is larger by so much is not even read.
WORDS_UP_TO = 10


def with_attachment(settings: Settings) -> int:
    """The most that comes with a file, which may be in base64; one that is too large is refused in words."""
    return settings.max_body_bytes + 2 * settings.max_attachment_bytes


def create(settings: Settings | None = None, clock: Clock = utc_now) -> FastAPI:
    """Return the service. ``uvicorn --factory intake.main:create`` runs it."""
    settings = settings or Settings()
    require_served(settings.partnerships)
    return create_app(
        settings,
        # Services ask by id, and their fixed path goes before the one that holds a reference.
        routers=[
            for_services.router,
            contacts.router,
            people.router,
            documents.router,
            drafts.router,
            calls.router,
            emails.router,
            messages.router,
            public.router,
            research.router,
            sent.router,
            retention.router,
            allegations.router,
            restrictions.router,
            staff.router,
            subject_access.router,
            audit.router,
            *contact_rooms.ROUTERS,
            people_pages.router,
            research_pages.router,
            portal.router,
            portal_sent.router,
            public_pages.router,
        ],
        handlers=HANDLERS,
        timers=TIMERS,
        loops={"retention": keep_nights_set},
        larger_bodies={
            "/v1/emails": settings.max_email_bytes,
            "/v1/drafts/*/attachments": with_attachment(settings),
            "/portal/drafts/*/files": WORDS_UP_TO * settings.max_attachment_bytes,
        },
        cases=CASES,
        pages="intake",
        clock=clock,
    )
