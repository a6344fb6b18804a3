"""A message that comes back is a person's task, and nothing else in the mailbox changes anything."""

from __future__ import annotations

from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from typing import Any

import httpx
import pytest
from factories.notifications import EMAIL, Desk
from support.smtp import Mailbox


def create_report(returned: EmailMessage, *, action: str = "failed", headers_only: bool = False) -> bytes:
    """A delivery report as mail servers write it (RFC 3464)."""
    report = MIMEMultipart("report")
    report.set_param("report-type", "delivery-status")
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report.attach(MIMEText("Your message could not be delivered."))
    report.attach(create_status(action))
    if headers_only:
        headers = MIMENonMultipart("text", "rfc822-headers")
        headers.set_payload("".join(f"{name}: {value}\n" for name, value in returned.items()))
        report.attach(headers)
    else:
        report.attach(MIMEMessage(returned))
    return report.as_bytes()


def create_status(action: str) -> MIMEBase:
    status = MIMEBase("message", "delivery-status")
    server, recipient = EmailMessage(), EmailMessage()
    server["Reporting-MTA"] = "dns; mail.school.example"
    recipient["Final-Recipient"] = f"rfc822; {EMAIL}"
    recipient["Action"] = action
    recipient["Status"] = "5.1.1"
    status.attach(server)
    status.attach(recipient)
    return status


async def hand_in(desk: Desk, raw: bytes, role: str = "mailbox", **scope: Any) -> httpx.Response:
    headers = {**desk.tokens.issue(role, **scope), "content-type": "message/rfc822"}
    return await desk.client.post("/v1/bounces", headers=headers, content=raw)


@pytest.mark.requirement("FBK-04")
@pytest.mark.parametrize("headers_only", [False, True])
async def test_a_message_that_came_back_is_told_another_way(
    desk: Desk, smtp: Mailbox, headers_only: bool
) -> None:
    contact_id = await desk.receive()
    report = create_report(smtp.messages[0], headers_only=headers_only)
    for _ in range(2):
        assert (await hand_in(desk, report)).json() == {"recognised": True}
    back = await desk.notification(contact_id, "acknowledgement")
    assert (back["state"], back["reason"], back["sent_at"]) == ("failed", "came_back", None)
    assert [one["result"] for one in back["attempts"]] == ["sent", "bounced"]
    assert [task["kind"] for task in await desk.tasks()] == ["not_delivered"]
    assert [one["event"] for one in await desk.told()] == ["notification.sent.v1", "notification.failed.v1"]


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
async def test_a_report_of_anything_but_a_failure_changes_nothing(
    desk: Desk, smtp: Mailbox, action: str
) -> None:
    contact_id = await desk.receive()
    answer = await hand_in(desk, create_report(smtp.messages[0], action=action))
    assert answer.json() == {"recognised": False}
    assert (await desk.notification(contact_id, "acknowledgement"))["state"] == "sent"


@pytest.mark.parametrize(
    "message_id",
    [
        None,
        "<not-ours@elsewhere.example>",
        "<01980000-0000-7000-8000-00000000ffff@mash.example>",
        "<x@mash.example>",
    ],
)
async def test_a_report_of_a_message_not_ours_changes_nothing(desk: Desk, message_id: str | None) -> None:
    returned = EmailMessage()
    if message_id:
        returned["Message-ID"] = message_id
    returned.set_content("Hello")
    assert (await hand_in(desk, create_report(returned))).json() == {"recognised": False}


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff", b"Content-Type: multipart/report; boundary=x\n\n--x\n--x--"]
)
async def test_what_is_no_report_changes_nothing(desk: Desk, raw: bytes) -> None:
    assert (await hand_in(desk, raw)).json() == {"recognised": False}


async def test_a_report_is_taken_from_a_mailbox_of_the_partnership_only(desk: Desk, smtp: Mailbox) -> None:
    contact_id = await desk.receive()
    report = create_report(smtp.messages[0])
    assert (await hand_in(desk, report, partnerships=["medway"])).json() == {"recognised": False}
    assert (await hand_in(desk, report, role="referrer")).status_code == 403
    assert (await desk.notification(contact_id, "acknowledgement"))["state"] == "sent"


async def test_only_a_message_is_read(desk: Desk) -> None:
    answer = await desk.post("/v1/bounces", {}, role="mailbox")
    assert answer.status_code == 415
