"""What an endpoint takes from its request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

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
