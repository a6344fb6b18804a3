"""How a contact changes, and how it was before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Document = dict[str, Any]


def corrected(document: Mapping[str, Any], sections: Mapping[str, Any]) -> Document:
    """Return the document with these sections in place of its own; one that is None is taken away.

    A child that is born keeps the date it was expected on and its mother, so that it stays the same child. Of
    one that is not, what was taken out was wrong.
    """
    merged = {**document, **sections}
    if sections.get("children"):
        before = {child["id"]: child for child in document.get("children", ()) if "id" in child}
        merged["children"] = [
            _same_child(before.get(child.get("id"), {}), child) for child in sections["children"]
        ]
    return {name: section for name, section in merged.items() if section is not None}


def _same_child(before: Mapping[str, Any], child: Mapping[str, Any]) -> Document:
    kept = ("edd", "mother") if child.get("dob") else ()
    return {name: before[name] for name in kept if name in before} | dict(child)


def changed_sections(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name the sections that differ."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def previous(before: Mapping[str, Any], sections: Iterable[str]) -> Document:
    """Return what the sections held, with None for one that was not there."""
    return {name: before.get(name) for name in sections}


def as_first_sent(document: Mapping[str, Any], befores: Iterable[Mapping[str, Any]]) -> Document:
    """Return the document as it arrived, given what each change replaced, the oldest first."""
    first = dict(document)
    for before in reversed(list(befores)):
        first.update(before)
    return {name: section for name, section in first.items() if section is not None}
