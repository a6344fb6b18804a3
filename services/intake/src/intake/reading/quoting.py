"""Takes a body apart into the messages it carries: what was written now, what was forwarded, what is quoted.

The facts of the innermost original count; the person who passed it on is not the referrer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from intake.reading.blocks import Block, Line, Table, fold, text_of
from intake.reading.headers import split_address

_MARK = re.compile(
    r"^\W*(?:-{2,}\s*(?:original|forwarded|reply) (?:message|e-?mail)?.*|begin forwarded message:?"
    r"|forwarded message(?: from.*)?:?|-+\s*forwarded by .*)\W*$",
    re.I,
)
_HEADER = re.compile(
    r"^[\s>*]*(?P<name>from|sent|date|to|cc|bcc|subject|reply-to|importance"
    r"|attachments)\s*:\s*\**\s*(?P<value>.*)$",
    re.I,
)
_WROTE = re.compile(
    r"^\W*(?:on\s.{4,160}\bwrote\s*:?|.{3,80}<[^>]+@[^>]+>\s*wrote\s*:|le\s.{4,80}a \u00e9crit\s*:)\s*$", re.I
)
_BANNER = re.compile(
    r"^\W*(?:caution|external|warning|\[?external(?: e-?mail)?\]?|this (?:e-?mail|message) (?:originated"
    r"|came|was sent) from (?:outside|an external)|attention)\b.{0,200}(?:outside|external|links"
    r"|attachments|sender|trust)",
    re.I,
)
_SMALL_PRINT = re.compile(
    r"(?:this|the information in this|the contents of this) (?:e-?mail|message|communication"
    r"|transmission)(?: message)?(?:,? (?:and|together with|including) any (?:attachments?"
    r"|files?)[^.]{0,60})? (?:is|are|may be|may contain|contains?|has been|was)\b.{0,80}(?:confidential"
    r"|privileged|intended|sent|scanned|virus)|if you (?:have received|are not the intended"
    r"|received) this|intended (?:solely|only) for the|please consider the environment|"
    r"registered (?:charity|in england|office)|you are receiving this|\bunsubscribe\b|privacy (?:notice"
    r"|policy) (?:can|is)|sent from my (?:iphone|ipad|mobile|samsung|galaxy)|get outlook for|^disclaimer"
    r"|if you (?:suspect|are (?:worried|concerned)|have (?:any )?concerns?|think"
    r"|believe) .{0,80}\b(?:call|ring|contact|999|dial|report|phone|visit)\b|monitored? and recorded"
    r"|freedom of information act|view (?:this )?in (?:your )?browser",
    re.I,
)
_SIGN_OFF = re.compile(
    r"^\W*(?:(?:with )?(?:kind(?:est)?|best|warm|many|very best)?\s*regards|many thanks(?: and regards)?"
    r"|thanks(?: in advance| again)?|thank you(?: in advance)?|yours (?:sincerely|faithfully|truly)"
    r"|sincerely|cheers|best wishes|all the best|kr|rgds|best|kind regards and thanks)\W*(?:$|,)|^--\s?$",
    re.I,
)
_FACT_LINE = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|nhs n|child|surname|forename|circumstances|concern)\b", re.I
)


_LONGEST_MARK = 400
_LONGEST_SIGNATURE_WORDS = 90


@dataclass
class Segment:
    """One message of a chain. `is_forward` says that it was passed on, not answered."""

    blocks: list[Block] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    header: dict[str, str] = field(default_factory=dict)
    is_forward: bool = False
    is_reply: bool = False

    @property
    def text(self) -> str:
        return "\n".join(text_of(block) for block in self.blocks)

    @property
    def sender(self) -> tuple[str | None, str | None]:
        return split_address(re.sub(r"\[mailto:([^\]]+)\]", r"<\1>", self.header.get("from", "")))


def split_chain(blocks: tuple[Block, ...], subject: str | None) -> list[Segment]:
    """The messages of a body, newest first, each without its small print and with its signature apart."""
    segments = [Segment()]
    forwards = bool(
        re.match(r"\s*(?:\[[^\]]*\]\s*)?(?:fwd?|fw|wg|tr|forward(?:ed)?)\s*:", subject or "", re.I)
    )
    marked: bool | None = None
    position = 0
    while position < len(blocks):
        block = blocks[position]
        if isinstance(block, Line):
            header, used = _header_at(blocks, position)
            mark = _MARK.match(_start(block))
            if header:
                original = marked is True or forwards
                segments.append(Segment(header=header, is_forward=original, is_reply=not original))
                position += used
                marked = None
                continue
            if mark:
                marked = "forward" in block.text.lower()
                if not _header_soon(blocks, position + 1):
                    segments.append(Segment(is_forward=marked or forwards, is_reply=not (marked or forwards)))
                position += 1
                continue
            wrote, used = _wrote_at(blocks, position)
            if wrote:
                segments.append(Segment(header={"from": wrote}, is_forward=forwards, is_reply=not forwards))
                position += used
                continue
        segments[-1].blocks.append(block)
        position += 1
    for segment in segments:
        _tidy(segment)
    return [segment for segment in segments if segment.text.strip() or segment is segments[0]]


def _start(line: Line) -> str:
    """As much of a line as a mark of quoting could take up."""
    return fold(line.text[:_LONGEST_MARK])


def _header_soon(blocks: tuple[Block, ...], position: int) -> bool:
    return any(_header_at(blocks, index)[0] for index in range(position, min(position + 4, len(blocks))))


def _header_at(blocks: tuple[Block, ...], position: int) -> tuple[dict[str, str], int]:
    """The "From, Sent, To, Subject" lines of an earlier message, and how many lines they take."""
    first = blocks[position]
    match = _HEADER.match(_start(first)) if isinstance(first, Line) else None
    if not match or match.group("name").lower() not in {"from", "date", "sent", "subject", "to"}:
        return {}, 0
    header: dict[str, str] = {}
    index, last = position, ""
    while index < len(blocks) and index - position < 14:
        block = blocks[index]
        found = _HEADER.match(_start(block)) if isinstance(block, Line) else None
        if found:
            last = found.group("name").lower()
            header[last] = found.group("value").strip(" *")
        elif isinstance(block, Line) and not block.text.strip():
            if len(header) >= 3:
                break
        elif isinstance(block, Line) and last in header and not header[last]:
            header[last] = block.text.strip()
        elif not (isinstance(block, Line) and last in {"to", "cc"}):
            break
        index += 1
    others = len(header.keys() & {"sent", "date", "to", "subject"})
    complete = "from" in header and (others >= 2 or (others == 1 and "@" in header["from"]))
    return (header, index - position) if complete else ({}, 0)


def _wrote_at(blocks: tuple[Block, ...], position: int) -> tuple[str, int]:
    text = ""
    for used in range(1, 4):
        if position + used > len(blocks):
            break
        block = blocks[position + used - 1]
        if not isinstance(block, Line):
            break
        text = f"{text} {_start(block).strip()}".strip()
        if not re.match(r"\W*(?:on\s|.{3,80}<)", text, re.I):
            break
        if _WROTE.match(text):
            sender = re.search(r"([^,>]*<[^>]+>)", text)
            return (sender.group(1).strip() if sender else text), used
    return "", 0


def _tidy(segment: Segment) -> None:
    """Drops banners and small print, and moves what follows the sign-off to the signature."""
    segment.blocks = _without_small_print(segment.blocks)
    for index, block in enumerate(segment.blocks):
        if not isinstance(block, Line) or not _SIGN_OFF.match(_start(block)):
            continue
        rest = segment.blocks[index + 1 :]
        if not _is_signature(rest):
            continue
        segment.signature = [text_of(after).strip() for after in rest if text_of(after).strip()]
        segment.blocks = segment.blocks[:index]
        return
    segment.signature = _last_lines(segment.blocks)


def _is_signature(blocks: list[Block]) -> bool:
    """Whether what follows a sign-off only says who wrote: nothing of a child, and not a story."""
    text = "\n".join(text_of(block) for block in blocks)
    is_long = len(text.split()) > _LONGEST_SIGNATURE_WORDS
    return not (is_long or any(isinstance(block, Table) for block in blocks) or _FACT_LINE.search(text))


def _without_small_print(blocks: list[Block]) -> list[Block]:
    kept: list[Block] = []
    dropping = False
    for block in blocks:
        text = fold(text_of(block))
        if isinstance(block, Line):
            if not text.strip():
                dropping = False
            elif _BANNER.match(text) or _SMALL_PRINT.search(text):
                dropping = True
            if dropping and text.strip():
                continue
        kept.append(block)
    return kept


def _last_lines(blocks: list[Block]) -> list[str]:
    """With no sign-off, the last short lines may still say who wrote."""
    lines = [block.text.strip() for block in blocks if isinstance(block, Line) and block.text.strip()]
    tail: list[str] = []
    for line in reversed(lines[-6:]):
        if len(line) > 90 or (line.endswith(".") and len(line.split()) > 7):
            break
        tail.insert(0, line)
    return tail
