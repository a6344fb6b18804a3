"""How the police themselves graded the matter: a colour, or high, medium, low."""

from __future__ import annotations

import re

from intake.reading.blocks import fold, squeeze
from intake.reading.ticks import options

_GRADE = r"(?P<grade>blue|red|amber|green|high|medium|standard|low)\b"
_LABELLED = re.compile(
    rf"\b(?:risk(?: (?:category|assessment|level|rating|grading|grade|colour))?|rag(?: rating| status)?"
    rf"|brag(?: rating| status)?|grad(?:e|ing|ed)(?: as)?|category|rated(?: as)?|(?:PPN|police"
    rf"|MASH) (?:grading|rating|rag|risk))\b(?:\s*\([^)]*\))?\s*(?:is|as|:|="
    rf"|-)?\s*\n?\s*(?:\W{{0,3}}){_GRADE}",
    re.I,
)
_RISK_LINE = re.compile(r"\b(?:risk|rag|brag|grad(?:e|ing)|rating)\b", re.I)
_SUBJECT = re.compile(rf"[\[(\-:|]\s*{_GRADE}|\b{_GRADE.replace('grade', 'second')}\s*(?:risk|[\])])", re.I)
_NOT_OURS = re.compile(r"\bDASH\s*(?:risk\s*)?$", re.I)


def find_risk_grade(text: str, subject: str) -> tuple[str | None, str]:
    """The grade in lower case, with its words."""
    folded = f"{fold(subject)}\n{fold(text)}"
    for line in folded.split("\n"):
        chosen = [word.lower() for word, is_ticked in options(line) if is_ticked]
        if (
            _RISK_LINE.search(line)
            and len(chosen) == 1
            and re.fullmatch(_GRADE.replace(r"\b", ""), chosen[0])
        ):
            return chosen[0], squeeze(line)
    for match in _LABELLED.finditer(folded):
        if not _NOT_OURS.search(folded[: match.start()][-30:]) and not _is_choice(folded, match):
            return match.group("grade").lower(), squeeze(match.group())
    found = _SUBJECT.search(fold(subject))
    if found:
        return (found.group("grade") or found.group("second")).lower(), found.group().strip(" -[]():|")
    return None, ""


def _is_choice(text: str, match: re.Match[str]) -> bool:
    """A form's list of what might be chosen ("Red / Amber / Green") grades nothing."""
    return bool(re.match(r"\s*[/|,]\s*(?:blue|red|amber|green|high|medium|low)\b", text[match.end() :], re.I))
