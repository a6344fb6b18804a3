"""What a service does with a message, and what may become of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, RootModel

from mash.contracts.base import Event
from mash.contracts.boundary import BoundaryMessage
from mash.contracts.shared import AuditSigned

if TYPE_CHECKING:
    from mash.hub import Hub, Transaction


class Wait(Exception):
    """The message builds on something that has not arrived yet: it is tried again after ``seconds``."""

    def __init__(self, reason: str, *, seconds: float = 2.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Unreadable(Exception):
    """No handler could ever read the message: it is set aside at once. The text holds no personal data."""


Apply = Callable[..., Awaitable[None]]
Prepare = Callable[["Hub", Any], Awaitable[Any]]


@dataclass(frozen=True)
class Handler:
    """What to do with one kind of hub event.

    ``apply(tx, event)`` runs in a transaction that commits with the note that the event was handled.
    Where ``prepare(hub, event)`` is given it runs first, outside the transaction, and may call other
    services; ``apply`` then takes its result as a third argument. With ``takes_envelope``, ``apply`` gets the
    envelope, with the event's id and time, before the event.
    """

    event: type[Event]
    apply: Apply
    prepare: Prepare | None = None
    takes_envelope: bool = False


@dataclass(frozen=True)
class BoundaryHandler:
    """What to do with the sealed messages of one boundary stream.

    ``apply(tx, sender, message)`` gets the sender from the stream's name and the seal, never from the
    message's own words. Where ``message`` is a union of kinds, ``apply`` gets the one that it was.
    """

    stream: str
    durable: str
    sender: str
    message: type[BoundaryMessage] | type[RootModel[Any]]
    apply: Apply
    prepare: Prepare | None = None


@dataclass(frozen=True)
class Delivery:
    """A message decoded, with what will handle it."""

    message_id: Any
    name: str
    message: BaseModel
    apply: Callable[[Transaction, Any], Awaitable[None]]
    prepare: Prepare | None

    @property
    def cases(self) -> frozenset[Any]:
        """The ids of the contact and the enquiry that the message is about.

        What was signed of a case's audit is kept when the case itself is gone.
        """
        if isinstance(self.message, AuditSigned):
            return frozenset()
        named = (getattr(self.message, name, None) for name in ("contact_id", "enquiry_id"))
        return frozenset(id for id in named if id is not None)
