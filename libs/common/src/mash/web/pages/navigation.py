"""Which rooms there are, on which service's pages, and behind which door: who may not enter sees no link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mash.access.callers import Caller
from mash.access.roles import MAY_CALL
from mash.settings import ServiceSettings

# What stands here for the gateway of whichever agency it is.
GATEWAY: Final = "gateway"


@dataclass(frozen=True)
class Room:
    """One entry of the navigation; ``door`` is a key of ``MAY_CALL``."""

    title: str
    service: str
    path: str
    door: str


ROOMS: Final = (
    Room("Board", "screening", "/board", "HubStaff"),
    Room("Take a call", "intake", "/calls/new", "ContactOfficer"),
    Room("Messages", "intake", "/messages", "ContactOfficer"),
    Room("Enquiries", "enquiry", "/enquiries", "HubStaff"),
    Room("Meeting", "enquiry", "/meetings", "HubStaff"),
    Room("Tasks", "notifications", "/tasks", "StaffMember"),
    Room("Disagreements", "screening", "/disagreements", "HubStaff"),
    Room("Research", "intake", "/research", "SocialWorker"),
    Room("Undelivered", "notifications", "/undelivered", "HubStaff"),
    Room("Restricted cases", "intake", "/restrictions", "DataProtectionOfficer"),
    Room("Subject access", "intake", "/subject-access", "DataProtectionOfficer"),
    Room("Who looked", "intake", "/audit", "DataProtectionOfficer"),
    Room("Reports", "reporting", "/reports", "Analyst"),
    Room("Your referrals", "intake", "/portal", "Referrer"),
    Room("Faults", "intake", "/faults", "Ops"),
    Room("Requests", GATEWAY, "/desk", "Researcher"),
    Room("Releases", GATEWAY, "/desk/releases", "AgencyLead"),
    Room("Discussions", GATEWAY, "/desk/discussions", "Researcher"),
    Room("Shared with us", GATEWAY, "/desk/products", "Researcher"),
    Room("Ledger", GATEWAY, "/desk/ledger", "Researcher"),
    Room("Our records", GATEWAY, "/desk/records", "Researcher"),
    Room("Systems", GATEWAY, "/desk/systems", "AgencyLead"),
    Room("Witness", GATEWAY, "/desk/witness", "AgencyLead"),
    Room("Faults", GATEWAY, "/faults", "Ops"),
)


@dataclass(frozen=True)
class Link:
    """An entry as one person sees it."""

    text: str
    href: str
    current: bool


def address(settings: ServiceSettings, service: str, path: str) -> str | None:
    """Where a page is, as browsers see it; none where nobody has said where that service's pages are."""
    own = GATEWAY if settings.agency else settings.service
    if service == own:
        return path
    base = settings.hub_pages.get(service)
    return base.rstrip("/") + path if base else None


def links(settings: ServiceSettings, caller: Caller | None, path: str) -> list[Link]:
    """The rooms that this person may enter, from the service that is asked."""
    if caller is None:
        return []
    own = GATEWAY if settings.agency else settings.service
    # A gateway knows of no page but its own, and no page of the hub's leads into an agency.
    rooms = [room for room in ROOMS if (room.service == GATEWAY) == (own == GATEWAY)]
    entered = [room for room in rooms if room.service == own and _is_in(path, room.path)]
    current = max(entered, key=lambda room: len(room.path), default=None)
    found = []
    for room in rooms:
        href = address(settings, room.service, room.path)
        if href is not None and caller.roles & MAY_CALL[room.door]:
            found.append(Link(room.title, href, room is current))
    return found


def _is_in(path: str, room: str) -> bool:
    return path == room or path.startswith(room + "/")
