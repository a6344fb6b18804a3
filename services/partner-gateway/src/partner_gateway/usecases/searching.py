"""A researcher looks in the agency's own records; nothing that is found goes anywhere by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from mash.access import Caller
from mash.contracts.boundary import InformationRequest, Person
from mash.errors import Invalid
from mash.hub import Transaction

from partner_gateway.connectors.connector import Candidate, Connector
from partner_gateway.connectors.record_search import RecordSearch
from partner_gateway.domain.identity import Identity, identifiers_used, sought_keys
from partner_gateway.store.requests import get_request, list_asked

CONNECTOR: Connector = RecordSearch()


class NothingToSearchBy(Invalid):
    """What was given finds nobody: too many people share it."""


@dataclass(frozen=True)
class Found:
    """The people sought, and the candidates, of which there may be ``more``."""

    people: list[Identity]
    candidates: list[Candidate]
    more: bool


async def search_by_identity(tx: Transaction, caller: Caller, person: Identity, limit: int) -> Found:
    """Search for one person. Raises :class:`NothingToSearchBy`."""
    if not sought_keys([person]):
        raise NothingToSearchBy(
            "Give an NHS number, or a family name with a given name or a date of birth, or an address with "
            "its postcode."
        )
    return await _search(tx, caller, sorted(caller.partnerships), [person], limit)


async def search_for_request(tx: Transaction, caller: Caller, request_id: UUID, limit: int) -> Found:
    """Search for all the people that a request is about. Raises ``UnknownRequest``."""
    request = await get_request(tx, caller, request_id)
    newest = (await list_asked(tx, request_id))[0]
    asked = InformationRequest.model_validate(newest)
    people = [_identity(person) for person in asked.people]
    return await _search(tx, caller, [request.partnership], people, limit, request.enquiry_id)


async def _search(
    tx: Transaction,
    caller: Caller,
    partnerships: Sequence[str],
    people: list[Identity],
    limit: int,
    case: UUID | None = None,
) -> Found:
    candidates = await CONNECTOR.search(tx, partnerships, people, limit + 1)
    tx.audit(
        action="records.searched",
        case=case,
        caller=caller,
        detail={"identifiers": identifiers_used(people), "found": len(candidates[:limit])},
    )
    return Found(people, candidates[:limit], len(candidates) > limit)


def _identity(person: Person) -> Identity:
    return Identity(
        family=person.family,
        given=person.given,
        also_known_as=person.also_known_as,
        dob=person.dob,
        nhs_number=person.nhs_number,
        address=person.address,
    )
