"""The gateway as an application."""

from __future__ import annotations

from fastapi import FastAPI
from mash.app import create_app
from mash.ids import Clock, utc_now

from partner_gateway.api import (
    answers,
    discussions,
    ledger,
    records,
    releases,
    requests,
    subscriptions,
    vocabulary,
    witness,
)
from partner_gateway.events.handlers import boundary
from partner_gateway.pages import answers as answer_pages
from partner_gateway.pages import desk, searching
from partner_gateway.pages import requests as request_pages
from partner_gateway.settings import Settings
from partner_gateway.store.cases import CASES
from partner_gateway.usecases.calling import measure
from partner_gateway.webhooks.loop import send_webhooks


def create(settings: Settings | None = None, clock: Clock = utc_now) -> FastAPI:
    """Return the gateway of ``AGENCY``. ``uvicorn --factory partner_gateway.main:create`` runs it."""
    settings = settings or Settings()
    return create_app(
        settings,
        routers=[
            requests.router,
            releases.router,
            discussions.router,
            answers.router,
            records.router,
            ledger.router,
            vocabulary.router,
            subscriptions.router,
            witness.router,
            desk.router,
            request_pages.router,
            searching.router,
            answer_pages.router,
        ],
        boundary=boundary(settings.agency),
        loops={"webhooks": send_webhooks},
        before_metrics=[measure],
        larger_bodies={"/v1/records/import": settings.max_import_bytes},
        cases=CASES,
        pages="partner_gateway",
        clock=clock,
    )
