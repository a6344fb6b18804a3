"""What the hub meets outside itself, for one machine: sign-in, a mail server, and a page that shows it all.

Mounts the development issuer, catches every message sent by SMTP, and refuses to start anywhere but in the
local environment.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Body, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from mash.access.development import DevelopmentIssuerSettings, Issuer, add_routes
from mash.ids import Clock, utc_now

from openmash_local.index_page import index_page, mail_page, message_page
from openmash_local.layout import HOST, Layout
from openmash_local.mail import CatchAll, CaughtMail, MailFolder, WholeMail, serve_smtp
from openmash_local.parts import PARTS
from openmash_local.readiness import is_ready

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


class NotLocal(RuntimeError):
    """The companion was started where the hub is real."""


def create(clock: Clock = utc_now) -> FastAPI:
    """The companion of the hub that its environment tells of."""
    if os.environ.get("ENVIRONMENT") != "local":
        raise NotLocal("The companion signs anybody in; it runs with ENVIRONMENT=local only.")
    layout = Layout.from_environment()
    folder = MailFolder(layout.mail)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        server = await serve_smtp(CatchAll(folder, clock), HOST, layout.port("smtp"))
        yield
        server.close()

    app = FastAPI(title="OpenMASH companion", lifespan=lifespan, openapi_url=None)
    add_routes(app, Issuer(DevelopmentIssuerSettings(), clock))
    _add_mail(app, folder)
    _add_pages(app, layout, folder)

    @app.middleware("http")
    async def close_pages(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


def _add_mail(app: FastAPI, folder: MailFolder) -> None:
    @app.get("/mail")
    def list_mail() -> list[CaughtMail]:
        return folder.newest()

    @app.post("/mail/search")
    def search_mail(recipient: Annotated[str, Body(embed=True)]) -> list[CaughtMail]:
        """By POST, so that the address is in no log."""
        return folder.newest(recipient)

    @app.get("/mail/{id}")
    def read_mail(id: str) -> WholeMail:
        return _found(folder.find(id))


def _add_pages(app: FastAPI, layout: Layout, folder: MailFolder) -> None:
    @app.get("/", response_class=HTMLResponse)
    async def index() -> str:
        answers = await asyncio.gather(
            *(asyncio.to_thread(is_ready, part, layout) for part in PARTS if part.database)
        )
        stores = [part for part in PARTS if part.database]
        return index_page(layout, {part.name: ready for part, ready in zip(stores, answers, strict=True)})

    @app.get("/inbox", response_class=HTMLResponse)
    def inbox() -> str:
        return mail_page(folder.newest())

    @app.get("/inbox/{id}", response_class=HTMLResponse)
    def message(id: str) -> str:
        return message_page(_found(folder.find(id)))


def _found(message: WholeMail | None) -> WholeMail:
    if message is None:
        raise HTTPException(404, "There is no such message.")
    return message
