"""What a contact tells of the concern, in the teller's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What went before, and what works well, is not what is told of the concern now.
_PARTS = (
    ("concern", "narrative"),
    ("concern", "worries"),
    ("concern", "needs_to_happen"),
    ("views", "child"),
    ("views", "parents"),
)


def told_of_concern(document: Mapping[str, Any]) -> list[str]:
    """Return the parts that are filled in, in the form's order."""
    found = (document.get(section, {}).get(part) for section, part in _PARTS)
    return [words for words in found if words]
