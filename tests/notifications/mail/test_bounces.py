"""Whatever is in the mailbox can be read without a fault."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from notifications.mail.bounces import read_bounce

ID = UUID("01980000-0000-7000-8000-000000000005")
LINES = st.sampled_from(
    [
        b"Content-Type: multipart/report; boundary=x",
        b"Content-Type: message/delivery-status",
        b"Content-Type: message/rfc822",
        b"Content-Type: text/rfc822-headers; charset=\xff",
        b"Content-Transfer-Encoding: base64",
        b"Action: failed",
        b"Action: \xff",
        f"Message-ID: <{ID}@mash.example>".encode(),
        b"Message-ID: <\xff@mash.example>",
        b"--x",
        b"--x--",
        b"",
    ]
)


@settings(max_examples=400, derandomize=True, database=None, deadline=None)
@given(st.lists(LINES | st.binary(max_size=20), max_size=24))
def test_any_bytes_are_read_as_a_report_or_as_none(lines: list[bytes]) -> None:
    assert read_bounce(b"\n".join(lines), "mash.example") in (None, ID)


def test_a_report_names_the_message_that_went_out() -> None:
    report = (
        "Content-Type: multipart/report; boundary=x\n\n"
        "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a.example\n\nAction: failed\n\n"
        f"--x\nContent-Type: message/rfc822\n\nMessage-ID: <{ID}@mash.example>\n\nHello\n--x--\n"
    )
    assert read_bounce(report.encode(), "mash.example") == ID
    assert read_bounce(report.encode(), "elsewhere.example") is None
