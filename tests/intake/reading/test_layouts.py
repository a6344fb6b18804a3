"""One child, written down in many ways: the same facts are read from each."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from factories.intake_mail import create_email
from intake.reading import read_email

LAYOUTS: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "layouts.yaml").read_text("utf-8")
)
NARRATIVE = "\n\nHe was left home alone all night and there was no food in the house."
IN_PDF = ("colons", "columns", "gaps", "next line", "sections")


def create_message(**spec: Any) -> bytes:
    sent = {
        "from": "x@paperlane.sch.example",
        "date": "Wed, 11 Nov 2026 07:41:00 +0000",
        "subject": "Concern",
    }
    return create_email({**sent, **spec})


def list_messages() -> list[Any]:
    typed, marked_up = LAYOUTS["typed"], LAYOUTS["marked_up"]
    messages = [pytest.param({"text": text + NARRATIVE}, id=name) for name, text in typed.items()]
    messages += [
        pytest.param({"html": f"{text}<p>{NARRATIVE}</p>"}, id=name) for name, text in marked_up.items()
    ]
    for name in IN_PDF:
        attached = {"name": "a.pdf", "pdf": (typed[name] + NARRATIVE).split("\n")}
        messages.append(pytest.param({"text": "attached", "attachments": [attached]}, id=f"{name} in a pdf"))
    return messages


@pytest.mark.requirement("INT-03")
@pytest.mark.parametrize("spec", list_messages())
def test_the_same_child_is_read_from_every_layout(spec: dict[str, Any]) -> None:
    case = read_email(create_message(**spec)).summary
    assert len(case.children) == 1
    child = case.children[0]
    assert (child.given, child.family, child.dob, child.sex) == ("Robin", "Testcase", date(2019, 2, 3), "M")
    assert child.nhs_number == "9992495235"
    assert (case.address or "").lower() == "14 sample close, romford, rm99 1ab"
    assert "neglect" in case.concerns
    assert not case.needs_person
