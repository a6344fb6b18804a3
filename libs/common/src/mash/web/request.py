"""What an endpoint takes from its request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant

from mash.errors import Invalid
from mash.hub import Hub


# These are async, for FastAPI gives a plain function a thread, which costs more than what they do.
async def _hub(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub


HubDep = Annotated[Hub, Depends(_hub)]


async def _public() -> None:
    """Say in a route's signature that anybody may call it."""


_public.marks_caller = True  # type: ignore[attr-defined]

Public = Annotated[None, Depends(_public)]


class UnknownFilter(Invalid):
    """A query names a filter that the list does not have, and would be taken to have filtered by it."""


async def refuse_unknown_queries(request: Request) -> None:
    """Refuse a query with a name that the route does not declare."""
    if request.query_params:
        known = _queries(request.scope["route"].dependant)
        if not known.issuperset(request.query_params):
            taken = f"only {', '.join(sorted(known))}" if known else "nothing"
            raise UnknownFilter(f"This address takes {taken} in its query.", field="query")


def _queries(dependant: Dependant) -> set[str]:
    own = {parameter.alias for parameter in dependant.query_params}
    return own.union(*(_queries(inner) for inner in dependant.dependencies))
