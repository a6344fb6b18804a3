"""From a template and what a use case found to a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, Undefined
from markupsafe import Markup

from mash.access.callers import Caller
from mash.access.roles import MAY_CALL
from mash.audit.origin import PURPOSES, purpose
from mash.hub import Hub
from mash.ids import new_id
from mash.settings import ServiceSettings
from mash.web.pages import navigation, words
from mash.web.pages.assets import assets_version
from mash.web.pages.forms import Form

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# With the policy of no referrer at all a browser would not say where a form comes from.
PAGE_HEADERS: Final = {"content-security-policy": POLICY, "referrer-policy": "same-origin"}


GOVUK: Final = "govuk_frontend_jinja"


class Careful(Undefined):
    """A name that nobody gave, or a member that a record does not have, is a fault and not a gap.

    The macros of GOV.UK Frontend ask mappings for what may not be there, and go on.
    """

    __slots__ = ()

    def __str__(self) -> str:
        if isinstance(self._undefined_obj, Mapping):
            return ""
        self._fail_with_undefined_error()


@dataclass(frozen=True)
class PageContext:
    """What the layout knows beside what the page gives it."""

    settings: ServiceSettings
    caller: Caller | None
    path: str
    query: str
    hub: Hub

    @property
    def navigation(self) -> list[navigation.Link]:
        """The rooms that this person may enter."""
        return navigation.links(self.settings, self.caller, self.path)

    @property
    def purpose(self) -> str | None:
        """What the case at hand was said to be opened for."""
        return purpose.get() if purpose.get() in PURPOSES else None

    def link(self, service: str, path: str) -> str:
        """The address of a page of any service, with the purpose carried on; ``#`` if it is not known."""
        found = navigation.address(self.settings, service, path)
        if found is None or self.purpose is None:
            return found or "#"
        return f"{found}{'&' if '?' in found else '?'}purpose={self.purpose}"

    def may(self, door: str) -> bool:
        """Whether this person may call what stands behind a door (a key of ``MAY_CALL``)."""
        return self.caller is not None and bool(self.caller.roles & MAY_CALL[door])

    @staticmethod
    def new_key() -> UUID:
        """A key for a form that has to count once."""
        return new_id()


def render(request: Request, template: str, /, status: int = 200, **context: Any) -> HTMLResponse:
    """The page, never kept by a browser, under a policy that lets in nothing from elsewhere."""
    hub: Hub = request.app.state.hub
    page = PageContext(
        settings=hub.settings,
        caller=getattr(request.state, "caller", None),
        path=request.url.path,
        query=request.url.query,
        hub=hub,
    )
    package = getattr(request.app.state, "pages", None)
    context.setdefault("form", Form())
    text = environment(package).get_template(template).render(page=page, **context)
    return HTMLResponse(text, status, headers=PAGE_HEADERS)


@cache
def environment(package: str | None) -> Environment:
    """The templates of one service's package, ours and GOV.UK Frontend's."""
    own = [PackageLoader(package, "pages/templates")] if package else []
    loader = ChoiceLoader([*own, PackageLoader("mash.web"), PrefixLoader({GOVUK: PackageLoader(GOVUK)})])
    found = Environment(
        loader=loader, autoescape=True, undefined=Careful, trim_blocks=True, lstrip_blocks=True
    )
    found.globals["asset"] = lambda name: f"/assets/{assets_version()}/{name}"
    found.globals["Markup"] = Markup
    found.filters |= {
        "moment": words.moment,
        "short_moment": words.short_moment,
        "day": words.day,
        "clock_time": words.clock_time,
        "span": words.span,
        "plain": words.plain,
    }
    return found
