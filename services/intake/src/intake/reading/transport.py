"""The MIME layer: which part of a message is its body, what is attached, and what nobody here can open."""

from __future__ import annotations

import csv
import email
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message

from intake.reading import headers
from intake.reading.blocks import Block, Document, Line, Table, lines_of, text_of
from intake.reading.charset import decode
from intake.reading.file_forms import form_of, why_unopened
from intake.reading.markup import read_html
from intake.reading.model import Attachment, UnreadPart
from intake.reading.outlook import Opened, open_msg, open_tnef
from intake.reading.pdf import read_pdf
from intake.reading.rich_text import read_rich_text
from intake.reading.word import UnreadableDocument, read_word

_KEPT_HEADERS = ("auto-submitted", "precedence", "list-unsubscribe", "x-autoreply", "return-path")
_MOST_PARTS = 200
_DEEPEST = 8
_MOST_LETTERS = 200_000
_DECORATION = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/vcard",
}
_DECORATION |= {
    "text/x-vcard",
    "message/delivery-status",
    "message/disposition-notification",
    "text/rfc822-headers",
}
_DECORATION |= {
    "text/calendar",
    "message/global-delivery-status",
    "text/css",
    "text/x-amp-html",
    "message/external-body",
}
_STUB = re.compile(
    r"view (?:this|the|it) .{0,30}(?:html|browser)|html (?:e-?mail|capable|version|message)"
    r"|does not support html",
    re.I,
)


@dataclass
class Mail:
    """One message as it came, with every document that could be read out of it."""

    subject: str | None = None
    from_name: str | None = None
    from_address: str | None = None
    to: str = ""
    message_id: str | None = None
    received_at: datetime | None = None
    marks: dict[str, str] = field(default_factory=dict)
    body: list[Document] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    nested: list[Mail] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    unread: list[UnreadPart] = field(default_factory=list)
    report: str | None = None


def open_mail(raw: bytes) -> Mail:
    """The whole message, read as far as it can be."""
    return _mail(email.message_from_bytes(raw), depth=0)


def _mail(message: Message, depth: int) -> Mail:
    name, mailbox = headers.address(message, "From")
    if mailbox is None:
        sender = headers.address(message, "Reply-To")
        name, mailbox = name or sender[0], sender[1]
    mail = Mail(
        subject=headers.header(message, "Subject"),
        from_name=name,
        from_address=mailbox,
        to=headers.header(message, "To") or "",
        message_id=headers.header(message, "Message-ID"),
        received_at=headers.moment(message),
        marks={key: value for key in _KEPT_HEADERS if (value := headers.header(message, key))},
    )
    _Walk(mail, depth).part(message)
    _limit(mail)
    return mail


class _Walk:
    """Visits the parts of one message in order."""

    def __init__(self, mail: Mail, depth: int) -> None:
        self.mail, self.depth, self.count = mail, depth, 0

    def part(self, part: Message) -> None:
        self.count += 1
        if self.count > _MOST_PARTS:
            if self.count == _MOST_PARTS + 1:
                self.mail.unread.append(UnreadPart("message", "in more parts than are read"))
            return
        media_type = part.get_content_type()
        if media_type == "message/rfc822":
            self._nested(part)
        elif media_type == "multipart/alternative":
            self._alternatives(part)
        elif part.is_multipart():
            self._many(part, media_type)
        else:
            self._leaf(part, media_type)

    def _many(self, part: Message, media_type: str) -> None:
        if media_type == "multipart/report":
            self.mail.report = str(part.get_param("report-type") or "report").lower()
        if media_type == "multipart/encrypted":
            self.mail.unread.append(UnreadPart("message", "encrypted"))
        for child in _children(part):
            if media_type != "multipart/encrypted":
                self.part(child)

    def _alternatives(self, part: Message) -> None:
        """Of several tellings of the same thing, the one that says the most."""
        tellings: list[tuple[Document, Message]] = []
        for child in _children(part):
            leaf = _first_text(child)
            if leaf is None:
                self.part(child)
            else:
                tellings.append((_text_document(leaf), leaf))
                self._others(child, leaf)
        if tellings:
            self.mail.body.append(_richest([document for document, _ in tellings]))

    def _others(self, branch: Message, chosen: Message) -> None:
        if branch is chosen or not branch.is_multipart():
            return
        for child in _children(branch):
            if child is not chosen:
                self.part(child) if not child.is_multipart() else self._others(child, chosen)

    def _nested(self, part: Message) -> None:
        inner = next(iter(_children(part)), None)
        if inner is None:
            content = _content(part)
            inner = email.message_from_bytes(content) if content else None
        if inner is None or self.depth >= _DEEPEST:
            self.mail.unread.append(
                UnreadPart(_name(part) or "attached message", "an attached message that could not be opened")
            )
        else:
            self.mail.nested.append(_mail(inner, self.depth + 1))

    def _leaf(self, part: Message, media_type: str) -> None:
        name = _name(part)
        if media_type in {"text/plain", "text/html"} and not name and not _is_attached(part):
            document = _text_document(part)
            if document.text.strip():
                self.mail.body.append(document)
            return
        if media_type in _DECORATION or _is_ornament(part, media_type, name):
            return
        content = _content(part)
        self.file(name or _default_name(media_type), media_type, content, part.get_content_charset())

    def file(self, name: str, media_type: str, content: bytes, charset: str | None = None) -> None:
        """One attached file: read, opened, or set down as unread with the reason."""
        form = form_of(name, media_type, content)
        if form != "tnef":
            self.mail.attachments.append(Attachment(name, media_type, len(content)))
        try:
            if form == "eml":
                self.mail.nested.append(_mail(email.message_from_bytes(content), self.depth + 1))
            elif form in {"msg", "tnef"}:
                self._container(form, content)
            else:
                self.mail.documents.append(_document(name, form, content, charset))
        except UnreadableDocument as fault:
            self.mail.unread.append(UnreadPart(name, str(fault)))

    def _container(self, form: str, content: bytes) -> None:
        if self.depth >= _DEEPEST:
            raise UnreadableDocument("nested too deep to be opened")
        opened: Opened = open_msg(content) if form == "msg" else open_tnef(content)
        target = self.mail if form == "tnef" else _saved_mail(opened)
        if any(text_of(block).strip() for block in opened.blocks):
            target.body.append(Document("body", tuple(opened.blocks)))
        walk = _Walk(target, self.depth + 1)
        for inner_name, inner in opened.files:
            if not _is_small_picture(inner_name, len(inner)):
                walk.file(inner_name, "application/octet-stream", inner)
        if target is not self.mail:
            self.mail.nested.append(target)


def _saved_mail(opened: Opened) -> Mail:
    name, mailbox = headers.split_address(opened.sender) if opened.sender else (None, None)
    return Mail(opened.subject or None, name, mailbox, received_at=opened.sent_at)


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (child for child in payload if isinstance(child, Message))


def _first_text(part: Message) -> Message | None:
    if part.get_content_type() in {"text/plain", "text/html"} and not _name(part) and not part.is_multipart():
        return part
    if part.get_content_type() in {"multipart/related", "multipart/mixed", "multipart/alternative"}:
        leaves = [leaf for child in _children(part) if (leaf := _first_text(child)) is not None]
        return max(leaves, key=lambda leaf: leaf.get_content_type() == "text/html", default=None)
    return None


def _richest(tellings: list[Document]) -> Document:
    """The last telling is the sender's best, unless it shows clearly less than another."""
    best = tellings[-1]
    for other in tellings[:-1]:
        is_stub = len(other.text) < 400 and _STUB.search(other.text)
        if not is_stub and len(other.text.split()) > 2 * len(best.text.split()) + 5:
            best = other
    return best


def _content(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError, AssertionError):
        payload = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return payload if isinstance(payload, bytes) else b""


def _text_document(part: Message) -> Document:
    text = decode(_content(part), _charset(part))
    blocks: list[Block] = (
        read_html(text.text) if _looks_like_html(part, text.text) else list(lines_of(text.text))
    )
    return Document("body", tuple(blocks), guessed=text.guessed)


def _looks_like_html(part: Message, text: str) -> bool:
    start = text.lstrip()[:200].lower()
    return part.get_content_type() == "text/html" or start.startswith(("<!doctype html", "<html"))


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (ValueError, TypeError, LookupError):
        return None


def _name(part: Message) -> str | None:
    try:
        name = part.get_filename()
    except (ValueError, TypeError, LookupError):
        return "attachment"
    return headers.decoded(name) if name else None


def _is_attached(part: Message) -> bool:
    return str(part.get("Content-Disposition") or "").strip().lower().startswith("attachment")


def _is_ornament(part: Message, media_type: str, name: str | None) -> bool:
    """A logo or the like: a picture placed in the text, or named as mail programs name them."""
    if not media_type.startswith("image/"):
        return False
    is_inline = part.get("Content-ID") is not None and not _is_attached(part)
    return is_inline or name is None or bool(re.fullmatch(r"(?:image|logo|outlook-)\S*\.\w+", name, re.I))


def _is_small_picture(name: str, size: int) -> bool:
    return name.lower().endswith((".png", ".jpg", ".jpeg", ".gif")) and (
        size < 40_000 or name.lower().startswith("image0")
    )


def _default_name(media_type: str) -> str:
    return "encrypted message" if "pkcs7-mime" in media_type else f"attachment ({media_type})"


def _document(name: str, form: str, content: bytes, charset: str | None) -> Document:
    if not content.strip():
        raise UnreadableDocument("empty or damaged")
    if form in {"text", "html"}:
        text = decode(content, charset)
        blocks = read_html(text.text) if form == "html" else list(lines_of(text.text))
        return Document(name, tuple(blocks), guessed=text.guessed)
    if form == "csv":
        return Document(name, (Table(_spreadsheet(decode(content, charset).text)),))
    readers: dict[str, Callable[[bytes], list[Block]]] = {
        "word": read_word,
        "pdf": read_pdf,
        "rtf": read_rich_text,
    }
    if form not in readers:
        raise UnreadableDocument(why_unopened(name))
    return Document(name, tuple(readers[form](content)))


def _spreadsheet(text: str) -> tuple[tuple[str, ...], ...]:
    try:
        return tuple(tuple(cell.strip() for cell in row) for row in csv.reader(io.StringIO(text)) if any(row))
    except csv.Error as fault:
        raise UnreadableDocument("a damaged spreadsheet") from fault


def _limit(mail: Mail) -> None:
    """Cuts what is too long to read in one go, and says so."""
    left = _MOST_LETTERS
    for documents in (mail.body, mail.documents):
        for index, document in enumerate(documents):
            if len(document.text) > left:
                documents[index] = Document(document.name, _first_blocks(document, left), document.guessed)
                mail.unread.append(UnreadPart(document.name, "longer than is read here"))
            left -= min(left, len(document.text))


def _first_blocks(document: Document, letters: int) -> tuple[Block, ...]:
    kept: list[Block] = []
    for block in document.blocks:
        size = len(text_of(block)) + 1
        if size > letters:
            return (*kept, Line(block.text[:letters])) if isinstance(block, Line) else tuple(kept)
        kept.append(block)
        letters -= size
    return tuple(kept)
