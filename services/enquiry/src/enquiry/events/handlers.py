"""What the service does with each message, and when each of its timers is due: three tables at the bottom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mash import partnerships
from mash.access import cases
from mash.contracts.boundary import AgencyMessage, DiscussionReceipt, FromAgency, ProductReceipt, Release
from mash.contracts.intake import ContactCompleted, ContactErased, ContactReceived, ContactSupplemented
from mash.contracts.queries import ContactPeople
from mash.contracts.screening import ContactAllocated, ContactDecided, ContactRated, ScreeningReopened
from mash.contracts.shared import AuditSigned
from mash.hub import Hub, Transaction
from mash.messaging.handlers import BoundaryHandler, Handler
from mash.messaging.topology import RETURNS_DURABLE, return_stream
from mash.retention import SetAside, open_set_aside
from mash.timers import Timer, TimerHandler

from enquiry.usecases import timing
from enquiry.usecases.answering import take_message
from enquiry.usecases.chasing import bring_back, chase, raise_to_lead, remind
from enquiry.usecases.discussing import take_discussion_receipt
from enquiry.usecases.erasing import erase
from enquiry.usecases.following import note_contact_changed
from enquiry.usecases.meeting_hearing import hear_decided, hear_rated, hear_received, hear_reopened
from enquiry.usecases.meeting_planning import AGENDA_CLOSES, open_when_due
from enquiry.usecases.opening import open_enquiry, people_of
from enquiry.usecases.releasing import take_receipt, take_release
from enquiry.usecases.telling import Postbox
from enquiry.usecases.witnessing import HEADS_DUE, hear_signed, pass_on


@dataclass(frozen=True)
class Prepared:
    """What opening an enquiry needs from outside the transaction."""

    about: ContactPeople
    postbox: Postbox


async def _prepare(hub: Hub, event: ContactDecided) -> Prepared | None:
    if event.pathway != "enquiry":
        return None
    return Prepared(await people_of(hub, event.contact_id), Postbox(hub.sealing))


async def _on_contact_decided(tx: Transaction, event: ContactDecided, prepared: Prepared | None) -> None:
    await cases.note_decided(tx, event)
    await hear_decided(tx, event)
    if prepared is not None:
        await open_enquiry(tx, event, prepared.about, prepared.postbox)


async def _on_reopened(tx: Transaction, event: ScreeningReopened) -> None:
    await cases.note_reopened(tx, event)
    await hear_reopened(tx, event)


async def _prepare_erasing(hub: Hub, _event: ContactErased) -> tuple[Postbox, SetAside]:
    return Postbox(hub.sealing), await open_set_aside(hub, boundary(hub.settings.partnerships))


async def _on_contact_erased(
    tx: Transaction, event: ContactErased, prepared: tuple[Postbox, SetAside]
) -> None:
    await erase(tx, event, *prepared)


async def _postbox(hub: Hub, _timer: Timer) -> Postbox:
    return Postbox(hub.sealing)


FromAnAgency = AgencyMessage | Release | ProductReceipt | DiscussionReceipt


async def take(tx: Transaction, sender: str, message: FromAnAgency) -> None:
    """Take whatever an agency has sent."""
    if isinstance(message, Release):
        await take_release(tx, sender, message)
    elif isinstance(message, ProductReceipt):
        await take_receipt(tx, sender, message)
    elif isinstance(message, DiscussionReceipt):
        await take_discussion_receipt(tx, sender, message)
    else:
        await take_message(tx, sender, message)


HANDLERS = (
    Handler(ContactReceived, hear_received),
    Handler(ContactRated, hear_rated),
    Handler(ContactAllocated, cases.note_allocated),
    Handler(ScreeningReopened, _on_reopened),
    Handler(ContactDecided, _on_contact_decided, prepare=_prepare),
    Handler(ContactSupplemented, note_contact_changed),
    Handler(ContactCompleted, note_contact_changed),
    Handler(ContactErased, _on_contact_erased, prepare=_prepare_erasing),
    Handler(AuditSigned, hear_signed),
    *cases.HANDLERS,
)

TIMERS = (
    TimerHandler(timing.REMIND, remind, prepare=_postbox),
    TimerHandler(timing.OVERDUE, chase, prepare=_postbox),
    TimerHandler(timing.RAISE, raise_to_lead, prepare=_postbox),
    TimerHandler(timing.TIME_UP, bring_back),
    TimerHandler(HEADS_DUE, pass_on, prepare=_postbox),
    TimerHandler(AGENDA_CLOSES, open_when_due),
)


def boundary(names: Iterable[str]) -> list[BoundaryHandler]:
    """What to do with the returns of every agency that these partnerships ask."""
    agencies = {agency for name in names for agency in partnerships.get(name).agencies}
    return [
        BoundaryHandler(return_stream(agency), RETURNS_DURABLE, agency, FromAgency, take)
        for agency in sorted(agencies)
    ]
