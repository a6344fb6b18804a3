"""What screening asks of intake, which owns the contact."""

from __future__ import annotations

from uuid import UUID

import structlog
from mash.contracts.queries import ContactFacts
from mash.http import RemoteNotFound, Unavailable
from mash.hub import Hub

from screening.domain.findings import KnownFacts

log = structlog.get_logger()


async def ask_intake(hub: Hub, contact_id: UUID) -> KnownFacts | None:
    """What is known of a contact; None where intake does not answer, for no screening waits for it."""
    path = f"/v1/contacts/by-id/{contact_id}/facts"
    try:
        return read_facts(await hub.http.get("intake", path, schema=ContactFacts))
    except (Unavailable, RemoteNotFound):
        log.warning("facts_not_answered", contact_id=str(contact_id))
        return None


def read_facts(answer: ContactFacts) -> KnownFacts:
    """An answer of intake in the words of the rules, which count the contact at hand among the contacts."""
    return KnownFacts(
        ages=tuple(answer.ages),
        stated_concerns=frozenset(answer.concern_tags),
        values={
            "referrer_kind": answer.referrer_kind,
            "source_code": answer.source_code,
            "repeat_contacts_6_months": answer.repeat_count_6_months + 1,
            "unborn": answer.unborn,
            "request": answer.request,
            "agreement": answer.family_agreed or "not_asked",
        },
        immediate_danger=answer.immediate_danger,
    )
