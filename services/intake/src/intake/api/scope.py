"""Which partnership a caller may write to."""

from __future__ import annotations

from mash.access import Caller
from mash.errors import Invalid
from mash.hub import Hub
from mash.partnerships import Partnership, UnknownPartnership, get


class PartnershipNotSaid(Invalid):
    """More than one partnership is served, and the request does not say which it is for."""


def partnership_for(hub: Hub, caller: Caller, name: str | None) -> Partnership:
    """Return the partnership of that name, or the only one there is when none is named.

    Raises ``UnknownPartnership`` for one that is not served here or not the caller's.
    """
    open_to = caller.partnerships & set(hub.settings.partnerships)
    if name is None and len(open_to) > 1:
        raise PartnershipNotSaid("Say which partnership this is for.", field="partnership")
    if name is None and open_to:
        (name,) = open_to
    if name is None or name not in open_to:
        raise UnknownPartnership("There is no such partnership, or none that you may write to.")
    return get(name)
