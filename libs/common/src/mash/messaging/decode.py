"""From the bytes of a message to what will handle it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, RootModel, ValidationError

from mash.contracts import BY_TYPE, Envelope, Event
from mash.messaging.handlers import BoundaryHandler, Delivery, Handler, Unreadable
from mash.sealing import Unopenable

if TYPE_CHECKING:
    from mash.hub import Hub, Transaction

Decode = Callable[[bytes, str], "Delivery | None"]
M = TypeVar("M", bound=BaseModel)


def hub_decoder(handlers: Sequence[Handler]) -> Decode:
    """Return a decoder of hub events. It gives None for an event that this service has no handler for.

    The broker lets a service publish on the subjects of its own events only, so an event that came on
    another subject than its own was not told by the service whose event it is.
    """
    by_event = {handler.event: handler for handler in handlers}

    def decode(payload: bytes, subject: str) -> Delivery | None:
        envelope = _parse(Envelope, payload)
        kind = BY_TYPE.get(envelope.type)
        handler = by_event.get(kind) if kind else None
        if kind is None or handler is None:
            return None
        event: Event = _parse(kind, envelope.data)
        if event.subject() != subject:
            raise Unreadable(f"{kind.__name__} did not come on its own subject")
        arguments = (envelope, event) if handler.takes_envelope else (event,)
        return Delivery(
            message_id=envelope.id,
            name=kind.__name__,
            message=event,
            apply=_bind(handler, *arguments),
            prepare=handler.prepare,
        )

    return decode


def boundary_decoder(hub: Hub, handler: BoundaryHandler) -> Decode:
    """Return a decoder of the sealed messages from one sender."""

    def decode(payload: bytes, _subject: str) -> Delivery | None:
        try:
            opened = hub.sealing.open(payload, sender=handler.sender)
        except Unopenable:
            raise Unreadable("it cannot be opened with our key as a message from its sender") from None
        parsed: Any = _parse(handler.message, opened)
        message = parsed.root if isinstance(parsed, RootModel) else parsed
        return Delivery(
            message_id=message.message_id,
            name=type(message).__name__,
            message=message,
            apply=_bind(handler, handler.sender, message),
            prepare=handler.prepare,
        )

    return decode


def _bind(
    handler: Handler | BoundaryHandler, *arguments: Any
) -> Callable[[Transaction, Any], Awaitable[None]]:
    async def bound(tx: Transaction, prepared: Any) -> None:
        extra = (prepared,) if handler.prepare else ()
        await handler.apply(tx, *arguments, *extra)

    return bound


def _parse(model: type[M], payload: bytes | dict[str, Any]) -> M:
    try:
        if isinstance(payload, bytes):
            return model.model_validate_json(payload)
        return model.model_validate(payload)
    except ValidationError as error:
        # Where it fails and by what rule; never what was there.
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()[:5])
        raise Unreadable(f"cannot be read as {model.__name__}: {faults}") from None
