"""The events of the hub, one module a producer, and the messages that cross the boundary."""

from __future__ import annotations

from mash.contracts import enquiry, intake, notifications, screening, shared
from mash.contracts.base import Envelope, Event, Rating

EVENTS: tuple[type[Event], ...] = (
    *intake.EVENTS,
    *screening.EVENTS,
    *enquiry.EVENTS,
    *notifications.EVENTS,
    *shared.EVENTS,
)

BY_TYPE: dict[str, type[Event]] = {event.event_type(): event for event in EVENTS}

__all__ = ["BY_TYPE", "EVENTS", "Envelope", "Event", "Rating"]
