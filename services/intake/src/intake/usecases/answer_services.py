"""What intake tells the other services about a contact; each look is a line in the audit."""

from __future__ import annotations

from collections.abc import Set
from typing import Any
from uuid import UUID

from mash.access import Caller
from mash.calendar import in_london
from mash.contracts.boundary import Person
from mash.contracts.queries import ContactFacts, ContactPeople, ContactReferrer, ContactSender, ContactWords
from mash.hub import Transaction
from mash.partnerships import get
from mash.vault import OpenedRow
from pydantic import BaseModel

from intake.domain.completeness import labels
from intake.domain.consent import (
    family_was_informed,
    words_of_agreement,
    words_of_lawful_basis,
    words_of_telling,
)
from intake.domain.dates import REPEAT_MONTHS, age_years, months_before
from intake.domain.people import people_asked_about
from intake.domain.telling import told_of_concern
from intake.store.contacts import get_contact_by_id, list_additions
from intake.store.match_keys import count_earlier


async def tell_facts(tx: Transaction, caller: Caller, contact_id: UUID) -> ContactFacts:
    """Tell screening what it decides by, without a name."""
    row = await _look(tx, caller, contact_id, "contact.facts_viewed")
    document, consent = row.document, row.document.get("consent", {})
    today = in_london(row.received_at).date()
    found = (age_years(child, today) for child in document.get("children", ()))
    ages = sorted(age for age in found if age is not None)
    since = months_before(row.received_at, REPEAT_MONTHS)
    counts = await count_earlier(tx, row.id, row.seq, since=since)
    return ContactFacts(
        **_shared(row, ContactFacts, apart_from={"repeat_count_6_months", "repeat_count_ever"}),
        # Counted anew, as an earlier contact may have been completed since.
        repeat_count_6_months=counts.six_months,
        repeat_count_ever=counts.ever,
        ages=ages,
        youngest_age_years=ages[0] if ages else None,
        oldest_age_years=ages[-1] if ages else None,
        concern_tags=document.get("concern", {}).get("types", []),
        request=document.get("request") or "safeguarding",
        family_told=consent.get("told"),
        family_informed=family_was_informed(consent),
        family_agreed=consent.get("agreed"),
        has_lawful_basis=bool(consent.get("lawful_basis")),
    )


async def tell_words(tx: Transaction, caller: Caller, contact_id: UUID) -> ContactWords:
    """Tell screening what was told of the concern, with what was added since."""
    row = await _look(tx, caller, contact_id, "contact.words_viewed")
    told = told_of_concern(row.document)
    added = [addition.text for addition in await list_additions(tx, row.id)]
    return ContactWords(**_shared(row, ContactWords), text="\n\n".join([*told, *added]))


async def tell_people(tx: Transaction, caller: Caller, contact_id: UUID) -> ContactPeople:
    """Tell the enquiry service whom to ask about, and what is recorded of consent, in words."""
    row = await _look(tx, caller, contact_id, "contact.people_viewed")
    consent = row.document.get("consent", {})
    return ContactPeople(
        **_shared(row, ContactPeople),
        people=[Person(**person) for person in people_asked_about(row.document)],
        concerns=row.document.get("concern", {}).get("types", []),
        lawful_basis=words_of_lawful_basis(consent),
        family_told=words_of_telling(consent),
        family_agreed=words_of_agreement(consent),
    )


async def tell_referrer(tx: Transaction, caller: Caller, contact_id: UUID) -> ContactReferrer:
    """Tell notifications whom to write to, if anybody."""
    row = await _look(tx, caller, contact_id, "contact.referrer_viewed")
    referrer = row.document.get("referrer", {})
    missing = labels(row.missing, get(row.partnership).completeness)
    return ContactReferrer(
        **_shared(row, ContactReferrer, apart_from={"missing", "kind"}),
        kind=row.referrer_kind,
        name=referrer.get("name"),
        # An address that must not be written to is not handed on.
        email=referrer.get("email") if row.may_write else None,
        telephone=referrer.get("telephone"),
        organisation=referrer.get("agency"),
        missing=[item.label for item in missing],
    )


async def tell_sender(tx: Transaction, caller: Caller, contact_id: UUID) -> ContactSender:
    """Tell screening who sent the contact, by their id at the sign-in and no name."""
    row = await _look(tx, caller, contact_id, "contact.sender_viewed")
    return ContactSender(**_shared(row, ContactSender))


async def _look(tx: Transaction, caller: Caller, contact_id: UUID, action: str) -> OpenedRow:
    row = await get_contact_by_id(tx, caller, contact_id)
    tx.audit(action=action, case=row.id, detail={"version": row.version})
    return row


def _shared(row: OpenedRow, model: type[BaseModel], apart_from: Set[str] = frozenset()) -> dict[str, Any]:
    """The members of an answer that are columns of the contact."""
    wanted = model.model_fields.keys() - apart_from
    columns = {name: value for name, value in row._mapping.items() if name in wanted}
    return {"contact_id": row.id, **columns}
