"""The connector to a health system by FHIR R4: the patients who are sought, and what is recorded of each.

All searches are forms sent by POST, so that nobody's name is in an address. A server that does not know a
parameter may leave it out and give everybody; so each patient is compared with whom was sought, and each
record with its patient.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, get_args
from urllib.parse import unquote_plus

import httpx
from mash.spelling import plain_name
from pydantic import ValidationError

from partner_gateway.connectors.agency_system import AgencySystem, Conversation, NotAnswered
from partner_gateway.connectors.connector import Candidate, Findings, NotSearched
from partner_gateway.connectors.fhir_resources import NHS_NUMBER, Bundle, Entry, Kind, Patient, Resource
from partner_gateway.domain.identity import Identity, Match, matches

R = TypeVar("R", bound=Resource)

KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_PATIENTS = 10
RECORDS_A_PAGE = 50
MOST_PAGES = 3
HEADERS = {"accept": "application/fhir+json", "prefer": "handling=strict"}


class FhirConnector:
    """Asks a server of FHIR about one person after the other."""

    name = "fhir"

    def __init__(self, system: AgencySystem) -> None:
        self._system = system

    async def search(self, people: Sequence[Identity]) -> Findings:
        """The conditions, encounters and flags of each patient who matches somebody sought."""
        async with self._system.conversation() as conversation:
            search = _Search(self._system.url.rstrip("/"), conversation, people)
            for number in range(len(people)):
                await search.look_for(number)
        return search.findings


class _Search:
    """One search, and what it has found so far."""

    def __init__(self, base: str, conversation: Conversation, people: Sequence[Identity]) -> None:
        self._base = base
        self._conversation = conversation
        self._people = people
        self._seen: set[str] = set()
        self.findings = Findings()

    async def look_for(self, person: int) -> None:
        forms = _forms(self._people[person])
        if not forms:
            self._not_searched([person], NotAnswered("too_little_known"), "Patient")
        for form in forms:
            patients = await self._find(
                [person], "Patient", Patient, form | {"_count": str(MOST_PATIENTS)}, 1
            )
            known = [(one, found) for one in patients if (found := matches(one.keys(), self._people))]
            for patient, found in known:
                await self._read(patient, tuple(found))
            if known:
                return

    async def _read(self, patient: Patient, found: tuple[Match, ...]) -> None:
        if patient.id in self._seen:
            return
        self._seen.add(patient.id)
        people = [match.person for match in found]
        form = {"patient": patient.id, "_count": str(RECORDS_A_PAGE)}
        for kind in KINDS:
            entries = await self._find(people, kind, Entry, form, MOST_PAGES)
            for entry in entries:
                if entry.resource_type != kind or not entry.is_about(patient) or not entry.words():
                    self.findings.unreadable += 1
                elif not entry.in_error:
                    self.findings.candidates.append(_candidate(entry, patient, found))

    async def _find(
        self, people: Sequence[int], kind: str, model: type[R], form: dict[str, str], most_pages: int
    ) -> list[R]:
        """What can be read of a search's pages; what went wrong is in the findings."""
        found: list[R] = []
        try:
            url = f"{self._base}/{kind}/_search"
            page = await self._conversation.post_form(url, form, Bundle, HEADERS)
            found += self._readable(page, model)
            pages = 1
            while link := page.next():
                if pages == most_pages:
                    raise NotAnswered("further_pages")
                page = await self._conversation.get(self._next(link), Bundle, HEADERS)
                found += self._readable(page, model)
                pages += 1
        except NotAnswered as error:
            self._not_searched(people, error, kind)
        return found

    def _next(self, link: str) -> httpx.URL:
        """Where the next page is, if it is on the same server and its address names nobody."""
        base = httpx.URL(f"{self._base}/")
        try:
            url = base.join(link)
        except httpx.InvalidURL:
            raise NotAnswered("wrong_answer") from None
        if _origin(url) != _origin(base) or any(_names(url, one) for one in self._people):
            raise NotAnswered("further_pages")
        return url

    def _readable(self, page: Bundle, model: type[R]) -> list[R]:
        read = [_read_resource(one, model) for one in page.resources()]
        self.findings.unreadable += read.count(None)
        return [one for one in read if one is not None]

    def _not_searched(self, people: Sequence[int], error: NotAnswered, part: str) -> None:
        for person in people:
            entry = NotSearched(FhirConnector.name, person, error.reason, part)
            if entry not in self.findings.not_searched:
                self.findings.not_searched.append(entry)


def _forms(person: Identity) -> list[dict[str, str]]:
    """By what to search, the surest first; a name without a date of birth would find strangers."""
    forms = []
    if person.nhs_number:
        forms.append({"identifier": f"{NHS_NUMBER}|{person.nhs_number}"})
    if person.family and person.dob:
        # Servers compare the start of each given name.
        given = {"given": person.given.split()[0]} if person.given else {}
        forms.append({"family": person.family, **given, "birthdate": person.dob.isoformat()})
    return forms


def _read_resource(raw: dict[str, Any], model: type[R]) -> R | None:
    try:
        return model.model_validate(raw)
    except ValidationError:
        return None


def _origin(url: httpx.URL) -> tuple[str, bytes, str, int | None]:
    return url.scheme, url.userinfo, url.host, url.port


def _names(url: httpx.URL, person: Identity) -> bool:
    plain = plain_name(unquote_plus(url.raw_path.decode()))
    dob = person.dob.isoformat() if person.dob else None
    said = (person.family, person.given, person.nhs_number, dob)
    return any(plain_name(one) in plain for one in said if one)


def _candidate(entry: Entry, patient: Patient, found: tuple[Match, ...]) -> Candidate:
    known = patient.identities()[0]
    return Candidate(
        {
            "record_id": f"fhir:{entry.resource_type}/{entry.id}",
            "family": known.family,
            "given": known.given,
            "dob": known.dob,
            "nhs_number": known.nhs_number,
            "address": known.address,
            "recorded_on": entry.recorded_on,
            "source": f"FHIR {entry.resource_type}",
            "text": entry.words(),
            "sensitive": entry.sensitive or patient.sensitive,
        },
        found,
    )
