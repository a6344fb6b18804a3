"""Tick boxes in a line of text: which options stand there, and which are ticked."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"(?P<on>[\u2611\u2612\u2713\u2714\u2717\u2718\u25a0\u2b1b\u25cf]|\[\s?[xX\u2713\u2714yY*]\s?\]"
    r"|\(\s?[xX\u2713\u2714*]\s?\))|(?P<off>[\u2610\u25a1\u25fb\u2b1c\u25cb]|\[\s{0,3}\]|\(\s{1,3}\)"
    r"|\[_+\])"
)


def has_boxes(text: str) -> bool:
    return bool(_MARK.search(text))


def options(text: str) -> list[tuple[str, bool]]:
    """Each option's words and whether it is ticked; empty when the text has no boxes."""
    marks = list(_MARK.finditer(text))
    if not marks:
        return []
    chosen: list[tuple[str, bool]] = []
    for line in text.split("\n"):
        chosen.extend(_line_options(line))
    return chosen


def _line_options(line: str) -> list[tuple[str, bool]]:
    marks = list(_MARK.finditer(line))
    if not marks:
        return []
    leads = not _words(line[: marks[0].start()]) or line[: marks[0].start()].rstrip().endswith((":", "?"))
    found = []
    for index, mark in enumerate(marks):
        if leads:
            end = marks[index + 1].start() if index + 1 < len(marks) else len(line)
            words = line[mark.end() : end]
        else:
            begin = marks[index - 1].end() if index else 0
            words = line[begin : mark.start()]
        found.append((_words(words), mark.group("on") is not None))
    return [(words, is_on) for words, is_on in found if words]


def _words(text: str) -> str:
    return text.strip(" \t,;/|.-\u2022*")
