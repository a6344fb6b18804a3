"""What every record of a partnership's files has in common: it is frozen, and an unknown key is a fault."""

from datetime import date
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# The key of a document listed in the profile, then the section: "HAV RAG rating system".
Source = Annotated[str, StringConstraints(pattern=r"^[A-Z]+ \S")]

# YAML has dates as text.
Day = Annotated[date, Field(strict=False)]

Item = TypeVar("Item")
# YAML has lists where a frozen record holds tuples.
Listed = Annotated[tuple[Item, ...], Field(strict=False)]


class Data(BaseModel):
    """Strict, so that an unquoted 17:00, which YAML reads as the number 1020, is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
