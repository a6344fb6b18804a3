"""What requests hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from mash.contracts.enquiry import Answer as AnswerName
from mash.web import Strict
from pydantic import BeforeValidator, Field, StringConstraints

from partner_gateway.domain.answers import Answer, Item, Searched, Withheld
from partner_gateway.domain.identity import Identity
from partner_gateway.domain.vocabulary import Caveat, Identifier, LawfulBasis, WithheldReason

Words = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
RecordId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
NhsNumber = Annotated[str, StringConstraints(pattern=r"^\d{3}[ -]?\d{3}[ -]?\d{4}$")]


def _none_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Blank = BeforeValidator(_none_if_blank)


class ItemBody(Strict):
    """One piece of information to return: a record that was chosen, its text edited or not, or typed in."""

    record_id: Annotated[RecordId | None, Blank] = None
    text: Annotated[Words | None, Blank] = None
    recorded_on: date | None = None
    source: Annotated[Name | None, Blank] = None
    about: Annotated[Name | None, Blank] = None
    lawful_basis: LawfulBasis
    rationale: Annotated[str, StringConstraints(max_length=2_000)] = ""
    caveat: Caveat

    def item(self) -> Item:
        return Item(**self.model_dump())


class WithheldBody(Strict):
    """Something that is held, bears on what was asked, and is not disclosed."""

    record_id: Annotated[RecordId | None, Blank] = None
    reason: WithheldReason
    explanation: Annotated[str, StringConstraints(max_length=2_000)] = ""


class SearchedBody(Strict):
    """Where it was looked, by what, for which period, and on which day the source was last up to date."""

    systems: list[Name] = Field(min_length=1, max_length=20)
    identifiers: list[Identifier] = Field(min_length=1, max_length=10)
    period_from: date
    period_to: date
    source_fresh_on: date

    def searched(self) -> Searched:
        return Searched(
            tuple(self.systems),
            tuple(dict.fromkeys(self.identifiers)),
            self.period_from,
            self.period_to,
            self.source_fresh_on,
        )


class AnswerBody(Strict):
    """An answer. ``withheld`` and ``refused_explanation`` stay with the agency."""

    answer: AnswerName
    items: list[ItemBody] = Field(default=[], max_length=200)
    searched: SearchedBody | None = None
    reason: Annotated[str, StringConstraints(max_length=2_000)] = Field(
        default="",
        description="Why it is not covered, or what the hub is to be told of a refusal beside its kind.",
    )
    withheld: list[WithheldBody] = Field(default=[], max_length=200)
    refused_because: WithheldReason | None = Field(
        default=None, description="Which of the law's reasons there is to refuse; the hub is told it."
    )
    refused_explanation: Annotated[str, StringConstraints(max_length=2_000)] = ""

    def as_answer(self) -> Answer:
        return Answer(
            self.answer,
            tuple(one.item() for one in self.items),
            self.searched.searched() if self.searched else None,
            self.reason,
            tuple(Withheld(one.reason, one.explanation, one.record_id) for one in self.withheld),
            self.refused_because,
            self.refused_explanation,
        )


class CorrectionBody(AnswerBody):
    """The whole answer as it should have been, and what was wrong with the one before."""

    correction_reason: Short


class WithdrawalBody(Strict):
    """Why the answer is taken back."""

    reason: Short


class SearchBody(Strict):
    """Whom to look for: all the people of a request, or one person."""

    request_id: UUID | None = None
    family: Annotated[Name | None, Blank] = None
    given: Annotated[Name | None, Blank] = None
    dob: date | None = None
    nhs_number: Annotated[NhsNumber | None, Blank] = None
    address: Annotated[Annotated[str, StringConstraints(max_length=500)] | None, Blank] = None
    postcode: Annotated[Annotated[str, StringConstraints(max_length=12)] | None, Blank] = None
    limit: int = Field(default=50, ge=1, le=200)

    def identity(self) -> Identity:
        digits = "".join(filter(str.isdigit, self.nhs_number or ""))
        return Identity(
            family=self.family,
            given=self.given,
            dob=self.dob,
            nhs_number=digits or None,
            address=self.address,
            postcode=self.postcode,
        )
