"""Two people never overwrite each other: a change names the version it was made on."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Request, Response

from mash.errors import Conflict, Invalid, Refusal


class PreconditionRequired(Refusal):
    """The change does not say which version it was made on."""


class StaleVersion(Conflict):
    """The record was changed since it was read. ``changed`` names the fields that differ."""

    def __init__(
        self, what: str, *, current: int, changed: list[str] | None = None, **members: object
    ) -> None:
        super().__init__(
            f"{what} has been changed by somebody else since you read it. Read it again before you go on.",
            current_version=current,
            changed=changed or [],
            **members,
        )


def etag(response: Response, version: int) -> None:
    """Tell the caller which version it was given."""
    response.headers["ETag"] = f'"{version}"'


async def _if_match(request: Request) -> int:
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired("Send the version you read in an If-Match header.")
    found = re.fullmatch(r'"(\d{1,9})"', header)
    if not found:
        raise Invalid('If-Match must be a version in quotation marks, such as "3".', field="If-Match")
    return int(found[1])


IfMatch = Annotated[int, Depends(_if_match)]
