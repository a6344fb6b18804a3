"""The cookie by which a browser finds again what it has begun, and shows for a while what it has sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from fastapi import Request
from mash.access.cookies import SealedCookies
from mash.errors import NotFound
from mash.hub import Hub

NAME: Final = "draft"


class NoPublicForm(NotFound):
    """The service has no keys for its cookies, without which nothing that is begun is found again."""


def kept_in(request: Request, hub: Hub) -> dict[str, Any]:
    """What the browser's cookie holds; nothing where it has none or its time is over."""
    return _cookies(hub).open(NAME, request.cookies) or {}


def keep_in(request: Request, hub: Hub, content: dict[str, Any], lasts: timedelta) -> None:
    """Have the answer put this in the cookie, in the place of what it holds."""
    request.state.set_cookies = _cookies(hub).seal(NAME, content, hub.clock() + lasts)


def take_away(request: Request, hub: Hub) -> None:
    """Have the answer take the cookie away."""
    request.state.set_cookies = _cookies(hub).clear(NAME)


def _cookies(hub: Hub) -> SealedCookies:
    settings = hub.settings
    if not settings.sign_in_keys:
        raise NoPublicForm("There is no such page here.")
    return SealedCookies(
        settings.service,
        settings.sign_in_keys,
        secure=not settings.is_development,
        clock=lambda: hub.clock(),
    )
