"""Puts a service together: its routes, its handlers of messages and its timers around one ``Hub``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from fastapi import APIRouter, Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from mash.access import sign_in
from mash.access.service_tokens import ServiceTokens
from mash.access.sessions import Sessions
from mash.access.tokens import TokenVerifier
from mash.audit.cases import Cases
from mash.audit.signing import make_signer, sign_for_ever
from mash.db import make_engine
from mash.db.listener import Listener
from mash.db.privileges import require_few_rights
from mash.http import ServiceClient
from mash.hub import Hub
from mash.ids import Clock, utc_now
from mash.messaging.bus import Bus, connect
from mash.messaging.consume import Consumer
from mash.messaging.decode import boundary_decoder, hub_decoder
from mash.messaging.handlers import BoundaryHandler, Handler
from mash.messaging.relay import Relay
from mash.messaging.topology import HUB_STREAM, require_relied_on
from mash.retention.keys import destroy_keys_for_ever
from mash.sealing import Keyring
from mash.settings import ServiceSettings
from mash.telemetry import logs, tracing
from mash.timers import TimerHandler, Timers, run_for_ever
from mash.vault import make_vault
from mash.web import audit, health, problems
from mash.web.middleware import Edge
from mash.web.pages.everywhere import EVERYWHERE
from mash.web.request import refuse_unknown_queries, say_what_for

log = structlog.get_logger()

CANCEL_AGAIN_SECONDS = 0.5
_INCLUDED: dict[tuple[int, ...], APIRouter] = {}


class RouteWithoutCaller(Exception):
    """A route does not say in its signature who may call it."""


def create_app(
    settings: ServiceSettings,
    *,
    routers: Sequence[APIRouter] = (),
    handlers: Sequence[Handler] = (),
    boundary: Sequence[BoundaryHandler] = (),
    timers: Sequence[TimerHandler] = (),
    loops: Mapping[str, Callable[[Hub], Awaitable[None]]] | None = None,
    before_metrics: Sequence[Callable[[Hub], Awaitable[None]]] = (),
    larger_bodies: dict[str, int] | None = None,
    cases: Cases | None = None,
    keeps_words: bool = True,
    pages: str | None = None,
    clock: Clock = utc_now,
) -> FastAPI:
    """Return the service as an ASGI application.

    ``larger_bodies`` maps a path to the most bytes it takes, where that is more than the rest; ``loops`` are
    what runs beside all else for as long as the process does, by name; ``before_metrics`` runs each time that
    metrics are read; ``cases`` says where the service keeps which case is whose, for its audit. A service
    that ``keeps_words`` does not start in production without what encrypts them; ``pages`` is the package
    whose ``pages/templates`` its pages are in.
    Raises :class:`RouteWithoutCaller` for a route open to nobody in particular: access is denied by default.
    """
    logs.configure(settings.service, settings.log_level)
    tracing.configure(settings.service, settings.otlp_endpoint)
    hub = _make_hub(settings, clock, vaulted=keeps_words)
    signer = make_signer(settings)
    if signer is not None:
        loops = {**(loops or {}), "audit": partial(sign_for_ever, signer=signer, cases=cases)}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if not settings.is_development:
            await require_few_rights(hub.engine)
        consumers = _consumers(hub, handlers, boundary) if hub.settings.nats_url else []
        bus = await _connect(hub, consumers, [handler.sender for handler in boundary])
        app.state.bus_connected = lambda: bus is None or bus.is_connected
        app.state.consumers = consumers
        running = _start_loops(hub, consumers, app.state.timers, bus, loops or {})
        app.state.started = True
        log.info("started")
        yield
        await _stop(hub, running, bus)

    app = _bare_app(settings, lifespan)
    app.state.hub, app.state.cases, app.state.pages = hub, cases, pages
    app.state.started = False
    app.state.timers = Timers(hub, timers)
    app.state.before_metrics = before_metrics
    app.state.sessions = _make_sessions(hub)
    # Who looked at a case: a gateway's are the agency's own, and no officer of the hub's asks after them.
    looks = [audit.router] if cases is not None and settings.agency is None else []
    app.router.routes += _routes((*routers, *looks, *EVERYWHERE, sign_in.router, health.router))
    require_callers(app)
    problems.install(app)
    _add_edge(app, settings, larger_bodies or {})
    return app


def _add_edge(app: FastAPI, settings: ServiceSettings, larger: dict[str, int]) -> None:
    app.add_middleware(
        Edge,
        service=settings.service,
        max_body_bytes=settings.max_body_bytes,
        larger=larger,
        https_only=not settings.is_development,
    )
    # Outermost, so that all within go by the client's own address and not by the proxy's.
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)


def _bare_app(
    settings: ServiceSettings, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]
) -> FastAPI:
    return FastAPI(
        title=f"OpenMASH {settings.service}",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.is_development else None,
        # FastAPI's own traces would hold whole addresses; ours hold the patterns of routes.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )


def _routes(routers: Sequence[APIRouter]) -> Sequence[BaseRoute]:
    """What these routers answer, under what holds for all routes.

    FastAPI works out anew what each route of an included router needs, which takes a second or two for a
    service. The same routers are included once, however many applications there are in a process.
    """
    # A router cannot be a key; what includes it keeps it, so that its id stays its own.
    key = tuple(map(id, routers))
    if key not in _INCLUDED:
        whole = APIRouter(
            responses=problems.REFUSED, dependencies=[Depends(refuse_unknown_queries), Depends(say_what_for)]
        )
        for router in routers:
            whole.include_router(router)
        _INCLUDED[key] = whole
    return _INCLUDED[key].routes


def require_callers(app: FastAPI) -> None:
    """Refuse an application with a route whose signature does not name its caller."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and not _names_caller(route.dependant):
            raise RouteWithoutCaller(
                f"{route.path}: add a parameter such as `manager: Manager`, or `_: Public`"
            )


def _names_caller(dependant: Dependant) -> bool:
    return getattr(dependant.call, "marks_caller", False) or any(
        _names_caller(inner) for inner in dependant.dependencies
    )


def _make_hub(settings: ServiceSettings, clock: Clock, *, vaulted: bool) -> Hub:
    own = settings.agency or "hub"

    def now() -> datetime:
        # One clock for all, also when the hub's is set to another.
        return hub.clock()

    engine = make_engine(settings)
    tokens = TokenVerifier(settings, clock=now)
    hub = Hub(
        settings=settings,
        engine=engine,
        clock=clock,
        listener=Listener(settings.database_url),
        tokens=tokens,
        http=ServiceClient(settings, ServiceTokens(settings, tokens.provider, clock=now)),
        _sealing=Keyring.load(settings.sealing_keys_dir, own) if settings.sealing_keys_dir else None,
        _vault=make_vault(settings, engine, clock=now) if vaulted else None,
    )
    return hub


def _make_sessions(hub: Hub) -> Sessions | None:
    if not hub.settings.sign_in_client_id:
        return None
    return Sessions(hub.settings, hub.tokens, clock=lambda: hub.clock())


async def _connect(hub: Hub, consumers: Sequence[Consumer], senders: Sequence[str]) -> Bus | None:
    if not hub.settings.nats_url:
        return None
    in_hub = hub.settings.agency is None
    check = partial(
        require_relied_on,
        agencies=senders if in_hub else (),
        durables=[consumer.durable for consumer in consumers],
        hub=in_hub,
    )
    bus = await connect(hub.settings, check)
    hub._jetstream = bus.jetstream
    return bus


def _consumers(hub: Hub, handlers: Sequence[Handler], boundary: Sequence[BoundaryHandler]) -> list[Consumer]:
    own = [Consumer(hub, HUB_STREAM, hub.settings.service, hub_decoder(handlers))] if handlers else []
    return own + [
        Consumer(hub, handler.stream, handler.durable, boundary_decoder(hub, handler)) for handler in boundary
    ]


def _start_loops(
    hub: Hub,
    consumers: Sequence[Consumer],
    timers: Timers,
    bus: Bus | None,
    others: Mapping[str, Callable[[Hub], Awaitable[None]]],
) -> list[asyncio.Task[None]]:
    work: dict[str, Callable[[], Awaitable[None]]] = {"timers": timers.run}
    work |= {name: partial(loop, hub) for name, loop in others.items()}
    if hub._vault is not None:
        work["erased_keys"] = partial(destroy_keys_for_ever, hub)
    if bus is not None:
        relay = Relay(hub.settings.service, hub.engine, bus, hub.listener, hub.clock)
        work["relay"] = partial(bus.once_connected, relay.run)
        work |= {consumer.name: partial(bus.once_connected, consumer.run) for consumer in consumers}
    return [asyncio.create_task(run_for_ever(name, loop), name=name) for name, loop in work.items()]


async def _stop(hub: Hub, loops: Sequence[asyncio.Task[None]], bus: Bus | None) -> None:
    await end_loops(loops)
    if bus is not None:
        await bus.close()
    await hub.listener.close()
    await hub.tokens.aclose()
    await hub.http.aclose()
    await hub.engine.dispose()
    if hub._vault is not None:
        await hub.vault.aclose()


async def end_loops(loops: Sequence[asyncio.Task[Any]]) -> None:
    """Cancel until all have ended: before Python 3.12 ``asyncio.wait_for`` may swallow a cancellation."""
    running = set(loops)
    while running:
        for loop in running:
            loop.cancel()
        _, running = await asyncio.wait(running, timeout=CANCEL_AGAIN_SECONDS)
