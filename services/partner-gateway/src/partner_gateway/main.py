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
from partner_gateway.connectors.agency_system import MOST_BYTES
from partner_gateway.events.handlers import boundary
from partner_gateway.pages import PAGES
from partner_gateway.settings import Settings
from partner_gateway.store.cases import CASES
from partner_gateway.usecases.calling import measure
from partner_gateway.webhooks.loop import send_webhooks

# What a browser writes around a file.
FORM_BYTES = 65_536
# Records of another system come back whole from the search's page, and a form writes some letters in three.
WORDS_BYTES = 3 * MOST_BYTES


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
            *PAGES,
        ],
        boundary=boundary(settings.agency),
        loops={"webhooks": send_webhooks},
        before_metrics=[measure],
        larger_bodies={
            "/v1/records/import": settings.max_import_bytes,
            "/desk/requests/*/choose": WORDS_BYTES,
            "/desk/requests/*/answer": WORDS_BYTES,
            "/desk/records": settings.max_import_bytes + FORM_BYTES,
        },
        cases=CASES,
        pages="partner_gateway",
        clock=clock,
    )
