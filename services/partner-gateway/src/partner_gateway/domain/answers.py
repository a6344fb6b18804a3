"""What an answer has to hold before it may leave the agency. Nothing leaves by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from mash.errors import Invalid

from partner_gateway.domain.requests import AnswerKind
from partner_gateway.domain.vocabulary import (
    WITHHELD_REASONS,
    Caveat,
    Identifier,
    LawfulBasis,
    WithheldReason,
)

# How the ids of records in the agency's other systems begin. The gateway keeps no copy of those.
OUTSIDE = ("rest:", "fhir:")


class AnswerIncomplete(Invalid):
    """The answer lacks what would give it its meaning."""


class AnswerContradictory(Invalid):
    """The answer says one thing and holds another."""


class UnknownRecord(Invalid):
    """A record was chosen that is not among the agency's own."""


@dataclass(frozen=True)
class Item:
    """One piece of information that the researcher chose. What is not given comes from the own record."""

    lawful_basis: LawfulBasis
    caveat: Caveat
    rationale: str = ""
    record_id: str | None = None
    text: str | None = None
    recorded_on: date | None = None
    source: str | None = None
    about: str | None = None
    # Known only of what was chosen from the gateway's own records.
    edited: bool | None = None


@dataclass(frozen=True)
class Withheld:
    """Something that is held, bears on the child, and is not disclosed."""

    reason: WithheldReason
    explanation: str = ""
    record_id: str | None = None


@dataclass(frozen=True)
class Searched:
    """Where the agency looked, by what, for which period, and how fresh its source was."""

    systems: tuple[str, ...]
    identifiers: tuple[Identifier, ...]
    period_from: date
    period_to: date
    source_fresh_on: date


@dataclass(frozen=True)
class Answer:
    """An answer to a request, as a researcher gives it.

    ``reason`` is what the hub is told. Of a refusal it is told which of the law's reasons, and what the
    researcher chose to write there; ``refused_explanation`` stays in the agency's own ledger.
    """

    kind: AnswerKind
    items: tuple[Item, ...] = ()
    searched: Searched | None = None
    reason: str = ""
    withheld: tuple[Withheld, ...] = ()
    refused_because: WithheldReason | None = None
    refused_explanation: str = ""

    @property
    def told(self) -> str:
        """Why, as the hub is told."""
        return self.reason or (WITHHELD_REASONS[self.refused_because] if self.refused_because else "")

    @property
    def record_ids(self) -> set[str]:
        """The records that the answer speaks of."""
        named = [*(one.record_id for one in self.items), *(one.record_id for one in self.withheld)]
        return {record_id for record_id in named if record_id is not None}


@dataclass(frozen=True)
class OwnRecord:
    """What an item takes from one of the agency's own records."""

    text: str
    recorded_on: date | None
    source: str
    about: str | None


def check_answer(answer: Answer, today: date) -> None:
    """Raise :class:`AnswerIncomplete` or :class:`AnswerContradictory`, naming the field."""
    _check_items(answer)
    _check_searched(answer, today)
    if answer.kind == "not_covered" and not answer.reason:
        raise AnswerIncomplete("Write why.", field="reason")
    _check_refusal(answer)
    _check_kept_back(answer)


def _check_kept_back(answer: Answer) -> None:
    shared = {item.record_id for item in answer.items} - {None}
    for number, one in enumerate(answer.withheld):
        if one.reason == "other" and not one.explanation:
            raise AnswerIncomplete("Write why it is kept back.", field=f"withheld.{number}.explanation")
        if one.record_id in shared:
            raise AnswerContradictory(
                "This record is shared as an item too. Take one of them away, or leave its number out "
                "here where only a part of it is kept back.",
                field=f"withheld.{number}.record_id",
            )


def _check_refusal(answer: Answer) -> None:
    if answer.kind != "refused":
        if answer.refused_because or answer.refused_explanation:
            raise AnswerContradictory("Only a refusal says why it refuses.", field="refused_because")
        return
    if answer.refused_because is None:
        raise AnswerIncomplete("Say which of the reasons there is to refuse.", field="refused_because")
    if answer.refused_because == "other" and not answer.refused_explanation:
        raise AnswerIncomplete("Write what the other reason is.", field="refused_explanation")


def _check_items(answer: Answer) -> None:
    if answer.kind == "information" and not answer.items:
        raise AnswerIncomplete("Choose what to return; nothing leaves by itself.", field="items")
    if answer.kind != "information" and answer.items:
        raise AnswerContradictory("Only an answer that gives information has items.", field="items")
    if answer.kind in ("nil", "not_covered") and answer.withheld:
        raise AnswerContradictory(
            "Where something is held back, something is held: the answer is information or refused.",
            field="withheld",
        )
    for number, item in enumerate(answer.items):
        if item.lawful_basis != "agreement" and not item.rationale:
            raise AnswerIncomplete(
                f"Item {number + 1} is shared without agreement: write why that is necessary, proportionate "
                "and relevant.",
                field=f"items.{number}.rationale",
            )


def _check_searched(answer: Answer, today: date) -> None:
    searched = answer.searched
    if searched is None:
        if answer.kind in ("information", "nil"):
            raise AnswerIncomplete("Say what was searched; without it nobody can weigh it.", field="searched")
        return
    if searched.period_from > searched.period_to:
        raise AnswerContradictory("The period ends before it begins.", field="searched.period_to")
    if searched.period_to > today:
        raise AnswerContradictory("The period ends in the future.", field="searched.period_to")
    if searched.source_fresh_on > today:
        raise AnswerContradictory("The source is fresher than today.", field="searched.source_fresh_on")


def completed(items: Iterable[Item], records: Mapping[str, OwnRecord], today: date) -> tuple[Item, ...]:
    """The items with what they take from the records they were chosen from."""
    return tuple(_complete(item, records, today, number) for number, item in enumerate(items))


_NEEDED = {
    "text": "what is to be shared",
    "source": "the system or record that it comes from",
    "recorded_on": "the date on which it was recorded",
}


def _complete(item: Item, records: Mapping[str, OwnRecord], today: date, number: int) -> Item:
    field = f"items.{number}"
    whole = _from_record(item, records, field) if item.record_id is not None else item
    for name, meaning in _NEEDED.items():
        if not getattr(whole, name):
            raise AnswerIncomplete(
                f"Item {number + 1} does not say {meaning}, and neither does a record of our own.",
                field=f"{field}.{name}",
            )
    if whole.recorded_on and whole.recorded_on > today:
        raise AnswerContradictory("It was recorded in the future.", field=f"{field}.recorded_on")
    return whole


def _from_record(item: Item, records: Mapping[str, OwnRecord], field: str) -> Item:
    record = records.get(item.record_id or "")
    if record is None:
        _require_outside(item.record_id, f"{field}.record_id")
        return item
    return replace(
        item,
        text=item.text or record.text,
        recorded_on=item.recorded_on or record.recorded_on,
        source=item.source or record.source,
        about=item.about or record.about,
        edited=item.text is not None and item.text != record.text,
    )


def check_withheld(withheld: Iterable[Withheld], records: Mapping[str, OwnRecord]) -> None:
    """Raise :class:`UnknownRecord` where a record kept back is none of the gateway's or another system's."""
    for number, one in enumerate(withheld):
        if one.record_id is not None and one.record_id not in records:
            _require_outside(one.record_id, f"withheld.{number}.record_id")


def _require_outside(record_id: str | None, field: str) -> None:
    if not (record_id or "").startswith(OUTSIDE):
        raise UnknownRecord("There is no such record.", field=field)
