"""What was understood of a contact: each fact with the words it was read from, and what is doubtful."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from mash.calendar import in_london
from mash.partnerships import Partnership, get

from intake.domain.consent import words_of_agreement, words_of_lawful_basis, words_of_telling
from intake.domain.dates import age_years
from intake.domain.marking import Piece, mark
from intake.domain.people import full_name
from intake.pages.contact_fields import SECTIONS, Section
from intake.pages.portal_fields import answers

# Which of the reader's doubts is about which fact: a word of the doubt, and the fact's place in the document.
_DOUBTED: Final = (
    ("date of birth", "children.*.dob"),
    ("due date", "children.*.edd"),
    ("NHS number", "children.*.nhs_number"),
    ("agreement", "consent.told"),
    ("agreement", "consent.agreed"),
)
# Where the reader notes what it read, and where that stands in the document, if elsewhere.
_ELSEWHERE: Final = {"consent": "consent.told"}
_ALSO_READ: Final = {
    "police_reference": "Police reference",
    "risk_grade": "Risk grade",
    "court.kind": "What the court asks for",
    "court.case_number": "Case number",
    "court.court": "Court",
    "court.hearing_on": "Hearing on",
}


@dataclass(frozen=True)
class Fact:
    """One thing that a contact says. ``quotes`` are the words it was read from, with their marks."""

    label: str
    value: str
    path: str
    quotes: Sequence[tuple[str, str | None]] = ()
    doubted: bool = False


@dataclass(frozen=True)
class Entry:
    """A person or another part of a section, with its facts; ``title`` is empty where there is only one."""

    title: str
    facts: Sequence[Fact]


@dataclass(frozen=True)
class Block:
    """A section as the page shows it."""

    section: Section
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Understood:
    """All of it, the arrived text cut where words were read from, and why a person should look."""

    blocks: Sequence[Block]
    also_read: Sequence[Fact]
    pieces: Sequence[Piece]
    doubts: Sequence[str]


def understand(contact: Mapping[str, Any], arrived: Mapping[str, Any], text: str) -> Understood:
    """Put together what was understood of a contact whose own words are ``text``."""
    document, reading = contact["document"], contact["reading"] or {}
    partnership, on = get(contact["partnership"]), in_london(contact["received_at"]).date()
    quotes = dict(_quotes(reading.get("evidence", {}), arrived, document))
    pieces = mark(text, quotes)
    marked = {
        fact: f"read-{number}" for number, piece in reversed([*enumerate(pieces)]) for fact in piece.facts
    }
    doubts = reading.get("reasons", ())

    def seen(fact: Fact) -> Fact:
        doubted = bool(contact["needs_person"]) and _is_doubted(fact.path, doubts)
        if fact.path == "concern.narrative" and fact.value == text:
            fact = replace(fact, value="As in their own words.")
        own = {path: words for path, words in quotes.items() if _is_of(path, fact.path)}
        found = dict.fromkeys((words, marked.get(path)) for path, words in own.items())
        return replace(fact, quotes=list(found), doubted=doubted)

    blocks = [
        Block(
            section,
            [
                _entry(section, part, number, partnership, document, on, seen)
                for number, part in enumerate(section.parts(document))
            ],
        )
        for section in SECTIONS
    ]
    also = [seen(fact) for fact in _also_read(reading)]
    return Understood(blocks, also, pieces, doubts)


def _quotes(
    evidence: Mapping[str, str], arrived: Mapping[str, Any], document: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """The words of each fact that still is as it was read."""
    kinds: list[str] = []
    for key, words in evidence.items():
        path = _ELSEWHERE.get(key, key)
        if path.startswith("concerns."):
            kinds.append(words)
        elif path in _ALSO_READ or (
            _at(document, path) is not None and _at(arrived, path) == _at(document, path)
        ):
            yield path, words
    if kinds and _at(arrived, "concern.types") == _at(document, "concern.types"):
        yield from ((f"concern.types.{number}", words) for number, words in enumerate(kinds))


def _at(document: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(document, list) and step.isdigit():
            document = document[int(step)] if int(step) < len(document) else None
        else:
            document = document.get(step) if isinstance(document, Mapping) else None
    return document


def _is_of(path: str, fact: str) -> bool:
    """Whether words were read for a fact, or for one of those that it lists."""
    listed, _, number = path.rpartition(".")
    return path == fact or (listed == fact and number.isdigit())


def _is_doubted(path: str, doubts: Sequence[str]) -> bool:
    steps = path.split(".")
    plain = ".".join("*" if step.isdigit() else step for step in steps)
    return any(plain == place and word in doubt for word, place in _DOUBTED for doubt in doubts)


def _entry(
    section: Section,
    part: Mapping[str, Any],
    number: int,
    partnership: Partnership,
    document: Mapping[str, Any],
    on: date,
    seen: Callable[[Fact], Fact],
) -> Entry:
    where = [section.name, str(number)] if section.one else [] if section.at_root else [section.name]
    facts = []
    for field in section.fields:
        rows = answers(section.bare(field), part, partnership, document)
        value = rows[0][1] if rows else "Not taken over"
        fact = seen(Fact(field.label, value, ".".join([*where, field.name])))
        # What was doubted so far that it was left out is a gap that a person has to see.
        if rows or fact.doubted:
            facts.append(fact)
    return Entry(_title(section, part, number, on) if section.one else "", facts)


def _title(section: Section, part: Mapping[str, Any], number: int, on: date) -> str:
    name = full_name(part) or part.get("name") or f"{section.one.capitalize()} {number + 1}"
    if section.name == "children":
        if part.get("edd") and not part.get("dob"):
            return "Unborn child"
        age = age_years(part, on)
        return name if age is None else f"{name}, {age}"
    if section.name == "other_addresses":
        return f"Address {number + 1}"
    return f"{name}, {part['relationship']}" if part.get("relationship") else name


def _also_read(reading: Mapping[str, Any]) -> Iterator[Fact]:
    for path, label in _ALSO_READ.items():
        if value := _at(reading, path):
            yield Fact(label, str(value), path)
    told = reading.get("police_reference")
    for reference in reading.get("references", ()):
        if reference["value"] != told:
            yield Fact(f"{reference['kind'].upper()} number", reference["value"], "")


def law_and_telling(contact: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How the family was told, whether they agreed, and the law relied on, each in a sentence of its own."""
    consent = contact["document"].get("consent", {})
    return [
        ("Told of it", words_of_telling(consent)),
        ("Agreed", words_of_agreement(consent)),
        ("The law relied on", words_of_lawful_basis(consent)),
    ]


def told_before(contact: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The changes, the newest first, with what each section said before."""
    partnership = get(contact["partnership"])
    return [
        {
            "version": change["version"],
            "at": change["changed_at"],
            "by": change["changed_by"],
            "titles": [title_of(name) for name in change["fields"]],
            "before": list(_before(change["before"], partnership, contact["document"])),
        }
        for change in reversed(contact["changes"])
    ]


def title_of(name: str) -> str:
    """What a member of the document is called on the pages."""
    if name == "additions":
        return "Information added"
    named = {one.name: one.title for one in SECTIONS if not one.at_root}
    at_root = {field.name: field.label for one in SECTIONS if one.at_root for field in one.fields}
    return {**named, **at_root}.get(name, name.replace("_", " ").capitalize())


def _before(
    before: Mapping[str, Any], partnership: Partnership, document: Mapping[str, Any]
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    held = {name: value for name, value in before.items() if value is not None}
    for section in SECTIONS:
        names = {field.name for field in section.fields} if section.at_root else {section.name}
        if names & before.keys():
            step = section.bare(*section.fields)
            rows = [row for part in section.parts(held) for row in answers(step, part, partnership, document)]
            yield section.title, rows
