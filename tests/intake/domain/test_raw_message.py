from __future__ import annotations

import pytest
from factories.intake import create_email
from hypothesis import given
from hypothesis import strategies as st
from intake.domain.raw_message import attachments, body_digest, identity_of

pytestmark = pytest.mark.requirement("INT-20")


@pytest.mark.parametrize(
    "again",
    [
        b"Message-ID: <one@x.example>\r\nSubject: a\r\n\r\nbody",
        b"Received: by another\r\nMESSAGE-ID:\r\n <one@x.example>\r\n\r\nother",
        b"message-id:<one@x.example>  \n\nbody",
    ],
)
def test_a_message_is_known_by_its_id(again: bytes) -> None:
    assert identity_of(again) == identity_of(b"Message-ID: <one@x.example>\r\n\r\n")


@pytest.mark.parametrize(
    "other",
    [
        b"Message-ID: <two@x.example>\r\n\r\nbody",
        b"Subject: a\r\n\r\nMessage-ID: <one@x.example>",
        b"Message-ID:\r\nSubject: a\r\n\r\nbody",
        b"",
    ],
)
def test_another_message_is_not_taken_for_it(other: bytes) -> None:
    assert identity_of(other) != identity_of(b"Message-ID: <one@x.example>\r\n\r\n")


def test_the_body_is_the_same_whoever_relayed_it() -> None:
    raw = create_email()
    assert body_digest(b"Received: by another\n" + raw) == body_digest(raw.replace(b"\n", b"\r\n"))
    assert body_digest(raw + b"more") != body_digest(raw)


@pytest.mark.requirement("INT-03")
def test_attached_files_and_messages_are_found() -> None:
    inner = create_email(subject="the first report")
    raw = create_email(
        attached=[("order.pdf", "application/pdf", b"%PDF"), ("notes.txt", "text/plain", b"words")]
    )
    forwarded = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n"
    )
    assert [(file.name, file.content) for file in attachments(raw)] == [
        ("order.pdf", b"%PDF"),
        ("notes.txt", b"words"),
    ]
    (message,) = attachments(forwarded)
    assert message.name == "message.eml"
    assert b"the first report" in message.content


@given(st.binary(max_size=400))
def test_no_bytes_are_too_odd(raw: bytes) -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    for message in (raw, head + raw, b"Content-Disposition: attachment; filename=" + raw):
        assert len(identity_of(message)) == len(body_digest(message)) == 32
        assert isinstance(attachments(message), list)
