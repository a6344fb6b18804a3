"""Every message of the corpus, read and compared field by field with what its sender meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from factories.intake_mail import create_email
from intake.reading import read_email

_CHILD = ("given", "family", "dob", "edd", "sex", "nhs_number")


def list_messages() -> list[Any]:
    files = sorted((Path(__file__).parent / "corpus").glob("*.yaml"))
    specs = [spec for file in files for spec in yaml.safe_load(file.read_text("utf-8"))]
    return [pytest.param(spec, id=spec["id"]) for spec in specs]


def differences(expected: Mapping[str, Any], got: Mapping[str, Any], place: str = "") -> list[str]:
    """What was read otherwise than meant, a line each."""
    found = []
    for key, value in expected.items():
        if key == "cases":
            found += [f"{place}cases: {len(got['cases'])}"] if len(value) != len(got["cases"]) else []
            for number, (case, read) in enumerate(zip(value, got["cases"], strict=False)):
                found += differences(case, read, f"{place}cases.{number}.")
        elif not _agrees(key, value, got):
            found.append(f"{place}{key}: meant {value!r}, read {got.get(key)!r}")
    return found


def _agrees(key: str, value: Any, got: Mapping[str, Any]) -> bool:
    if key == "children":
        return [_child(child) for child in value] == [_child(child) for child in got["children"]]
    if key == "address":
        return _letters(value) == _letters(got["address"])
    if key == "concerns":
        return set(value) <= set(got["concerns"])
    if key == "not_concerns":
        return not set(value) & set(got["concerns"])
    if key == "court":
        return all(str(got["court"][name]) == str(part) for name, part in value.items())
    return bool(got[key] == value)


def _child(child: Mapping[str, Any]) -> list[str | None]:
    return [str(child[key]) if child.get(key) is not None else None for key in _CHILD]


def _letters(text: str | None) -> str:
    return re.sub(r"[\W_]", "", text or "").lower()


@pytest.mark.requirement("INT-03", "INT-13", "INT-21", "IDN-05", "CON-01")
@pytest.mark.parametrize("spec", list_messages())
def test_each_message_is_read_as_meant(spec: Mapping[str, Any]) -> None:
    assert differences(spec["expect"], read_email(create_email(spec)).as_dict()) == []
