"""One ASGI layer around every service: body size, headers, trace, metrics, a log line, faults."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mash.audit import done_from
from mash.db.outage import is_outage
from mash.ids import new_id
from mash.telemetry import metrics
from mash.telemetry.logs import describe
from mash.telemetry.tracing import span
from mash.web.pages.refusals import refusal_page, wants_page
from mash.web.problems import problem

log = structlog.get_logger()

_QUIET_PATHS = frozenset({"/health/live", "/health/ready", "/health/startup", "/metrics"})
_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
# Only where there is https for a browser to hold to: for two years, as the lists of browsers ask for.
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


class BodyTooLarge(HTTPException):
    """The body is larger than this route takes.

    FastAPI answers any other exception from reading a body as an unreadable one.
    """

    def __init__(self) -> None:
        super().__init__(413)


class Edge:
    """The outermost layer of a service."""

    def __init__(
        self,
        app: ASGIApp,
        service: str,
        max_body_bytes: int,
        larger: dict[str, int],
        *,
        https_only: bool = True,
    ) -> None:
        self._app = app
        self._service = service
        self._max_body_bytes = max_body_bytes
        self._larger = larger
        self._security = [*_SECURITY_HEADERS, *([_HTTPS_ONLY] if https_only else [])]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        limit = next(
            (most for pattern, most in self._larger.items() if fnmatchcase(scope["path"], pattern)),
            self._max_body_bytes,
        )
        exchange = _Exchange(scope, receive, send, limit, self._security)
        parent = headers.get(b"traceparent", b"").decode("latin-1") or None
        started = time.perf_counter()
        with span("http", parent), done_from(_client_address(scope)):
            await self._answer(exchange, headers)
        self._tell(scope, exchange, time.perf_counter() - started)

    async def _answer(self, exchange: _Exchange, headers: dict[bytes, bytes]) -> None:
        length = headers.get(b"content-length", b"0")
        try:
            if not length.isdigit() or int(length) > exchange.limit:
                raise BodyTooLarge
            await self._app(exchange.scope, exchange.receive, exchange.send)
        except BodyTooLarge:
            most = f"The most that is taken here is {exchange.limit} bytes."
            await exchange.answer(_refusal(exchange.scope, 413, most))
        except Exception as error:
            await exchange.answer(_fault(error, exchange.scope))

    def _tell(self, scope: Scope, exchange: _Exchange, seconds: float) -> None:
        route, method = _route(scope), scope["method"] if scope["method"] in _METHODS else "OTHER"
        metrics.http_requests.labels(self._service, method, route, str(exchange.status)).inc()
        metrics.http_seconds.labels(self._service, method, route).observe(seconds)
        if scope["path"] in _QUIET_PATHS:
            return
        caller = scope.get("state", {}).get("caller")
        log.info(
            "request",
            method=method,
            route=route,
            status=exchange.status,
            milliseconds=round(seconds * 1000, 1),
            request_id=exchange.request_id,
            caller=caller.subject if caller else None,
        )


def _fault(error: Exception, scope: Scope) -> ASGIApp:
    route = _route(scope)
    if isinstance(error, ClientDisconnect):
        return problem(400, "The request ended before it was whole.")
    if is_outage(error):
        log.warning("database_away", route=route, error=describe(error))
        return _refusal(scope, 503, "The service cannot reach its records. Try the same again shortly.")
    log.error("request_failed", route=route, error=describe(error))
    return _refusal(scope, 500, "Nothing was changed. The fault has been logged.")


def _refusal(scope: Scope, status: int, detail: str) -> ASGIApp:
    request = Request(scope)
    if wants_page(request):
        try:
            return refusal_page(request, status, None)
        except Exception as error:
            # Whatever keeps the page from being made must not take the answer away as well.
            log.error("refusal_page_failed", error=describe(error))
    return problem(status, detail)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Exchange:
    """One request and its answer, as they pass."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, limit: int, security: list[tuple[bytes, bytes]]
    ) -> None:
        self.scope = scope
        self.limit = limit
        self._security = security
        self.status = 0
        self.request_id = str(new_id())
        self._receive = receive
        self._send = send
        self._taken = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        if self._taken > self.limit:
            raise BodyTooLarge
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            present = {name for name, _ in message["headers"]}
            extra = [header for header in self._security if header[0] not in present]
            # What signs a browser in, or keeps it so, is set beside whatever is answered.
            cookies = self.scope.get("state", {}).get("set_cookies", ())
            extra += [(b"set-cookie", cookie.encode()) for cookie in cookies]
            message = {
                **message,
                "headers": [*message["headers"], *extra, (b"x-request-id", self.request_id.encode())],
            }
        await self._send(message)

    async def answer(self, response: ASGIApp) -> None:
        """Answer with ``response``, unless an answer has already begun."""
        if self.status == 0:
            await response(self.scope, self._receive, self.send)


def _client_address(scope: Scope) -> str:
    """Return where the request came from, for the audit."""
    client = scope.get("client")
    return client[0] if client else "unknown"


def _route(scope: Scope) -> str:
    """Return the route's pattern, never the path itself, which may hold a reference."""
    route: Any = scope.get("route")
    return getattr(route, "path", "unmatched")
