"""How a message arrives must not change what is read from it."""

from __future__ import annotations

import base64
import io
import time
import zipfile
from typing import Any

import pytest
from factories.intake_mail import create_docx, create_email, create_pdf
from factories.outlook_files import create_msg, create_winmail
from intake.reading import ReadMessage, read_email

FACTS = (
    "Child: Zo\u00eb Testcase DOB 03/02/2019\n"
    "Address: 14 Sample Close, Romford RM99 1AB\n"
    "Zo\u00eb has a black eye and says that her stepfather hit her.\n"
)
HEADERS = (
    b"From: Lynn Marker <lynn@paperlane.sch.example>\r\nTo: mash@havering.example\r\n"
    b"Date: Wed, 11 Nov 2026 07:41:00 +0000\r\nSubject: Concern\r\nMIME-Version: 1.0\r\n"
)


def create_message(**spec: Any) -> bytes:
    sender = "Lynn Marker <lynn@paperlane.sch.example>"
    return create_email(
        {"from": sender, "date": "Wed, 11 Nov 2026 07:41:00 +0000", "subject": "Concern", **spec}
    )


def create_part(content_type: str, content: bytes, *more: bytes) -> bytes:
    lines = [HEADERS + f"Content-Type: {content_type}".encode(), *more, b"", content]
    return b"\r\n".join(lines)


def child_of(message: ReadMessage) -> tuple[str | None, str | None, str | None]:
    assert len(message.summary.children) == 1
    child = message.summary.children[0]
    return child.given, child.family, child.dob.isoformat() if child.dob else None


ZOE = ("Zo\u00eb", "Testcase", "2019-02-03")


@pytest.mark.requirement("INT-03")
class TestCharacters:
    @pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
    def test_reads_what_is_declared(self, charset: str) -> None:
        raw = create_part(f"text/plain; charset={charset}", FACTS.encode(charset))
        assert child_of(read_email(raw)) == ZOE

    def test_reads_utf_8_declared_as_latin(self) -> None:
        raw = create_part("text/plain; charset=iso-8859-1", FACTS.encode())
        assert child_of(read_email(raw)) == ZOE

    def test_marks_a_guess_for_a_person(self) -> None:
        raw = create_part("text/plain; charset=utf-8", FACTS.encode("cp1252"))
        message = read_email(raw)
        assert child_of(message) == ZOE
        assert message.summary.needs_person

    def test_survives_a_charset_nobody_knows(self) -> None:
        raw = create_part("text/plain; charset=x-made-up", FACTS.encode("cp1252"))
        message = read_email(raw)
        assert message.summary.address == "14 Sample Close, Romford RM99 1AB"
        assert message.summary.needs_person

    def test_mends_letters_that_were_encoded_twice(self) -> None:
        raw = create_part("text/plain; charset=utf-8", FACTS.encode().decode("cp1252").encode())
        assert child_of(read_email(raw)) == ZOE

    def test_reads_encoded_words_in_headers(self) -> None:
        raw = create_part("text/plain", b"Hello").replace(
            b"Subject: Concern", b"Subject: =?utf-8?Q?Concern_about_Zo=C3=AB?="
        )
        assert read_email(raw).subject == "Concern about Zo\u00eb"


@pytest.mark.requirement("INT-03")
class TestContainers:
    @pytest.mark.parametrize(
        "attachment",
        [
            {"name": "form.docx", "docx": FACTS.splitlines()},
            {
                "name": "form.docx",
                "docx": [
                    {"table": [line.split(": ") for line in FACTS.splitlines()[:1]]},
                    *FACTS.splitlines()[1:],
                ],
            },
            {"name": "form.pdf", "pdf": FACTS.splitlines()},
            {"name": "saved.msg", "bytes": create_msg(subject="x", sender="A", body=FACTS)},
            {
                "name": "outer.msg",
                "bytes": create_msg(
                    subject="x",
                    sender="A",
                    body="see file",
                    files={"f.docx": create_docx(FACTS.splitlines())},
                ),
            },
            {"name": "winmail.dat", "type": "application/ms-tnef", "bytes": create_winmail(body=FACTS)},
            {
                "name": "winmail.dat",
                "bytes": create_winmail(body="see file", files={"f.docx": create_docx(FACTS.splitlines())}),
            },
            {"name": "concern.txt", "type": "text/plain", "bytes": FACTS.encode()},
            {"name": "concern.html", "type": "text/html", "bytes": FACTS.replace("\n", "<br>").encode()},
            {
                "name": "concern.rtf",
                "bytes": b"{\\rtf1\\ansi{\\fonttbl\\f0 Arial;}"
                + FACTS.replace("\u00eb", "\\'eb").replace("\n", "\\par ").encode()
                + b"}",
            },
        ],
    )
    def test_reads_what_is_attached(self, attachment: dict[str, Any]) -> None:
        message = read_email(create_message(text="Please see attached.", attachments=[attachment]))
        assert child_of(message) == ZOE
        assert not message.unread_parts
        assert "physical_abuse" in message.summary.concerns

    def test_reads_a_message_within_a_message(self) -> None:
        inner = {
            "from": "Paula Pattern <paula@nelft.nhs.example>",
            "subject": "Concern",
            "text": FACTS + "\nPaula, Health Visitor",
        }
        message = read_email(create_message(text="For you.", attachments=[{"eml": inner}]))
        assert child_of(message) == ZOE
        assert message.summary.source_code == "3B"

    def test_names_an_attachment_by_its_encoded_name(self) -> None:
        raw = create_message(
            text=FACTS,
            attachments=[{"name": "Zo\u00eb.txt", "type": "text/plain", "bytes": b"Nothing more."}],
        )
        assert [attachment.name for attachment in read_email(raw).attachments] == ["Zo\u00eb.txt"]

    @pytest.mark.parametrize(
        ("name", "content", "reason"),
        [
            ("photo.jpg", b"\xff\xd8\xff" * 50_000, "a picture"),
            ("notes.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "in the old Word format"),
            (
                "form.docx",
                b"\xd0\xcf\x11\xe0" + b"\0" * 600,
                "protected by a password, or in the old Word format",
            ),
            ("form.docx", b"PK\x03\x04 damaged", "damaged, or not a Word document"),
            ("files.zip", b"PK\x03\x04", "an archive, which is not opened here"),
            ("scan.pdf", create_pdf([]), "a picture of a page, with no text in it"),
            ("bad.pdf", b"%PDF-1.4 nothing", "damaged, or too much for the reader"),
            ("saved.msg", b"not a message", "a saved Outlook message that is damaged"),
            ("empty.txt", b"", "empty or damaged"),
        ],
    )
    def test_says_what_could_not_be_read(self, name: str, content: bytes, reason: str) -> None:
        message = read_email(create_message(text=FACTS, attachments=[{"name": name, "bytes": content}]))
        assert [part.reason for part in message.unread_parts] == [reason]
        assert message.summary.needs_person
        assert child_of(message) == ZOE

    def test_passes_over_a_logo_in_the_text(self) -> None:
        logo = b"\r\n".join([b"--b", b"Content-Type: image/png", b"Content-ID: <logo>", b"", b"x", b"--b--"])
        raw = create_part(
            "multipart/related; boundary=b",
            b"\r\n".join([b"--b", b"Content-Type: text/plain; charset=utf-8", b"", FACTS.encode(), logo]),
        )
        message = read_email(raw)
        assert not message.unread_parts
        assert not message.summary.needs_person


@pytest.mark.requirement("INT-03")
class TestHiddenWords:
    @pytest.mark.parametrize(
        "hidden",
        [
            '<div style="display:none">{}</div>',
            '<span style="font-size:0px">{}</span>',
            '<p style="color:#FFFFFF">{}</p>',
            '<p style="visibility: hidden">{}</p>',
            '<div style="max-height:0;overflow:hidden">{}</div>',
            "<p hidden>{}</p>",
            '<font color="white">{}</font>',
            "<!-- {} -->",
            "<style>.x {{display:none}}</style><p class=x>{}</p>",
            '<table><tr style="display:none"><td>{}</td><td>x</td></tr><tr><td>a</td><td>b</td></tr></table>',
        ],
    )
    def test_are_no_facts(self, hidden: str) -> None:
        unseen = hidden.format("Child: Nobody Real DOB 01/01/2015")
        seen = FACTS.replace("\n", "<br>")
        assert (
            child_of(read_email(create_message(html=f"<html><body>{unseen}<p>{seen}</p></body></html>")))
            == ZOE
        )

    def test_white_words_on_a_dark_ground_are_seen(self) -> None:
        cell = '<td style="color:#fff">Child: Zo\u00eb Testcase DOB 03/02/2019</td>'
        html = f'<table><tr bgcolor="#003366">{cell}</tr></table>'
        assert child_of(read_email(create_message(html=html))) == ZOE


@pytest.mark.requirement("INT-03")
class TestBrokenMessages:
    def test_reads_a_message_without_date_subject_or_sender(self) -> None:
        message = read_email(b"\r\n" + FACTS.encode())
        assert child_of(message) == ZOE
        assert message.received_at is None

    def test_reads_what_is_left_of_damaged_base64(self) -> None:
        packed = base64.encodebytes(FACTS.encode() * 3).replace(b"A", b"A!", 2)[:-7]
        message = read_email(
            create_part("text/plain; charset=utf-8", packed, b"Content-Transfer-Encoding: base64")
        )
        assert message.summary.is_referral
        assert message.summary.address == "14 Sample Close, Romford RM99 1AB"

    @pytest.mark.parametrize(
        "raw", [b"", b"\x00" * 400, b"\xff\xfe" * 90, b"Content-Type: multipart/mixed\n\n--\n", b": \n\n"]
    )
    def test_an_empty_or_senseless_message_goes_to_a_person(self, raw: bytes) -> None:
        message = read_email(raw)
        assert (message.summary.kind, message.summary.is_referral, message.summary.needs_person) == (
            "other",
            True,
            True,
        )

    def test_survives_parts_within_parts_without_end(self) -> None:
        raw = HEADERS
        for depth in range(600):
            raw += f'Content-Type: multipart/mixed; boundary="b{depth}"\r\n\r\n--b{depth}\r\n'.encode()
        assert read_email(raw + b"\r\n" + FACTS.encode()).summary.needs_person

    def test_a_very_long_message_is_cut_and_goes_to_a_person(self) -> None:
        message = read_email(create_message(text=FACTS + "Nothing more to say of this here. \n" * 20_000))
        assert child_of(message) == ZOE
        assert message.summary.needs_person

    def test_a_zip_bomb_is_not_unpacked(self) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("word/document.xml", b"<w>" + b" " * 80_000_000)
        started = time.monotonic()
        message = read_email(
            create_message(text=FACTS, attachments=[{"name": "b.docx", "bytes": packed.getvalue()}])
        )
        assert [part.reason for part in message.unread_parts] == ["unpacks to more than is safe to open"]
        assert time.monotonic() - started < 2

    @pytest.mark.parametrize(
        "definition",
        ['<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>', '<!DOCTYPE w [<!ENTITY x "many">]>'],
    )
    def test_a_document_that_defines_entities_is_not_read(self, definition: str) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as package:
            package.writestr("word/document.xml", f"<?xml version='1.0'?>{definition}<w>&x;</w>")
        message = read_email(
            create_message(text=FACTS, attachments=[{"name": "b.docx", "bytes": packed.getvalue()}])
        )
        reasons = [part.reason for part in message.unread_parts]
        assert reasons == ["holds definitions that a Word document never has"]

    def test_prefers_html_to_a_stub_of_plain_text(self) -> None:
        raw = create_message(
            text="Your mail program cannot show HTML.", html=f"<p>{FACTS}</p>".replace("\n", "<br>")
        )
        assert child_of(read_email(raw)) == ZOE

    def test_prefers_plain_text_to_an_empty_html_part(self) -> None:
        assert child_of(read_email(create_message(text=FACTS, html="<html><body></body></html>"))) == ZOE
