"""A letter in words: each purpose has one template of plain text, and its HTML is made from the same."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from mash.partnerships import Partnership

from notifications.domain.letter import Letter

WIDTH = 76
ITEM = "- "
Paragraph = str | list[str]

_templates = Environment(
    loader=PackageLoader("notifications", "mail/templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Rendered:
    """A letter as it is read: the same words as text and as HTML."""

    subject: str
    text: str
    html: str


def render(letter: Letter, partnership: Partnership) -> Rendered:
    """Write a letter out."""
    words = _templates.get_template(f"{letter.purpose}.txt").render(letter=letter, partnership=partnership)
    paragraphs = _paragraphs(words)
    html = _templates.get_template("letter.html").render(subject=letter.subject, paragraphs=paragraphs)
    return Rendered(letter.subject, _text(paragraphs), html)


def _paragraphs(words: str) -> list[Paragraph]:
    parts = (part.strip() for part in re.split(r"\n\s*\n", words))
    return [_paragraph(part.split("\n")) for part in parts if part]


def _paragraph(lines: list[str]) -> Paragraph:
    if lines[0].startswith(ITEM):
        return [line.removeprefix(ITEM) for line in lines]
    return " ".join(lines)


def _text(paragraphs: list[Paragraph]) -> str:
    parts = (
        _wrapped(one) if isinstance(one, str) else "\n".join(_wrapped(item, ITEM) for item in one)
        for one in paragraphs
    )
    return "\n\n".join(parts) + "\n"


def _wrapped(words: str, opening: str = "") -> str:
    # A reference or a telephone number is never broken at its hyphen.
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=opening,
        subsequent_indent=" " * len(opening),
        break_on_hyphens=False,
        break_long_words=False,
    )
