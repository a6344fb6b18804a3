"""Rich text (.rtf, and the body of some winmail.dat files) as plain lines."""

from __future__ import annotations

import re

from intake.reading.blocks import Block, lines_of

_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.I
)
_UNSEEN = {
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "themedata",
    "generator",
    "listtable",
    "datastore",
}
_BREAKS = {
    "par": "\n",
    "line": "\n",
    "row": "\n",
    "cell": "  ",
    "tab": "\t",
    "emdash": "-",
    "endash": "-",
    "bullet": "- ",
}
_QUOTES = {"lquote": "'", "rquote": "'", "ldblquote": '"', "rdblquote": '"'}
_SPECIAL = {"~": " ", "_": "-", "\\": "\\", "{": "{", "}": "}"}


def read_rich_text(content: bytes) -> list[Block]:
    return list(lines_of(rich_text_to_text(content)))


def rich_text_to_text(content: bytes) -> str:
    words: list[str] = []
    hidden, stack, skip = False, [False], 0
    for match in _TOKEN.finditer(content.decode("latin-1")):
        word, number, byte, special, brace, plain = match.groups()
        if brace == "{":
            stack.append(hidden)
        elif brace == "}":
            hidden = stack.pop() if len(stack) > 1 else False
        elif special == "*" or (word and word.lower() in _UNSEEN):
            hidden = True
        elif word == "v":
            hidden = number != "0"
        elif not hidden:
            skip = _write(words, skip, word, number, byte, special, plain)
    return "".join(words)


def _write(
    words: list[str],
    skip: int,
    word: str | None,
    number: str | None,
    byte: str | None,
    special: str | None,
    plain: str | None,
) -> int:
    """Writes one token; the result counts the stand-in letters to drop after a Unicode one."""
    if word == "u" and number:
        words.append(chr(int(number) % 0x10000))
        return 1
    if byte:
        if not skip:
            words.append(bytes([int(byte, 16)]).decode("cp1252", "replace"))
        return 0
    if plain:
        words.append(plain[skip:])
        return 0
    words.append(_BREAKS.get(word or "", _QUOTES.get(word or "", _SPECIAL.get(special or "", ""))))
    return skip
