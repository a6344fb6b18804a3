"""Indicators suggested from a contact's own words. They count for nothing until a person accepts them."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import Screener
from mash.partnerships.thresholds import IndicatorId
from mash.web import HubDep, IfMatch, Strict
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from screening.api.answers import ScreeningDetail, answer_change
from screening.domain.recommendation import GUIDANCE
from screening.usecases.looking import look_at_screening
from screening.usecases.suggesting import (
    Looked,
    answer_suggestions,
    ask_for_words,
    read_words,
    show_suggestions,
)

router = APIRouter(prefix="/v1/screenings", tags=["suggestions"])


class Evidence(BaseModel):
    """Exact words of the contact, and where they stand in its text."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    start: int
    end: int


class Suggestion(BaseModel):
    """An indicator that the words point to; ``answer`` is what somebody made of it, if anybody has."""

    id: str
    level: int
    domain: str
    text: str
    evidence: list[Evidence]
    why: str
    answer: str | None
    answered_at: AwareDatetime | None
    answered_by: str | None


class SetAside(BaseModel):
    """Words that were found and not taken for a sign, and why not."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    evidence: Evidence
    why: str


class SuggestionsAnswer(BaseModel):
    """What a contact's words suggest. ``facts`` are what they seem to say, for the screener to record.

    ``unread`` counts the characters at their end that were too many to read; a person has to read those.
    """

    version: str
    guidance: str
    suggestions: list[Suggestion]
    facts: dict[str, int | bool | str]
    set_aside: list[SetAside]
    cautions: list[str]
    unread: int


class SuggestionsBody(Strict):
    """What a person accepts and refuses of what was suggested."""

    accepted: list[IndicatorId] = Field(default=[], max_length=200)
    refused: list[IndicatorId] = Field(default=[], max_length=200)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.accepted or self.refused):
            raise ValueError("accept or refuse at least one suggestion")
        return self


@router.get("/{contact_id}/suggestions")
async def get_suggestions(contact_id: UUID, caller: Screener, hub: HubDep) -> SuggestionsAnswer:
    """Read the contact's own words for indicators, each with the words that it comes from."""
    async with hub.transaction(caller) as tx:
        whole = await look_at_screening(tx, caller, contact_id)
    words = await ask_for_words(hub, contact_id)
    found = await read_words(whole.screening, words)
    async with hub.transaction(caller) as tx:
        looked = await show_suggestions(tx, caller, contact_id, words, found)
    return _answer(looked)


@router.post("/{contact_id}/suggestions")
async def post_suggestions(
    contact_id: UUID,
    body: SuggestionsBody,
    caller: Screener,
    version: IfMatch,
    hub: HubDep,
    response: Response,
) -> ScreeningDetail:
    """Accept or refuse suggestions; both are kept, and the accepted count among the findings."""
    async with hub.transaction(caller) as tx:
        screening = await answer_suggestions(tx, caller, contact_id, version, body.accepted, body.refused)
        return await answer_change(tx, screening, response)


def _answer(looked: Looked) -> SuggestionsAnswer:
    found = looked.suggested
    return SuggestionsAnswer(
        version=looked.screening.threshold_version,
        guidance=GUIDANCE,
        suggestions=[
            Suggestion(
                id=one.id,
                level=one.level,
                domain=one.domain,
                text=one.text,
                evidence=[Evidence.model_validate(words) for words in one.evidence],
                why=one.why,
                answer=answer.answer if (answer := looked.answers.get(one.id)) else None,
                answered_at=answer.at if answer else None,
                answered_by=answer.by if answer else None,
            )
            for one in found.suggestions
        ],
        facts=dict(found.facts),
        cautions=list(found.cautions),
        set_aside=[SetAside.model_validate(one) for one in found.set_aside],
        unread=looked.unread,
    )
