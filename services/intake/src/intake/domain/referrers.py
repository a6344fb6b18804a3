"""Who is calling: the kinds of referrer, and what follows from each.

The national source code says who raised the concern, never by what channel it came. Each partnership maps
its kinds of referrer to codes; a kind it does not list counts as unknown, so that no contact is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

UNKNOWN = "unknown"
UNKNOWN_CODE = "10"
NOT_PROFESSIONAL = frozenset({"family_member", "acquaintance", "self", "public", "anonymous", UNKNOWN})

# Words that forms use for kinds that go by another name here.
_ALSO_CALLED = {
    "family": "family_member",
    "parent": "family_member",
    "relative": "family_member",
    "neighbour": "acquaintance",
    "friend": "acquaintance",
    "child": "self",
    "a_and_e": "emergency_department",
    "edt": "emergency_duty_team",
    "maternity": "midwife",
}
_ADDRESS = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"()]+")


class Code(Protocol):
    @property
    def code(self) -> str: ...


def known_kind(kind: str | None, codes: Mapping[str, Code]) -> str:
    """Return the partnership's own name for a kind of referrer."""
    name = _ALSO_CALLED.get(kind or UNKNOWN, kind or UNKNOWN)
    return name if name in codes else UNKNOWN


def source_code(kind: str, codes: Mapping[str, Code]) -> str:
    """Return the national code of a kind that ``known_kind`` gave."""
    return codes[kind].code if kind in codes else UNKNOWN_CODE


def is_professional(referrer: Mapping[str, Any], kind: str) -> bool:
    """Whether the referrer writes for an agency: what was said, or else what the kind implies."""
    said = referrer.get("is_professional")
    return kind not in NOT_PROFESSIONAL if said is None else bool(said)


def may_write(referrer: Mapping[str, Any]) -> bool:
    """Whether there is an address to write to, and nobody has said that it is unsafe."""
    return is_address(referrer.get("email")) and referrer.get("safe_to_write", True) is not False


def is_address(email: str | None) -> bool:
    """Whether an e-mail address looks like one."""
    return bool(email and _ADDRESS.fullmatch(email))
