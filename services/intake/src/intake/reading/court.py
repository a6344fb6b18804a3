"""What a court asks of the authority, in which case, and when it sits next."""

from __future__ import annotations

import re
from datetime import date

from intake.reading.blocks import fold, squeeze
from intake.reading.dates import DATE, find_dates
from intake.reading.identifiers import find_case_number
from intake.reading.model import Court

_KINDS = (
    ("s37", re.compile(r"\bs(?:ection|ec|ect)?\.?\s?37\b", re.I)),
    ("s7", re.compile(r"\bs(?:ection|ec|ect)?\.?\s?7\b(?!\d)|welfare report", re.I)),
    (
        "join-proceedings",
        re.compile(
            r"\b(?:join(?:ed|ing)?|invit\w+|made|become|added|be)\b[^.]{0,60}\b(?:part(?:y|ies) to"
            r"|as (?:a )?part(?:y|ies)|to (?:the |these )?proceedings|join the)\b|joinder"
            r"|party to (?:the |these |care )?proceedings",
            re.I,
        ),
    ),
    (
        "information-request",
        re.compile(
            r"\b(?:disclos\w+|provide|file|request\w*|supply|produce)\b[^.]{0,100}\b(?:information"
            r"|records?|documents?|involvement|files?|history|checks?|disclosure)\b"
            r"|request for (?:information|disclosure|safeguarding checks)|safeguarding checks"
            r"|third party disclosure|disclosure order",
            re.I,
        ),
    ),
)
_COURT = re.compile(
    r"\b(?:(?:the )?(?:[A-Z][\w']+ ){1,4}(?:Family Court|County Court|Magistrates'? Court|Crown Court)"
    r"|(?:the )?family court (?:sitting )?at [A-Z][\w']+(?: [A-Z][\w']+)*|(?:the )?Central Family Court"
    r"|High Court of Justice(?:,? Family Division)?)",
    re.I,
)
_HEARING = re.compile(
    rf"\b(?:next (?:listed|hearing)|hearing(?: date| is| on| listed)?|listed (?:for|on)|adjourned to"
    rf"|returns? to court|will be heard|DRA|FHDRA|IRH|final hearing"
    rf"|directions hearing)\b[^.\n]{{0,80}}?(?P<date>{DATE.pattern})",
    re.I,
)
_COURT_AT = re.compile(
    r"family court (?:sitting )?at (?P<place>[A-Z][A-Za-z' ]{2,40}?)(?=\s{2,}|\n|$|\s+case|,|\.)", re.I
)


def read_court(text: str, subject: str, today: date | None) -> tuple[Court, dict[str, str]]:
    """The court's request and the words each part came from. `kind` is "order" where none is named."""
    folded = fold(text)
    words: dict[str, str] = {}
    case = find_case_number(folded) or find_case_number(subject)
    if case:
        words["court.case_number"] = case[1]
    hearing_on, hearing = _next_hearing(folded, today)
    if hearing:
        words["court.hearing_on"] = hearing
    kind = "order"
    for name, pattern in _KINDS:
        match = pattern.search(f"{subject}\n{folded}")
        if match:
            kind = name
            words["court.kind"] = squeeze(match.group())
            break
    return Court(kind, case[0] if case else None, _court_name(folded), hearing_on), words


def _next_hearing(text: str, today: date | None) -> tuple[date | None, str]:
    """The first date spoken of as a hearing that is still to come."""
    for match in _HEARING.finditer(text):
        value = find_dates(match.group("date"))[0].value
        if value and (today is None or value >= today):
            return value, squeeze(match.group())
    return None, ""


def _court_name(text: str) -> str | None:
    at = _COURT_AT.search(text)
    if at:
        return f"Family Court at {at.group('place').strip().title()}"
    match = _COURT.search(text)
    return squeeze(match.group()) if match else None
