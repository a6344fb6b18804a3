"""The one shape every source is turned into before it is read: lines, headings and tables, in order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ONE_FOR_ONE = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201b": "'",
        "\u00b4": "'",
        "`": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u00a0": " ",
        "\u2002": " ",
        "\u2003": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\uff1a": ":",
    }
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]"
)


@dataclass(frozen=True)
class Line:
    """One line. `typed` says that a sentence may have been broken over several, as in plain text."""

    text: str
    heading: bool = False
    depth: int = 0
    typed: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells; a cell may hold several lines."""

    rows: tuple[tuple[str, ...], ...]
    depth: int = 0


Block = Line | Table


@dataclass(frozen=True)
class Document:
    """One readable thing: the body, or an attachment by its name."""

    name: str
    blocks: tuple[Block, ...]
    guessed: bool = False

    @property
    def text(self) -> str:
        return "\n".join(text_of(block) for block in self.blocks)


def text_of(block: Block) -> str:
    if isinstance(block, Line):
        return block.text
    return "\n".join("  ".join(row) for row in block.rows)


def fold(text: str) -> str:
    """Typographic quotes, dashes and spaces made plain, one character for one, so that offsets still hold."""
    return text.translate(_ONE_FOR_ONE)


def visible(text: str) -> str:
    """The text without characters that nobody sees but that break words apart."""
    return _INVISIBLE.sub("", text)


def squeeze(text: str) -> str:
    return " ".join(text.split())


def lines_of(text: str, depth: int = 0) -> Iterable[Line]:
    """Plain text as lines, with the quoting marks of a reply counted and taken off."""
    for raw in visible(text).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        marks = re.match(r"^((?:\s?>)+)\s?", raw)
        own = marks.group(1).count(">") if marks else 0
        rest = raw[marks.end() :] if marks else raw
        yield Line(rest.rstrip(), depth=depth + own, typed=True)
