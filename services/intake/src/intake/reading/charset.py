"""Turns the bytes of a text part into text when what it declares is wrong, unknown or missing."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_TWICE_ENCODED = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]+"
)
_TOO_VAGUE = {"", "us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "unknown-8bit", "utf-8", "utf8"}


@dataclass(frozen=True)
class Decoded:
    """`guessed` says that letters outside ASCII may be wrong."""

    text: str
    guessed: bool = False


def decode(content: bytes, declared: str | None) -> Decoded:
    """The text, trying what is certain first: marks, the declared name, UTF-8, then Windows' own."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return Decoded(content.decode(name, "replace"))
    if content.isascii() and b"\x1b" not in content and b"\x00" not in content:
        return Decoded(content.decode("ascii"))
    text = _as_declared(content, (declared or "").strip("\"' ").lower())
    return Decoded(unmangle(text)) if text is not None else _guess(content)


def unmangle(text: str) -> str:
    """UTF-8 that was once read as Windows-1252 and saved again, put right run by run."""
    return _TWICE_ENCODED.sub(_put_right, text)


def _as_declared(content: bytes, declared: str) -> str | None:
    names = ("utf-8", None) if declared in _TOO_VAGUE else (declared, "utf-8")
    for name in names:
        if name is None:
            continue
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    return None


def _guess(content: bytes) -> Decoded:
    if content.count(b"\x00") > len(content) // 4:
        return Decoded(content.decode("utf-16-le", "replace"), guessed=True)
    try:
        return Decoded(content.decode("cp1252"), guessed=True)
    except UnicodeDecodeError:
        return Decoded(content.decode("latin-1"), guessed=True)


def _put_right(run: re.Match[str]) -> str:
    try:
        return bytes(_windows_byte(letter) for letter in run.group()).decode("utf-8")
    except ValueError:
        return run.group()


def _windows_byte(letter: str) -> int:
    return ord(letter) if ord(letter) < 0x100 else letter.encode("cp1252")[0]
