"""Forms for tests of intake: fictitious people, and only what a test does not say otherwise."""

from __future__ import annotations

from typing import Any

# NHS numbers of the range that is never issued, with check digits that are right.
NHS_NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050")


def create_child(**changes: Any) -> dict[str, Any]:
    return {
        "given": "Robin",
        "family": "Testcase",
        "dob": "2019-02-03",
        "sex": "male",
        "ethnicity": "White British",
        "language": "English",
        "nhs_number": NHS_NUMBERS[0],
        "school": "Paper Lane Primary",
        "gp": "Dummy Street Surgery",
        "address": "14 Sample Close, Romford, RM99 1AB",
        **changes,
    }


def create_mother(**changes: Any) -> dict[str, Any]:
    return {
        "given": "Marian",
        "family": "Testcase",
        "dob": "1991-06-14",
        "relationship": "Mother",
        "parental_responsibility": True,
        "telephone": "07700 900112",
        **changes,
    }


def create_form(**changes: Any) -> dict[str, Any]:
    """A form that lacks nothing on Havering's list."""
    return {
        "partnership": "havering",
        "referrer": {
            "name": "Lynn Marker",
            "role": "Designated safeguarding lead",
            "agency": "Paper Lane Primary",
            "kind": "school",
            "email": "lmarker@paperlane.sch.example",
            "telephone": "020 7946 0144",
        },
        "children": [create_child()],
        "household": [create_mother()],
        "concern": {"narrative": "Robin came to school hungry three days running.", "types": ["neglect"]},
        "consent": {"told": "informed", "agreed": "yes", "lawful_basis": ["child_in_need"]},
        "views": {"child": "Robin says there is no food at home."},
        "professionals": [{"name": "Paula Pattern", "role": "School nurse"}],
        "history": {"tried": "Breakfast club since September."},
        **changes,
    }


def create_call(**changes: Any) -> dict[str, Any]:
    return {**create_form(), "channel": "telephone", "immediate_child_protection": True, **changes}
