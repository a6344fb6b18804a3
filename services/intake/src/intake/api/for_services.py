"""What the hub's other services ask."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from mash.access import FromEnquiry, FromNotifications, FromScreening
from mash.contracts.queries import ContactFacts, ContactPeople, ContactReferrer, ContactSender, ContactWords
from mash.web import HubDep

from intake.usecases.answer_services import tell_facts, tell_people, tell_referrer, tell_sender, tell_words

router = APIRouter(prefix="/v1/contacts/by-id", tags=["services"])


@router.get("/{contact_id}/facts")
async def get_facts(contact_id: UUID, hub: HubDep, caller: FromScreening) -> ContactFacts:
    """Give screening what it decides by, without a name."""
    async with hub.transaction(caller) as tx:
        return await tell_facts(tx, caller, contact_id)


@router.get("/{contact_id}/words")
async def get_words(contact_id: UUID, hub: HubDep, caller: FromScreening) -> ContactWords:
    """Give screening the words to read for indicators."""
    async with hub.transaction(caller) as tx:
        return await tell_words(tx, caller, contact_id)


@router.get("/{contact_id}/people")
async def get_people(contact_id: UUID, hub: HubDep, caller: FromEnquiry) -> ContactPeople:
    """Give the enquiry service the people to ask about, and the words of consent."""
    async with hub.transaction(caller) as tx:
        return await tell_people(tx, caller, contact_id)


@router.get("/{contact_id}/referrer")
async def get_referrer(contact_id: UUID, hub: HubDep, caller: FromNotifications) -> ContactReferrer:
    """Give notifications the referrer to write to."""
    async with hub.transaction(caller) as tx:
        return await tell_referrer(tx, caller, contact_id)


@router.get("/{contact_id}/sender")
async def get_sender(contact_id: UUID, hub: HubDep, caller: FromScreening) -> ContactSender:
    """Tell screening who may challenge a decision as the contact's sender."""
    async with hub.transaction(caller) as tx:
        return await tell_sender(tx, caller, contact_id)
