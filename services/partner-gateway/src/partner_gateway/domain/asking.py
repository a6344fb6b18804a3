"""What is asked, when it comes in pieces.

Only the first message of a request names the people and says the basis. What a later one leaves empty is as
it was before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Content = Mapping[str, Any]


def in_full(newest_first: Sequence[Content]) -> list[Content]:
    """Each version with what it leaves empty filled in from those before it, the newest first."""
    whole: list[Content] = []
    for content in reversed(newest_first):
        before = whole[-1] if whole else {}
        whole.append({**before, **{name: value for name, value in content.items() if value}})
    return whole[::-1]
