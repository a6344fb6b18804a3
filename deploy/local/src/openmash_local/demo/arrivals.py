"""What arrives at the hub in the demonstration. Nobody in it exists."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MESSAGES = Path(__file__).parent / "messages"
SCHOOL_MAIL = "safeguarding.lead@sample-primary.example"
ADDRESS = "1 Sample Street, Examplesford, RM1 9ZZ"


def message(name: str, at: datetime | None = None, **words: str) -> bytes:
    """Return a message as its sender's system would send it ``at`` a time, by default now.

    ``words`` take the place of those of the same names in double braces.
    """
    text = (MESSAGES / f"{name}.eml").read_text(encoding="utf-8")
    words = {"unique": uuid4().hex, "date": format_datetime(at or datetime.now(UTC)), **words}
    for word, meant in words.items():
        text = text.replace("{{" + word + "}}", meant)
    return text.encode()


def school_form() -> dict[str, Any]:
    """Return the school's multi-agency referral form."""
    mother = {"id": "mother", "given": "Sage", "family": "Testcase", "dob": "1990-01-20"}
    return {
        "partnership": "havering",
        "referrer": {
            "name": "Ash Sample",
            "role": "Designated safeguarding lead",
            "agency": "Sample Primary School",
            "kind": "school",
            "email": SCHOOL_MAIL,
            "telephone": "020 7946 0123",
        },
        "children": [
            {
                "given": "Robin",
                "family": "Testcase",
                "dob": "2017-05-14",
                "sex": "male",
                "school": "Sample Primary School",
                "language": "English",
            },
            {"given": "Wren", "family": "Testcase", "dob": "2020-11-02", "sex": "female"},
        ],
        "household": [
            {**mother, "relationship": "mother", "parental_responsibility": True},
            {"given": "Flint", "family": "Mockford", "dob": "1988-09-03", "relationship": "mother's partner"},
        ],
        "address": ADDRESS,
        "concern": {
            "narrative": (
                "Robin told his teacher that he hides under the bed with his sister when Flint shouts and "
                "pushes their mother. He has come in tired and without breakfast on four days this fortnight."
            ),
            "worries": "Robin flinches when voices are raised. His attendance has fallen since September.",
            "working_well": "Sage brings both children herself and talks openly to the school.",
            "needs_to_happen": "Find out what else is known, and help Sage to keep the children safe.",
            "types": ["domestic_abuse", "neglect"],
        },
        "consent": {
            "told": "informed",
            "agreed": "yes",
            "agreed_by": "the mother",
            "lawful_basis": ["public_task", "child_in_need"],
        },
        "history": {"tried": "Breakfast club offered; school counsellor sees Robin once a week."},
    }
