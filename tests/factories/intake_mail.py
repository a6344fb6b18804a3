"""Builds raw messages from plain descriptions, as a sender's mail program would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from typing import Any
from xml.sax.saxutils import escape

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def create_email(spec: Mapping[str, Any]) -> bytes:
    """A message from keys: from, to, date, subject, text, html, charset, headers, attachments, raw_type."""
    message = EmailMessage()
    for name, key in (
        ("From", "from"),
        ("Date", "date"),
        ("Subject", "subject"),
        ("Message-ID", "message_id"),
    ):
        if spec.get(key):
            message[name] = spec[key]
    message["To"] = spec.get("to", "MASH <mash@havering.example>")
    for name, value in (spec.get("headers") or {}).items():
        message[name] = value
    if "text" in spec or "html" not in spec:
        message.set_content(spec.get("text", ""), charset=spec.get("charset", "utf-8"), cte=spec.get("cte"))
        if "html" in spec:
            message.add_alternative(spec["html"], subtype="html")
    else:
        message.set_content(spec["html"], subtype="html", charset=spec.get("charset", "utf-8"))
    for attachment in spec.get("attachments") or []:
        _attach(message, attachment)
    raw = message.as_bytes()
    if spec.get("raw_type") == "dsn":
        raw = _as_bounce(spec)
    return raw


def _attach(message: EmailMessage, attachment: Mapping[str, Any]) -> None:
    name = attachment.get("name", "attachment")
    if "docx" in attachment:
        kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
        message.add_attachment(
            create_docx(attachment["docx"]), maintype="application", subtype=kind, filename=name
        )
    elif "pdf" in attachment:
        message.add_attachment(
            create_pdf(attachment["pdf"]), maintype="application", subtype="pdf", filename=name
        )
    elif "eml" in attachment:
        inner = EmailMessage()
        for key, value in attachment["eml"].items():
            if key != "text":
                inner[key.title()] = value
        inner.set_content(attachment["eml"]["text"])
        message.add_attachment(inner)
    else:
        maintype, _, subtype = attachment.get("type", "application/octet-stream").partition("/")
        content = attachment.get("bytes") or str(attachment.get("text", "")).encode()
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)


def _as_bounce(spec: Mapping[str, Any]) -> bytes:
    lines = [
        f"From: {spec['from']}",
        f"Date: {spec['date']}",
        f"Subject: {spec['subject']}",
        "Return-Path: <>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        spec["text"],
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Final-Recipient: rfc822; nobody@paperlane.sch.example",
        "Status: 5.1.1",
        "",
        "--b",
        "Content-Type: message/rfc822",
        "",
        "From: mash@havering.example",
        "Subject: Acknowledgement",
        "",
        "Dear referrer, thank you for your referral about Robin Testcase DOB 03/02/2019.",
        "--b--",
    ]
    return "\r\n".join(lines).encode()


def create_docx(blocks: Iterable[Any]) -> bytes:
    """A Word document from strings, {heading: ...} and {table: rows}."""
    body = "".join(_docx_block(block) for block in blocks)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f"<w:document {_WORD}><w:body>{body}</w:body></w:document>")
    return packed.getvalue()


def _docx_block(block: Any) -> str:
    if isinstance(block, str):
        return _docx_paragraph(block)
    if "heading" in block:
        return _docx_paragraph(block["heading"], '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>')
    if "xml" in block:
        return str(block["xml"])
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc>{_docx_paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in block["table"]
    )
    return f"<w:tbl>{rows}</w:tbl>"


def _docx_paragraph(text: str, style: str = "") -> str:
    runs = "<w:r><w:br/></w:r>".join(
        f'<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r>' for line in text.split("\n")
    )
    return f"<w:p>{style}{runs}</w:p>"


def create_pdf(lines: Iterable[str]) -> bytes:
    """A one-page PDF in a fixed-width font, each line where it would be typed."""
    text = "".join(
        f"1 0 0 1 40 {800 - 13 * row} Tm ({_pdf_text(line)}) Tj\n" for row, line in enumerate(lines)
    )
    stream = f"BT /F1 9 Tf\n{text}ET".encode("latin-1", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def _pdf_text(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
