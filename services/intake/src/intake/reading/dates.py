"""Dates as people in England write them: day before month, always.

A date that cannot exist is reported as impossible, and is never rescued by swapping day and month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\s+)?(?P<{0}>\d{{1,2}})(?:\s?(?:st|nd|rd|th))?"
_YEAR = r"(?P<{0}>(?:19|20)\d{{2}}|'?\d{{2}})"
DATE = re.compile(
    r"(?<![\w/])(?<!\d[.])(?:"
    r"(?P<y1>(?:19|20)\d{2})[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})"
    r"|"
    + _DAY.format("d2")
    + r"\s?(?:of\s+)?[-/. ]?\s?"
    + _MONTH.format("m2")
    + r"\.?,?\s?[-/. ]?\s?"
    + _YEAR.format("y2")
    + r"|"
    r"(?P<d3>\d{1,2})\s?(?P<s3>[-/.\\])\s?(?P<m3>\d{1,2})\s?(?P=s3)\s?(?P<y3>(?:19|20)\d{2}|\d{2})"
    r"|" + _MONTH.format("m4") + r"\.?\s+(?P<d4>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y4>(?:19|20)\d{2})"
    r"|(?P<d5>\d{2})(?P<m5>\d{2})(?P<y5>(?:19|20)\d{2})"
    r"|(?P<d6>\d{1,2}) (?P<m6>\d{1,2}) (?P<y6>(?:19|20)\d{2}|\d{2})"
    r")(?!\d|/\d)",
    re.I,
)
_UNKNOWN = re.compile(
    r"^\W*(?:not (?:known|stated|given|recorded|provided|available|applicable|yet known)|unknown|un-?born"
    r"|n/?k|n/?a|tbc|none|unsure"
    r"|to be confirmed|nil|x+|-+|\?+|dd/mm/yyyy)?\W*$",
    re.I,
)
# Six figures are a date only where a date of birth is asked for: "DOB 110721".
COMPACT = r"\d{6}(?!\d|[/.-]\d)"
_LONGEST_LIFE = timedelta(days=110 * 365)
_ADULT_AGE = 18


@dataclass(frozen=True)
class FoundDate:
    """A date in a text: `value` is None when what is written cannot be a date."""

    value: date | None
    words: str
    start: int
    end: int


def find_dates(text: str) -> list[FoundDate]:
    """Every date in the text. A year of two figures is read as the 2000s; `as_birth` may move it back."""
    return [
        FoundDate(_value(match), match.group().strip(), match.start(), match.end())
        for match in DATE.finditer(text)
    ]


def read_compact(words: str) -> FoundDate | None:
    """Six figures that were written where a date of birth stands; None when they are anything else."""
    match = re.match(COMPACT, words.strip())
    return first_date(re.sub(r"(\d\d)(\d\d)(\d\d)", r"\1/\2/\3", match.group())) if match else None


def first_date(text: str) -> FoundDate | None:
    return next(iter(find_dates(text)), None)


def is_blank(text: str) -> bool:
    """Whether a form's answer says that the date is not known."""
    return bool(_UNKNOWN.match(text))


def as_birth(found: FoundDate, today: date | None) -> date | None:
    """The date as a date of birth: in the past, and within a life. None when it cannot be one."""
    value = found.value
    if value is None:
        return None
    if (
        today is not None
        and value > today
        and re.search(r"(?<!\d)'?\d{2}$", found.words)
        and not re.match(r"\d{4}", found.words)
    ):
        value = _century_earlier(value)
    if value is None or (value.month, value.day, value.year) == (1, 1, 1900):
        return None
    if today is not None and not (today - _LONGEST_LIFE <= value <= today):
        return None
    return value


def age_on(dob: date, today: date) -> int:
    return today.year - dob.year - ((today.month, today.day) < (dob.month, dob.day))


def is_minor(dob: date, today: date) -> bool:
    return age_on(dob, today) < _ADULT_AGE


def _value(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    form = next(form for form in "123456" if parts[f"d{form}"])
    year, month, day = parts[f"y{form}"].lstrip("'"), parts[f"m{form}"], int(parts[f"d{form}"])
    number = _MONTHS[month[:3].lower()] if month[0].isalpha() else int(month)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), number, day)
    except ValueError:
        return None


def _century_earlier(value: date) -> date | None:
    try:
        return value.replace(year=value.year - 100)
    except ValueError:
        return None
