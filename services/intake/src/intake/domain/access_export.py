"""The answer to somebody who asked what is held about them: a zip, made from what may be given alone.

It holds the same twice: as JSON, and as a page that is read and printed without a script. Every word in the
page is escaped, as it was written by anybody.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Any

from intake.domain.subject_access import EXEMPTIONS

# So that the same answer is the same bytes.
_MADE_AT = (1980, 1, 1, 0, 0, 0)
_HEAD = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What we hold about you</title>
<style>
body { font: 1.1875rem/1.5 Arial, sans-serif; color: #0b0c0c; background: #fff; max-width: 45rem;
  margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; } dt { font-weight: bold; } dd { margin: 0 0 .75rem; white-space: pre-wrap;
  overflow-wrap: anywhere; }
section { border-top: 1px solid #505a5f; margin-top: 2rem; }
@media print { body { font-size: 12pt; margin: 0; max-width: none; } h2, h3 { break-after: avoid; } }
</style>
</head>
<body>
<main>
<h1>What we hold about you</h1>
"""


@dataclass(frozen=True)
class Given:
    """One thing that goes, in the words that it goes in."""

    reference: str
    part: str
    whose: str
    content: Any = field(repr=False)
    is_cut: bool
    file: tuple[str, bytes] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Letter:
    """All that goes, and how much does not: by exemption, and what is still to be decided."""

    hub: str
    made_on: date
    items: Sequence[Given]
    withheld: Counter[str]
    undecided: int


def make_zip(letter: Letter) -> bytes:
    """Return the answer as a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(letter):
            archive.writestr(zipfile.ZipInfo(name, _MADE_AT), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _files(letter: Letter) -> Iterator[tuple[str, bytes]]:
    yield "what-we-hold.html", page(letter).encode()
    yield "what-we-hold.json", json.dumps(_as_json(letter), indent=2, default=str).encode()
    for number, one in enumerate(letter.items, start=1):
        if one.file:
            yield f"files/{number:03}-{_plain(one.file[0])}", one.file[1]


def _plain(name: str) -> str:
    """A name that no system takes for a path or a command."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[:80] or "file"


def _as_json(letter: Letter) -> dict[str, Any]:
    items = [
        {
            "contact": one.reference,
            "what": one.part,
            "whose_words": one.whose,
            "cut": one.is_cut,
            "content": one.content,
        }
        for one in letter.items
    ]
    return {
        "from": letter.hub,
        "made_on": letter.made_on,
        "items": items,
        "withheld": dict(letter.withheld),
        "not_yet_decided": letter.undecided,
    }


def page(letter: Letter) -> str:
    """Return the answer as a page."""
    return "".join(
        [_HEAD, *_opening(letter), *_contacts(letter.items), *_held_back(letter), "</main></body></html>\n"]
    )


def _opening(letter: Letter) -> Iterator[str]:
    hub, day = escape(letter.hub), f"{letter.made_on.day} {letter.made_on:%B %Y}"
    yield f"<p>From {hub}, {day}.</p>\n"
    yield (
        "<p>You asked what we hold about you. People contact us when they are worried about a child. "
        "Below is what was said and done each time, and whose words each part is.</p>\n"
    )


def _contacts(items: Sequence[Given]) -> Iterator[str]:
    for reference in dict.fromkeys(one.reference for one in items):
        yield f"<section>\n<h2>Contact {escape(reference)}</h2>\n"
        for one in items:
            if one.reference == reference:
                yield from _item(one)
        yield "</section>\n"


def _item(one: Given) -> Iterator[str]:
    yield f"<h3>{escape(_words(one.part))}</h3>\n<p>Whose words: {escape(one.whose)}."
    yield " Some of it is left out.</p>\n" if one.is_cut else "</p>\n"
    yield from _content(one.content)


def _content(content: Any) -> Iterator[str]:
    if isinstance(content, Mapping):
        yield "<dl>\n"
        for name, value in content.items():
            yield f"<dt>{escape(_words(str(name)))}</dt>\n<dd>"
            yield from _content(value) if isinstance(value, Mapping | list) else [_said(value)]
            yield "</dd>\n"
        yield "</dl>\n"
    elif isinstance(content, list):
        yield "<ul>\n"
        for value in content:
            yield "<li>"
            yield from _content(value)
            yield "</li>\n"
        yield "</ul>\n"
    else:
        yield f"<p>{_said(content)}</p>\n"


def _said(value: Any) -> str:
    words = {True: "yes", False: "no", None: "not known"}
    return words[value] if isinstance(value, bool) or value is None else escape(str(value))


def _words(name: str) -> str:
    return name.replace("_", " ").strip().capitalize()


def _held_back(letter: Letter) -> Iterator[str]:
    yield "<section>\n<h2>What is not here</h2>\n"
    if not letter.withheld and not letter.undecided:
        yield "<p>Nothing was kept back.</p>\n"
    for exemption, count in sorted(letter.withheld.items()):
        yield f"<p>{_counted(count)} kept back. {escape(EXEMPTIONS[exemption])}</p>\n"
    if letter.undecided:
        yield f"<p>{_counted(letter.undecided)} still being looked at, and not here yet.</p>\n"
    yield (
        "<p>If you think that this is wrong, tell us. You may also complain to the Information "
        "Commissioner's Office, or go to court.</p>\n</section>\n"
    )


def _counted(count: int) -> str:
    return "One part is" if count == 1 else f"{count} parts are"


def counts(decisions: Iterable[tuple[str | None, str | None]]) -> tuple[Counter[str], int]:
    """Return how many things are kept back, by exemption, and how many wait for a decision."""
    known = list(decisions)
    withheld = Counter(exemption for _, exemption in known if exemption)
    return withheld, sum(decision is None for decision, _ in known)
