"""The narratives of the evaluation set: files of them in a folder a set, by partnership."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent
HALVES = ("tuning", "held_back")
# In the order of their tables: beside the halves, what may be practised on.
SETS = ("tuning", "practice", "held_back")
TOP = 4


class Narrative(BaseModel):
    """What somebody wrote, and what the partnership's own document makes of it.

    ``rating`` is given where one level holds two of them, as Medway's third does. ``flags`` are only those
    that nobody would argue about.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z]{3}-\d{3}$")
    partnership: str
    half: Literal["tuning", "practice", "held_back"]
    writer: str
    text: str
    level: int = Field(ge=1, le=4)
    rating: Literal["red", "amber"] | None = None
    domains: tuple[str, ...] = Field(min_length=1)
    flags: frozenset[str] = frozenset()
    why: str

    @property
    def step(self) -> int:
        """How high the need is, from 1 to 4, where the most urgent rating is the top whatever its level."""
        return step(self.level, self.rating)


def step(level: int, rating: str | None) -> int:
    """Put a level and a rating on one scale, since Medway has significant harm within its third level."""
    return TOP if rating == "red" else level


def read(partnerships: Iterable[str] = ()) -> list[Narrative]:
    """All narratives, or those of ``partnerships``. Raises ``ValidationError`` where an entry is wrong."""
    wanted = set(partnerships)
    found = [one for path in sorted(FOLDER.glob("*/*.yaml")) for one in _read_file(path)]
    return [one for one in found if not wanted or one.partnership in wanted]


def _read_file(path: Path) -> list[Narrative]:
    about = {"half": path.parent.name, "partnership": path.stem.rpartition("-")[0]}
    return [Narrative(**about, **entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]
