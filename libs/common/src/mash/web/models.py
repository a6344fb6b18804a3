"""Request bodies."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

# PostgreSQL cannot hold a NUL, and a lone surrogate cannot be written as UTF-8.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class Strict(BaseModel):
    """A request body: unknown fields and unstorable characters are refused, and text is trimmed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unstorable(cls, data: Any) -> Any:
        if isinstance(data, dict) and any(
            isinstance(value, str) and _UNSTORABLE.search(value) for value in _texts(data)
        ):
            raise ValueError("text may not hold a NUL or half of a surrogate pair")
        return data


def _texts(data: dict[Any, Any]) -> list[Any]:
    found: list[Any] = list(data)
    for value in data.values():
        if isinstance(value, dict):
            found.extend(_texts(value))
        else:
            found.extend(value if isinstance(value, list) else [value])
    return found
