"""What an endpoint takes from its request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from fastapi.dependencies.models import Dependant

from mash.audit import OWN_WORK, PURPOSES, purpose
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


Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


class UnknownFilter(Invalid):
    """A query names a filter that the list does not have, and would be taken to have filtered by it."""


class RepeatedFilter(Invalid):
    """A query names a filter twice, and only one of the two would count, for a proxy perhaps the other."""


def takes_any_query(endpoint: Endpoint) -> Endpoint:
    """Mark a route that systems of others send browsers to, with whatever they add."""
    endpoint.takes_any_query = True  # type: ignore[attr-defined]
    return endpoint


async def refuse_unknown_queries(request: Request) -> None:
    """Refuse a query with a name that the route does not declare, or with one name twice."""
    if request.query_params and not getattr(request.scope["endpoint"], "takes_any_query", False):
        known = _queries(request.scope["route"].dependant)
        if not known.issuperset(request.query_params):
            taken = f"only {', '.join(sorted(known))}" if known else "nothing"
            raise UnknownFilter(f"This address takes {taken} in its query.", field="query")
        if len(request.query_params.multi_items()) > len(request.query_params):
            raise RepeatedFilter("Name each filter once.", field="query")


class UnknownPurpose(Invalid):
    """A request says a purpose that is not one of those a case may be looked at for."""


async def say_what_for(
    request: Request,
    x_purpose: Annotated[str | None, Header(description=f"One of {', '.join(PURPOSES)}.")] = None,
) -> None:
    """Have the audit say what the request is for: what its caller says, or else the route's own tag."""
    if x_purpose is not None and x_purpose not in PURPOSES:
        raise UnknownPurpose(
            f"X-Purpose says what this is needed for: {', '.join(PURPOSES)}.", field="x-purpose"
        )
    purpose.set(x_purpose or next(iter(request.scope["route"].tags), OWN_WORK))


def _queries(dependant: Dependant) -> set[str]:
    own = {parameter.alias for parameter in dependant.query_params}
    return own.union(*(_queries(inner) for inner in dependant.dependencies))
