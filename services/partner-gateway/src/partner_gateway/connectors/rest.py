"""The connector to any system that answers one small question; its contract is in the README."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from mash.spelling import read_nhs_number
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from partner_gateway.connectors.agency_system import AgencySystem, NotAnswered
from partner_gateway.connectors.connector import Candidate, Findings, NotSearched, WhyNot
from partner_gateway.domain.identity import Identity, Match, match_keys, matches, sought_keys

MOST_RECORDS = 500

Name = Annotated[str, StringConstraints(max_length=100)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Answer(BaseModel):
    """The system's answer. Each record is read by itself, so that a bad one costs itself alone."""

    records: list[Any] = Field(max_length=MOST_RECORDS)


class RestRecord(BaseModel):
    """One record. ``person`` is the place, from 0, of whom it is about in what was asked."""

    model_config = ConfigDict(str_strip_whitespace=True)

    record_id: Annotated[str, StringConstraints(min_length=1, max_length=90)]
    person: int = Field(ge=0, strict=True)
    family: Name | None = None
    given: Name | None = None
    dob: date | None = None
    nhs_number: Annotated[str, StringConstraints(max_length=20)] | None = None
    address: Annotated[str, StringConstraints(max_length=500)] | None = None
    recorded_on: date | None = None
    source: Title
    category: Name | None = None
    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    # Never taken as no where the system does not say.
    sensitive: bool


class RestConnector:
    """Asks the system once, about everybody there is enough known of."""

    name = "rest"

    def __init__(self, system: AgencySystem) -> None:
        self._system = system

    async def search(self, people: Sequence[Identity]) -> Findings:
        """The system's records; it is not asked about whoever too little is known of."""
        asked = [number for number, person in enumerate(people) if sought_keys([person])]
        unknown = [number for number in range(len(people)) if number not in asked]
        findings = Findings(not_searched=self._not_searched(unknown, "too_little_known"))
        if asked:
            await self._ask(people, asked, findings)
        return findings

    async def _ask(self, people: Sequence[Identity], asked: Sequence[int], findings: Findings) -> None:
        body = {"people": [_asked(people[number]) for number in asked]}
        try:
            async with self._system.conversation() as conversation:
                answer = await conversation.post_json(self._system.url, body, Answer)
        except NotAnswered as error:
            findings.not_searched += self._not_searched(asked, error.reason)
        else:
            _read(answer, asked, people, findings)

    def _not_searched(self, people: Sequence[int], reason: WhyNot) -> list[NotSearched]:
        return [NotSearched(self.name, person, reason) for person in people]


def _asked(person: Identity) -> dict[str, str | None]:
    return {
        "family": person.family,
        "given": person.given,
        "dob": person.dob.isoformat() if person.dob else None,
        "nhs_number": person.nhs_number,
        "address": ", ".join(part for part in (person.address, person.postcode) if part) or None,
    }


def _read(answer: Answer, asked: Sequence[int], people: Sequence[Identity], found: Findings) -> None:
    for raw in answer.records:
        try:
            record = RestRecord.model_validate(raw)
            about = asked[record.person]
        except (ValidationError, IndexError):
            found.unreadable += 1
        else:
            found.candidates.append(_candidate(record, about, people))


def _candidate(record: RestRecord, about: int, people: Sequence[Identity]) -> Candidate:
    row: Mapping[str, Any] = record.model_dump(exclude={"person"}) | {
        "record_id": f"rest:{record.record_id}",
        "nhs_number": read_nhs_number(record.nhs_number or ""),
    }
    names = ("family", "given", "dob", "nhs_number", "address")
    shared = matches(match_keys(Identity(**{name: row[name] for name in names})), people)
    # The system may go by what the record does not show: then it matches for no reason that we can give.
    said = [] if any(match.person == about for match in shared) else [Match(about, ())]
    return Candidate(row, (*shared, *said))
