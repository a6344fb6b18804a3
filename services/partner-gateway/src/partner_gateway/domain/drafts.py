"""What a researcher has written of an answer and not sent yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from partner_gateway.domain.requests import AnswerKind

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Draft:
    """What was typed, field by field, as it was typed.

    ``seen_version`` is the version of the request that its writer had before them.
    """

    kind: AnswerKind
    fields: Fields
    seen_version: int
    saved_at: datetime

    @property
    def stamp(self) -> str:
        """By which this text is told from what its writer typed before or after."""
        return self.saved_at.isoformat()
