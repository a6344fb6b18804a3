"""A partnership's directory: the services that a family can be signposted to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from mash.access import Anyone
from pydantic import BaseModel

from screening.api.scope import partnership_of

router = APIRouter(prefix="/v1/directory", tags=["directory"])


class ServiceAnswer(BaseModel):
    """A service, how it is reached, and whether the family's agreement is needed first."""

    id: str
    title: str
    offers: str
    levels: list[int]
    reached: str
    agreement: str
    outcomes: list[str]
    source: str


@router.get("/{partnership}")
async def get_directory(
    partnership: Annotated[str, Path(max_length=64)],
    caller: Anyone,
    level: Annotated[int | None, Query(ge=1, le=9)] = None,
    outcome: Annotated[str | None, Query(max_length=64)] = None,
) -> list[ServiceAnswer]:
    """List the services, or those for a level of need or for an outcome."""
    return [
        ServiceAnswer.model_validate({"id": id, **service.model_dump()})
        for id, service in partnership_of(caller, partnership).services.items()
        if (level is None or level in service.levels) and (outcome is None or outcome in service.outcomes)
    ]
