"""One try at telling a referrer: asked for, written and sent outside the transaction, then recorded in one.

The address is asked of intake at each try and is never kept. A crash between the sending and the record
sends the same message again, under the same Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mash import partnerships
from mash.contracts.queries import ContactReferrer
from mash.http import RemoteNotFound
from mash.hub import Hub, Transaction

from notifications.domain.letter import Addressee, compose
from notifications.domain.notification import Notification, next_try
from notifications.domain.tasks import TELLING
from notifications.domain.telling import CONTACT_GONE, Reach, is_for_a_person, reason_not_to_write
from notifications.mail.message import NotAnAddress, build_message
from notifications.mail.posting import Posted, post
from notifications.mail.rendering import Rendered, render
from notifications.settings import Settings
from notifications.store.notifications import add_attempt, find_notification, has_been_told, save
from notifications.store.tasks import close_tasks
from notifications.usecases.announcing import tell_dropped, tell_failed, tell_queued, tell_sent
from notifications.usecases.noting import DELIVER
from notifications.usecases.tasking import SERVICE, raise_task

NOT_AN_ADDRESS = "not_an_address"
REFUSED = "refused_by_the_mail_server"
GAVE_UP = "mail_server_did_not_take_it"


@dataclass(frozen=True)
class Try:
    """What came of a try: ``posted``, or else the ``reason`` why nothing was or will be sent.

    ``for_a_person`` says whether somebody has to tell the referrer instead.
    """

    rendered: Rendered | None
    posted: Posted | None = None
    reason: str | None = None
    for_a_person: bool = False


async def try_to_tell(hub: Hub, id: UUID) -> Try | None:
    """Write to the referrer, if this still waits to be told and they may be written to."""
    async with hub.transaction() as tx:
        notification = await find_notification(tx, id)
        if notification is None or notification.state != "waiting":
            return None
        told_before = await has_been_told(tx, notification.contact_id, notification.purpose)
    try:
        referrer = await hub.http.get(
            "intake", f"/v1/contacts/by-id/{notification.contact_id}/referrer", schema=ContactReferrer
        )
    except RemoteNotFound:
        return Try(None, reason=CONTACT_GONE, for_a_person=notification.purpose == "feedback")
    partnership = partnerships.get(notification.partnership)
    letter = compose(
        notification,
        _addressee(referrer),
        partnership,
        hub.clock(),
        takes_place_of_earlier=told_before,
    )
    return await _send(hub, notification, referrer, render(letter, partnership))


def _addressee(referrer: ContactReferrer) -> Addressee:
    return Addressee(
        reference=referrer.reference,
        received_at=referrer.received_at,
        is_professional=referrer.is_professional,
        immediate_danger=referrer.immediate_danger,
        missing=referrer.missing,
    )


async def _send(hub: Hub, notification: Notification, referrer: ContactReferrer, rendered: Rendered) -> Try:
    settings = hub.settings
    assert isinstance(settings, Settings)
    reach = _reach(referrer)
    reason = reason_not_to_write(reach)
    if reason or not referrer.email:
        return Try(rendered, reason=reason, for_a_person=is_for_a_person(notification.purpose, reach))
    try:
        message = build_message(
            rendered,
            id=notification.id,
            to=referrer.email,
            mail_from=settings.mail_from,
            at=hub.clock(),
        )
    except NotAnAddress:
        return Try(rendered, posted=Posted("refused"), reason=NOT_AN_ADDRESS)
    return Try(rendered, posted=await post(message, referrer.email, settings))


def _reach(referrer: ContactReferrer) -> Reach:
    return Reach(
        is_anonymous=referrer.kind == "anonymous",
        is_professional=referrer.is_professional,
        has_email=bool(referrer.email),
        has_telephone=bool(referrer.telephone),
        may_write=referrer.may_write,
    )


async def record_try(tx: Transaction, id: UUID, tried: Try | None) -> None:
    """Write down what came of a try, tell the hub, and see that it is tried again or done by a person."""
    notification = await find_notification(tx, id, lock=True) if tried else None
    if notification is None or tried is None:
        return
    was_sent = tried.posted is not None and tried.posted.result == "sent"
    if tried.posted:
        await add_attempt(tx, notification, tried.posted.result, tried.posted.code)
    if notification.state != "waiting" and not was_sent:
        return
    if notification.queued_at is None and (tried.posted or tried.for_a_person):
        await save(tx, notification, queued_at=tx.now)
        tell_queued(tx, notification)
    if was_sent:
        await _record_sent(tx, notification, tried)
    elif tried.posted is None:
        await _record_not_written(tx, notification, tried)
    elif tried.posted.result == "refused":
        await _record_failed(tx, notification, tried, tried.reason or REFUSED)
    else:
        await _try_again(tx, notification, tried)


def _written(tried: Try) -> dict[str, Any]:
    return {"subject": tried.rendered.subject, "text": tried.rendered.text} if tried.rendered else {}


async def _record_sent(tx: Transaction, notification: Notification, tried: Try) -> None:
    if notification.sent_at is not None:
        return
    await save(
        tx,
        notification,
        state="sent",
        reason=None,
        sent_at=tx.now,
        tries=notification.tries + 1,
        **_written(tried),
    )
    await close_tasks(tx, TELLING, [notification.id], SERVICE)
    tell_sent(tx, notification)


async def _record_not_written(tx: Transaction, notification: Notification, tried: Try) -> None:
    await save(tx, notification, state="not_written", reason=tried.reason, **_written(tried))
    if tried.for_a_person:
        await raise_task(
            tx,
            "tell_in_person",
            notification.partnership,
            notification.contact_id,
            about=notification.id,
            due_at=notification.due_at,
            notification_id=notification.id,
        )
    elif notification.queued_at is not None:
        await save(tx, notification, queued_at=None)
        tell_dropped(tx, notification)


async def _record_failed(tx: Transaction, notification: Notification, tried: Try, reason: str) -> None:
    await save(
        tx, notification, state="failed", reason=reason, tries=notification.tries + 1, **_written(tried)
    )
    await raise_not_delivered(tx, notification)
    tell_failed(tx, notification)


async def raise_not_delivered(tx: Transaction, notification: Notification) -> None:
    """Ask a person to tell the referrer another way."""
    await raise_task(
        tx,
        "not_delivered",
        notification.partnership,
        notification.contact_id,
        about=notification.id,
        due_at=notification.due_at,
        notification_id=notification.id,
    )


async def _try_again(tx: Transaction, notification: Notification, tried: Try) -> None:
    tries = notification.tries + 1
    again_at = next_try(tries, notification.trying_since, tx.now)
    if again_at is None:
        await _record_failed(tx, notification, tried, GAVE_UP)
        return
    await save(tx, notification, tries=tries, **_written(tried))
    tx.schedule(DELIVER, str(notification.id), again_at)
    # A person need not wait with us until it is late.
    if again_at > notification.due_at:
        await raise_not_delivered(tx, notification)
