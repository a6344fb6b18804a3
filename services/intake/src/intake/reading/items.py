"""What a document is understood to be made of: titles, filled boxes, one row a person, and prose."""

from __future__ import annotations

from dataclasses import dataclass

from intake.reading.labels import Label


@dataclass(frozen=True)
class Heading:
    label: Label


@dataclass(frozen=True)
class Field:
    """A filled box; `words` are the sender's own, label and value."""

    label: Label
    value: str
    words: str


@dataclass(frozen=True)
class Row:
    """One person's line of a table."""

    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Prose:
    text: str


Item = Heading | Field | Row | Prose
