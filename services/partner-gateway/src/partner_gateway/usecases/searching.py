"""A researcher looks in the agency's own systems; nothing that is found goes anywhere by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from mash.access import Caller
from mash.contracts.boundary import InformationRequest, Person
from mash.errors import Invalid
from mash.hub import Transaction

from partner_gateway.connectors.connector import Candidate, Connector, NotSearched, OutsideConnector
from partner_gateway.connectors.record_search import RecordSearch
from partner_gateway.domain.identity import STRENGTH, Identity, identifiers_used, sought_keys
from partner_gateway.store.requests import get_request, list_asked

CONNECTOR: Connector = RecordSearch()


class NothingToSearchBy(Invalid):
    """What was given finds nobody: too many people share it."""


@dataclass(frozen=True)
class Found:
    """The people sought, and the candidates, of which there may be ``more``, with what was not searched."""

    people: list[Identity]
    candidates: list[Candidate]
    more: bool
    not_searched: Sequence[NotSearched] = ()
    unreadable: int = 0


async def search_by_identity(
    tx: Transaction, caller: Caller, person: Identity, limit: int, outside: OutsideConnector | None
) -> Found:
    """Search the gateway's own records for one person. Raises :class:`NothingToSearchBy`."""
    _require_keys(person)
    return await _search(tx, caller, sorted(caller.partnerships), [person], limit, outside)


async def search_for_request(
    tx: Transaction, caller: Caller, request_id: UUID, limit: int, outside: OutsideConnector | None
) -> Found:
    """Search the gateway's own records for all the people of a request. Raises ``UnknownRequest``."""
    request = await get_request(tx, caller, request_id)
    newest = (await list_asked(tx, request_id))[0]
    asked = InformationRequest.model_validate(newest)
    people = [_identity(person) for person in asked.people]
    return await _search(tx, caller, [request.partnership], people, limit, outside, request.enquiry_id)


async def search_for_person(
    tx: Transaction,
    caller: Caller,
    request_id: UUID,
    person: Identity,
    limit: int,
    outside: OutsideConnector | None,
) -> Found:
    """The same for one person as a researcher has spelt them anew. Raises :class:`NothingToSearchBy`."""
    request = await get_request(tx, caller, request_id)
    _require_keys(person)
    return await _search(tx, caller, [request.partnership], [person], limit, outside, request.enquiry_id)


async def search_outside(found: Found, outside: OutsideConnector | None, limit: int) -> Found:
    """Search the agency's other system for the same people, once what is written of it is committed."""
    if outside is None:
        return found
    findings = await outside.search(found.people)
    candidates = sorted([*found.candidates, *findings.candidates], key=_strength)
    return replace(
        found,
        candidates=candidates[:limit],
        more=found.more or len(candidates) > limit,
        not_searched=findings.not_searched,
        unreadable=findings.unreadable,
    )


def _require_keys(person: Identity) -> None:
    if not sought_keys([person]):
        raise NothingToSearchBy(
            "Give an NHS number, or a family name with a given name or a date of birth, or an address with "
            "its postcode."
        )


def _strength(candidate: Candidate) -> int:
    reasons = [STRENGTH[reason] for match in candidate.matches for reason in match.reasons]
    return min(reasons, default=len(STRENGTH) + 1)


async def _search(
    tx: Transaction,
    caller: Caller,
    partnerships: Sequence[str],
    people: list[Identity],
    limit: int,
    outside: OutsideConnector | None,
    case: UUID | None = None,
) -> Found:
    candidates = await CONNECTOR.search(tx, partnerships, people, limit + 1)
    tx.audit(
        action="records.searched",
        case=case,
        caller=caller,
        detail={
            "connectors": ["records", *([outside.name] if outside else [])],
            "identifiers": identifiers_used(people),
            "found": len(candidates[:limit]),
        },
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
