"""Whatever bytes arrive, reading ends, says something, and never lets a concern fall."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from factories.intake_mail import create_email
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake.reading import read_email

_CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.yaml"))


def list_raw_messages() -> list[bytes]:
    """The corpus as bytes; those with a PDF are left out, since each starts a process."""
    specs: list[dict[str, Any]] = [
        spec for file in _CORPUS for spec in yaml.safe_load(file.read_text("utf-8"))
    ]
    return [
        create_email(spec)
        for spec in specs
        if not any("pdf" in each for each in spec.get("attachments") or [])
    ]


RAW = list_raw_messages()
DAMAGE = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(0, 80), st.binary(max_size=40)), min_size=1, max_size=8
)
KINDS = {
    *(
        "merlin",
        "police",
        "ambulance",
        "fire",
        "court",
        "hospital",
        "edt",
        "form",
        "nspcc",
        "housing",
        "lado",
        "prevent",
    ),
    *("private-fostering", "transfer-in", "public", "update", "other", "not-a-referral"),
}


def assert_is_whole(raw: bytes) -> None:
    message = read_email(raw).as_dict()
    json.dumps(message)
    assert message["kind"] in KINDS
    assert message["cases"]
    if message["kind"] != "not-a-referral" and not message["children"] and message["is_referral"]:
        assert message["needs_person"]


@pytest.mark.requirement("INT-03")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=600))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert_is_whole(raw)


@pytest.mark.requirement("INT-03")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(RAW), DAMAGE)
def test_damaged_messages_are_read(raw: bytes, damage: list[tuple[int, int, bytes]]) -> None:
    for place, length, put in damage:
        place %= len(raw) or 1
        raw = raw[:place] + put + raw[place + length :]
    assert_is_whole(raw)


@pytest.mark.requirement("INT-03")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400), st.sampled_from(["plain", "html"]))
def test_any_words_are_read(text: str, subtype: str) -> None:
    raw = f"From: a@b.example\nContent-Type: text/{subtype}; charset=utf-8\n\n".encode() + text.encode(
        "utf-8", "replace"
    )
    assert_is_whole(raw)


@pytest.mark.parametrize(
    "filler", ["(", "-", ": ", "[x] ", "Name: ", "no ", "1 ", "a@b ", "From: a\n", "3. Case 3 Name: A B\n"]
)
def test_repeated_words_do_not_hold_it_up(filler: str) -> None:
    body = filler * (30_000 // len(filler))
    assert_is_whole(b"From: a@b.example\nContent-Type: text/plain\n\n" + body.encode())
