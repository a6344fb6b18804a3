"""The people of a contact, as a partner is asked about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_ROLES = {"children": "child", "household": "household", "adults": "adult"}
_ASKED_BY = ("given", "family", "also_known_as", "dob", "sex", "nhs_number", "relationship", "address")


def full_name(person: Mapping[str, Any]) -> str | None:
    """Return what is known of a name, or none."""
    return " ".join(person[part] for part in ("given", "family") if person.get(part)) or None


def people_asked_about(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each person by role: at home with the contact's address, and once born with no due date."""
    for section, role in _ROLES.items():
        home = document.get("address") if role != "adult" else None
        for person in document.get(section, ()):
            known = {name: person[name] for name in _ASKED_BY if person.get(name)}
            if person.get("edd") and not person.get("dob"):
                known["edd"] = person["edd"]
            if home:
                known.setdefault("address", home)
            yield {"role": role, **known}
