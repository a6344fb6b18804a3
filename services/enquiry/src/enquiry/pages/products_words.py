"""What the codes of information products are called on their pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, str]] = {"draft": "Being made", "sent": "Sent", "abandoned": "Given up"}
RECEIVERS: Final[Mapping[str, str]] = {
    "agency": "An agency of the partnership",
    "social_work_team": "A social work team",
    "early_help": "Early help",
    "school": "A school",
    "health_practitioner": "A health practitioner",
    "other_professional": "Another professional",
    "family": "The family",
    "public": "A member of the public",
}
ITEMS: Final[Mapping[str, str]] = {
    "own": "The hub's own words",
    "chosen": "Its owner has not been asked yet",
    "asked": "Its owner has been asked",
    "released": "Released by its owner",
    "refused": "Its owner refuses",
    "dropped": "Left out",
    "lapsed": "Fallen out: its owner has changed its answer",
}
COLOURS: Final[Mapping[str, str]] = {
    "own": "blue",
    "chosen": "yellow",
    "asked": "yellow",
    "released": "green",
    "refused": "red",
    "dropped": "grey",
    "lapsed": "grey",
}
WAYS: Final[Mapping[str, str]] = {
    "in_person": "In person",
    "secure_email": "By secure e-mail",
    "post": "By post",
    "telephone": "Read out by telephone",
}
SAYS: Final[Mapping[str, str]] = {
    "receiver.kind": "kind: Choose who it is for",
    "receiver.name": "to: Write which role or organisation it is for",
    "receiver.agency": "agency",
    "receiver": "agency",
    "purpose": "purpose: Write what it is for",
    "lawful_basis": "lawful_basis: Write the lawful basis",
    "necessity": "necessity: Write why it is necessary, proportionate and relevant",
    "how": "how: Choose how it was handed over",
    "to_whom": "to_whom: Write to whom it was handed over",
}
