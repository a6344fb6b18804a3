"""Puts a document in order before it is kept: labels for people, NHS numbers that count, warnings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from mash.spelling import read_nhs_number

from intake.domain.dates import PEOPLE
from intake.domain.referrers import UNKNOWN, is_address

Document = dict[str, Any]
Value = TypeVar("Value")
BAD_NHS_NUMBER = "An NHS number does not pass its check and was kept as not known: please look at it again."
BAD_EMAIL = "The referrer's e-mail address cannot be written to."
UNKNOWN_KIND = "The kind of referrer is not one that this partnership lists, and counts as not known."
_REASON = "The number given does not pass its check."
# PostgreSQL cannot hold a NUL, and a lone surrogate cannot be written as UTF-8.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def tidy(document: Mapping[str, Any], make_label: Callable[[], str]) -> Document:
    """Return the document with every person labelled and every NHS number checked.

    A number that fails its check stays as it was given beside the reason why it is not known.
    """
    tidied = dict(document)
    for section in PEOPLE:
        if section in document:
            tidied[section] = [_tidy_person(person, make_label) for person in document[section]]
    return tidied


def _tidy_person(person: Mapping[str, Any], make_label: Callable[[], str]) -> Document:
    tidied: Document = {"id": make_label(), **person}
    given = tidied.pop("nhs_number", None)
    if not given:
        return tidied
    if number := read_nhs_number(given):
        tidied.pop("nhs_number_missing_reason", None)
        return {**tidied, "nhs_number": number}
    return {"nhs_number_missing_reason": _REASON, **tidied, "nhs_number_as_given": given}


def warnings(document: Mapping[str, Any], referrer_kind: str) -> Iterator[str]:
    """Yield what the sender should look at again; nothing of it holds the contact up."""
    people = [person for section in PEOPLE for person in document.get(section, ())]
    if any("nhs_number_as_given" in person for person in people):
        yield BAD_NHS_NUMBER
    referrer = document.get("referrer", {})
    if referrer.get("email") and not is_address(referrer["email"]):
        yield BAD_EMAIL
    if referrer_kind == UNKNOWN and referrer.get("kind", UNKNOWN) != UNKNOWN:
        yield UNKNOWN_KIND


def storable(value: Value) -> Value:
    """Return a JSON value without the letters that no store can hold."""
    clean: Any = value
    if isinstance(value, str):
        clean = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    elif isinstance(value, list | tuple):
        clean = [storable(item) for item in value]
    elif isinstance(value, dict):
        clean = {storable(key): storable(item) for key, item in value.items()}
    return clean  # type: ignore[no-any-return]
