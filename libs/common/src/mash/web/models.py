"""Request bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_origin

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
            isinstance(value, str) and _UNSTORABLE.search(value) for value in cls._texts(data)
        ):
            raise ValueError("text may not hold a NUL or half of a surrogate pair")
        return data

    @classmethod
    def _texts(cls, data: dict[Any, Any]) -> Iterator[Any]:
        """Its own names and values; a record within it looks after itself, and is named if it fails."""
        yield from data
        for name, value in data.items():
            if isinstance(value, list):
                yield from value
            elif isinstance(value, dict):
                field = cls.model_fields.get(name)
                if field is not None and get_origin(field.annotation) is dict:
                    yield from value
                    yield from value.values()
            else:
                yield value
