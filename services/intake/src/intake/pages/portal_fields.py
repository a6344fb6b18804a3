"""Forms that are asked one thing a page, as data: what a page asks, how that is read, and how it is shown."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from mash.partnerships import Partnership
from mash.web.pages import Form
from mash.web.pages.words import day
from pydantic import BaseModel

from intake.api.forms import REFERENCE

Document = dict[str, Any]
Kind = Literal["text", "words", "day", "number", "one", "one_of_many", "several", "yes_no", "reference"]
Option = tuple[str, ...]
Options = Callable[[Partnership, Mapping[str, Any]], Sequence[Option]]

YES_NO: Final = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True)
class Field:
    """One thing that is asked. ``name`` is its member in the section, and its name in the form.

    ``options`` are pairs of what is kept and what is shown, or triples with a hint. Where ``needed`` says
    something, that is what whoever leaves it out is told.
    """

    name: str
    kind: Kind
    label: str
    hint: str = ""
    options: Options | Sequence[Option] = ()
    needed: str = ""
    autocomplete: str | None = None

    def choices(self, partnership: Partnership, document: Mapping[str, Any]) -> Sequence[Option]:
        """What can be chosen."""
        if self.kind == "yes_no":
            return YES_NO
        return self.options(partnership, document) if callable(self.options) else self.options


@dataclass(frozen=True)
class Step:
    """A page of the form. ``section`` is the part of the document that it fills; empty, it is all of it."""

    name: str
    title: str
    section: str
    schema: type[BaseModel]
    fields: tuple[Field, ...]
    lead: str = ""
    advice: str = ""
    when: Callable[[Partnership], bool] = field(default=lambda _: True, repr=False)

    def names(self) -> set[str]:
        """The members that it fills."""
        return {one.name for one in self.fields}


@dataclass(frozen=True)
class Collection:
    """Pages about several of something: a list with what can be added, and the steps of each.

    ``section`` is a list of the document. An entry that says nothing is kept only if it ``may_be_empty``;
    where ``has_label`` each has an id of its own, by which others name it.
    """

    name: str
    section: str
    title: str
    one: str
    lead: str
    none: str
    steps: tuple[Step, ...]
    most: int
    shown: tuple[str, ...]
    unnamed: str
    may_be_empty: bool = False
    has_label: bool = False

    def step(self, name: str) -> Step | None:
        """The step of that name."""
        return next((one for one in self.steps if one.name == name), None)

    def title_of(self, entry: Mapping[str, Any], number: int) -> str:
        """What one of them is called on the pages."""
        said = " ".join(str(entry[name]) for name in self.shown if entry.get(name))
        return said or f"{self.unnamed} {number}"


Stage = Step | Collection


def part_of(document: Mapping[str, Any], step: Step, number: int | None = None) -> dict[str, Any]:
    """What the document holds where the step writes; nothing for an entry that is yet to come."""
    if not step.section:
        return dict(document)
    found = document.get(step.section, {})
    if number is None:
        return dict(found)
    return dict(found[number - 1]) if 0 < number <= len(found) else {}


def seen(part: Mapping[str, Any], step: Step) -> str:
    """What tells whether somebody has changed the step's answers since they were shown."""
    return digest({name: part[name] for name in step.names() if name in part})


def digest(part: Mapping[str, Any]) -> str:
    """The same for all of a part."""
    return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:16]


def filled(step: Step, part: Mapping[str, Any]) -> Form:
    """The step's form with the answers in it."""
    values: dict[str, object] = {}
    for one in step.fields:
        value = part.get(one.name)
        if one.kind == "day" and value:
            there = date.fromisoformat(value)
            parts = {"day": there.day, "month": there.month, "year": there.year}
            values |= {f"{one.name}-{name}": number for name, number in parts.items()}
        elif one.kind == "yes_no" and value is not None:
            values[one.name] = "yes" if value else "no"
        elif value is not None:
            values[one.name] = value
    return Form.of(values)


def read(step: Step, form: Form) -> dict[str, Any]:
    """What the form says for each of the step's fields; what is wrong stays in the form's errors."""
    said = {one.name: _READ[one.kind](form, one) for one in step.fields}
    for one in step.fields:
        if one.needed and not said[one.name]:
            form.fail(one.name, one.needed)
    return {name: value for name, value in said.items() if value not in (None, [], "")}


def _read_day(form: Form, one: Field) -> str | None:
    found = form.day(one.name, one.label)
    return found.isoformat() if found else None


def _read_number(form: Form, one: Field) -> int | None:
    return form.whole_number(one.name, f"{one.label} must be a whole number, such as 7")


def _read_yes_no(form: Form, one: Field) -> bool | None:
    return {"yes": True, "no": False}.get(form.text(one.name))


def _read_reference(form: Form, one: Field) -> str | None:
    typed = form.text(one.name).upper()
    if typed and not re.fullmatch(REFERENCE, typed):
        form.fail(one.name, "Enter the whole reference, such as HAV-26-7K3M9PXR")
        return None
    return typed or None


def _read_text(form: Form, one: Field) -> str | None:
    return form.optional(one.name)


_READ: Mapping[Kind, Callable[[Form, Field], Any]] = {
    "text": _read_text,
    "words": _read_text,
    "one": _read_text,
    "one_of_many": _read_text,
    "day": _read_day,
    "number": _read_number,
    "several": lambda form, one: form.all(one.name),
    "yes_no": _read_yes_no,
    "reference": _read_reference,
}


def put(
    document: Mapping[str, Any], step: Step, said: Mapping[str, Any], number: int | None = None
) -> Document:
    """The document with the step's answers in the place of those before; the rest of it stays as it is."""
    before = part_of(document, step, number)
    part = {name: value for name, value in before.items() if name not in step.names()} | dict(said)
    if not step.section:
        return part
    if number is None:
        return {**document, step.section: part}
    entries = list(document.get(step.section, ()))
    entries[number - 1 : number] = [part]
    return {**document, step.section: entries}


def without(document: Mapping[str, Any], section: str, number: int) -> Document:
    """The document without one entry of a list; nobody's mother is who is not there any more."""
    entries = list(document.get(section, ()))
    gone = entries.pop(number - 1).get("id")
    changed = {**document, section: entries}
    if gone and "children" in changed:
        changed["children"] = [
            {name: value for name, value in child.items() if (name, value) != ("mother", gone)}
            for child in changed["children"]
        ]
    return changed


def answers(
    step: Step, part: Mapping[str, Any], partnership: Partnership, document: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """The step's answers in words, by what was asked; what was left out is left out."""
    found = []
    for one in step.fields:
        value = part.get(one.name)
        if value not in (None, "", []):
            found.append((one.label, _in_words(one, value, partnership, document)))
    return found


def _in_words(one: Field, value: Any, partnership: Partnership, document: Mapping[str, Any]) -> str:
    if one.kind == "day":
        return day(date.fromisoformat(value))
    if one.kind == "yes_no":
        return "Yes" if value else "No"
    if one.kind in ("one", "one_of_many", "several"):
        titles: dict[str, str] = {key: title for key, title, *_ in one.choices(partnership, document)}
        chosen: list[str] = value if isinstance(value, list) else [value]
        return "; ".join(titles.get(key, key) for key in chosen)
    return str(value)
