"""Forms for tests of intake: fictitious people, and only what a test does not say otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
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


MERLIN = """OFFICIAL - SENSITIVE

CHILD COMING TO NOTICE - PRE-ASSESSMENT CHECKLIST

Report Number:      26PAC104412
Location:           14 SAMPLE CLOSE, ROMFORD, RM99 1AB

SUBJECT
Surname:            TESTCASE
Forename(s):        ROBIN
DOB:                03/02/2019
Sex:                Male
Home Address:       14 SAMPLE CLOSE, ROMFORD, RM99 1AB

CIRCUMSTANCES OF INCIDENT
Police were called by the mother, whose ex partner had forced entry and assaulted her. The child was upstairs.
"""


def create_email(
    *,
    subject: str = "MERLIN PAC 26PAC104412",
    sender: str = "MERLIN <merlin.noreply@met.police.example>",
    body: str = MERLIN,
    message_id: str | None = "<26PAC104412@met.police.example>",
    headers: Mapping[str, str] | None = None,
    attached: Sequence[tuple[str, str, bytes]] = (),
) -> bytes:
    """A message as it was received; by default a police report on Robin Testcase."""
    message = EmailMessage()
    message["From"], message["Subject"] = sender, subject
    message["To"] = "tmash@havering.example"
    message["Date"] = "Wed, 18 Nov 2026 07:41:00 +0000"
    if message_id:
        message["Message-ID"] = message_id
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(body)
    for name, media_type, content in attached:
        main, sub = media_type.split("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()
