"""Word documents (.docx): paragraphs, tables cell by cell, ticked boxes and typed-in fields.

The package is opened by hand, since a hostile file may unpack to gigabytes: a limit holds as it is unpacked.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from intake.reading.blocks import Block, Line, Table, squeeze, visible

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORD14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MOST_BYTES = 24_000_000
_MOST_RATIO = 400
_CONTROL = {"sdt", "sdtContent", "smartTag", "ins", "customXml", "hyperlink", "moveTo", "txbxContent"}
_DROPPED = {"del", "moveFrom", "instrText", "delText", "rPr", "pPr", "tblPr", "tcPr", "sdtPr", "sectPr"}


class UnreadableDocument(Exception):
    """The document cannot be read; the message says why in words a duty worker could read aloud."""


def read_word(content: bytes) -> list[Block]:
    """Every block of the document in order, headers first. Raises UnreadableDocument."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableDocument("protected by a password, or in the old Word format")
    blocks: list[Block] = []
    for part in _parts(content):
        blocks.extend(_blocks(_parse(part)))
    return blocks


def _parts(content: bytes) -> list[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = sorted(name for name in package.namelist() if name.startswith("word/header"))
            return [_unpacked(package, name) for name in [*names[:3], "word/document.xml"]]
    except (
        zipfile.BadZipFile,
        KeyError,
        OSError,
        EOFError,
        ValueError,
        zlib.error,
        NotImplementedError,
    ) as fault:
        raise UnreadableDocument("damaged, or not a Word document") from fault
    except RuntimeError as fault:
        raise UnreadableDocument("protected by a password") from fault


def _unpacked(package: zipfile.ZipFile, name: str) -> bytes:
    entry = package.getinfo(name)
    if entry.file_size > _MOST_BYTES or entry.file_size > _MOST_RATIO * max(entry.compress_size, 1_000):
        raise UnreadableDocument("unpacks to more than is safe to open")
    with package.open(entry) as packed:
        content = packed.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise UnreadableDocument("unpacks to more than is safe to open")
    return content


def _parse(part: bytes) -> Any:
    from docx.oxml import parse_xml

    if b"<!DOCTYPE" in part[:2_000] or b"<!ENTITY" in part:
        raise UnreadableDocument("holds definitions that a Word document never has")
    try:
        return parse_xml(part)
    except (ValueError, SyntaxError) as fault:
        raise UnreadableDocument("damaged, or not a Word document") from fault


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _blocks(parent: Any) -> Iterator[Block]:
    for element in parent:
        name = _local(element)
        if name == "p":
            yield from _paragraph(element)
        elif name == "tbl":
            yield Table(tuple(row for row in _rows(element) if any(row)))
        elif name in _CONTROL or name == "body":
            yield from _blocks(element)


def _paragraph(element: Any) -> Iterator[Block]:
    style = element.find(f"{_WORD}pPr/{_WORD}pStyle")
    is_heading = style is not None and str(style.get(f"{_WORD}val")).lower().startswith(("heading", "title"))
    for text in _text(element).split("\n"):
        yield Line(visible(text).rstrip(), heading=is_heading and bool(text.strip()))
    for box in element.iter(f"{_WORD}txbxContent"):
        if not any(_local(ancestor) == "Fallback" for ancestor in box.iterancestors()):
            yield from _blocks(box)


def _rows(table: Any) -> Iterator[tuple[str, ...]]:
    for row in _within(table, "tr"):
        yield tuple(_cell(cell) for cell in _within(row, "tc"))


def _within(parent: Any, wanted: str) -> Iterator[Any]:
    for element in parent:
        if _local(element) == wanted:
            yield element
        elif _local(element) in _CONTROL:
            yield from _within(element, wanted)


def _cell(cell: Any) -> str:
    lines: list[str] = []
    for block in _blocks(cell):
        if isinstance(block, Line):
            lines.append(squeeze(block.text))
        else:
            lines.extend("  ".join(squeeze(part) for part in row if part) for row in block.rows)
    return "\n".join(line for line in lines if line)


def _text(element: Any) -> str:
    words: list[str] = []
    _gather(element, words)
    return "".join(words)


def _gather(element: Any, words: list[str]) -> None:
    for child in element:
        name = _local(child)
        if name == "t":
            words.append(child.text or "")
        elif name in {"tab", "br", "cr"}:
            words.append("\t" if name == "tab" else "\n")
        elif name in {"noBreakHyphen"}:
            words.append("-")
        elif name == "sym":
            words.append(_symbol(str(child.get(f"{_WORD}char") or "")))
        elif name == "fldChar":
            words.append(_old_tick(child))
        elif name in _DROPPED or name in {"drawing", "pict", "AlternateContent"} or _is_hidden(child):
            continue
        else:
            if name == "sdt" and (tick := _tick(child)):
                words.append(tick)
                continue
            _gather(child, words)


def _is_hidden(run: Any) -> bool:
    hidden = run.find(f"{_WORD}rPr/{_WORD}vanish")
    return hidden is not None and hidden.get(f"{_WORD}val") not in {"0", "false"}


def _tick(control: Any) -> str:
    box = control.find(f"{_WORD}sdtPr/{_WORD14}checkbox")
    if box is None:
        return ""
    checked = box.find(f"{_WORD14}checked")
    is_ticked = checked is not None and checked.get(f"{_WORD14}val") in {"1", "true"}
    return "\u2612" if is_ticked else "\u2610"


def _old_tick(character: Any) -> str:
    box = character.find(f"{_WORD}ffData/{_WORD}checkBox")
    if box is None:
        return ""
    state = box.find(f"{_WORD}checked")
    if state is None:
        state = box.find(f"{_WORD}default")
    return "\u2612" if state is not None and state.get(f"{_WORD}val") not in {"0", "false"} else "\u2610"


def _symbol(code: str) -> str:
    """Wingdings' own tick boxes."""
    return {"F0FE": "\u2612", "F0FD": "\u2612", "F0FC": "\u2713", "F0A8": "\u2610", "F06F": "\u2610"}.get(
        code.upper(), ""
    )
