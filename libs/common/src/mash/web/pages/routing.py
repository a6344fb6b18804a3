"""The router of pages, and where a form leads on to."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute

from mash.audit.origin import PURPOSES, purpose

# A browser sends no header of ours, so the links between the pages of a case carry what it is opened for.
Purpose = Literal[PURPOSES]  # type: ignore[valid-type]


async def say_purpose(
    purpose_said: Annotated[Purpose | None, Query(alias="purpose")] = None,
) -> None:
    """Have the audit say what a case was opened for, as the address has it."""
    if purpose_said is not None:
        purpose.set(purpose_said)


class PageRoute(APIRoute):
    """A route that takes a form's empty field in a query as one that was not filled in."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with such fields gone before anything reads them."""
        handle = super().get_route_handler()

        async def without_empty(request: Request) -> Response:
            given = parse_qsl(request.url.query, keep_blank_values=True)
            request.scope["query_string"] = urlencode([pair for pair in given if pair[1]]).encode()
            return await handle(Request(request.scope, request.receive))

        return without_empty


def page_router() -> APIRouter:
    """A router whose routes are pages: not part of the described interface, and opened for a purpose."""
    return APIRouter(
        include_in_schema=False,
        tags=["pages"],
        route_class=PageRoute,
        dependencies=[Depends(say_purpose)],
    )


def see_other(path: str) -> Response:
    """Send the browser on to ``path`` of this service once a form is taken: a reload then sends nothing."""
    said = purpose.get()
    if said in PURPOSES:
        path += f"{'&' if '?' in path else '?'}purpose={said}"
    return RedirectResponse(path, 303)
