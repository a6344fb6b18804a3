"""Whose data a caller may read."""

from __future__ import annotations

from mash import partnerships
from mash.access import Caller
from mash.partnerships import Partnership, UnknownPartnership


def partnership_of(caller: Caller, name: str) -> Partnership:
    """The partnership of that name. Raises ``UnknownPartnership`` also for one that is not the caller's."""
    if not caller.may_see(name):
        raise UnknownPartnership("There is no partnership of that name.")
    return partnerships.get(name)
