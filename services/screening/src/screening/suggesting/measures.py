"""Facts that a text gives in figures: ages, weeks of pregnancy, attendance, scores, counts and sums."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from mash.partnerships.rules import Value

from screening.suggesting.suggestions import Words

_SMALL = [
    "nought",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_NUMBERS = {word: number for number, word in enumerate(_SMALL)} | {
    "a": 1,
    "an": 1,
    "once": 1,
    "twice": 2,
    "couple": 2,
}
_N = rf"(?P<n>\d{{1,3}}|{'|'.join(_SMALL[1:])})"
_CHILD = r"(?:child|baby|infant|boy|girl|son|daughter|pupil|toddler|teenager|young person|yp|lad|lass|kid)"


@dataclass
class Measures:
    """Facts by name with the words that gave them, and the ages of children in years."""

    values: dict[str, Value] = field(default_factory=dict)
    evidence: dict[str, Words] = field(default_factory=dict)
    ages: list[int] = field(default_factory=list)
    age_months: list[int] = field(default_factory=list)


def measure(text: str) -> Measures:
    """The facts that the text states in figures."""
    found = Measures()
    for pattern, read in _readers():
        for match in pattern.finditer(text):
            read(match, text, found)
    found.ages = sorted(set(found.ages))
    return found


def _number(words: str) -> int:
    low = words.lower()
    return _NUMBERS[low] if low in _NUMBERS else int(low)


def _note(found: Measures, name: str, value: Value, match: re.Match[str], text: str) -> None:
    known = found.values.get(name)
    if isinstance(known, int) and not isinstance(value, bool) and isinstance(value, int) and known >= value:
        return
    found.values[name] = value
    found.evidence[name] = Words(text[match.start() : match.end()], match.start(), match.end())


def _age_years(match: re.Match[str], text: str, found: Measures) -> None:
    age = _number(match.group("n"))
    if age < 18 and not _of_adult(text, match):
        found.ages.append(age)


def _of_adult(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 24) : match.start()].lower()
    return bool(
        re.search(
            r"\b(?:since|for|last|until|than|over|about the age of|was|when (?:he|she|i) (?:was|were))\s*$",
            before,
        )
        and re.search(r"\bwhen (?:he|she|i|they) (?:was|were)\s*$|\bsince\s+(?:\w+\s+){0,2}$", before)
    )


def _age_months(match: re.Match[str], text: str, found: Measures) -> None:
    number, unit = _number(match.group("n")), match.group("unit").lower()
    months = number if unit.startswith("m") else number * 7 // 30 if unit.startswith("w") else 0
    if months < 24:
        found.age_months.append(months)
        found.ages.append(months // 12)


def _newborn(match: re.Match[str], text: str, found: Measures) -> None:
    found.age_months.append(0)
    found.ages.append(0)


def _school_year(match: re.Match[str], text: str, found: Measures) -> None:
    found.ages.append(min(int(match.group("n")) + 5, 17))


def _reception(match: re.Match[str], text: str, found: Measures) -> None:
    found.ages.append(4)


def _gestation(match: re.Match[str], text: str, found: Measures) -> None:
    weeks = _number(match.group("n"))
    if 4 <= weeks <= 43:
        _note(found, "gestation_weeks", weeks, match, text)
        _note(found, "unborn", True, match, text)


def _gestation_months(match: re.Match[str], text: str, found: Measures) -> None:
    months = _number(match.group("n"))
    if 1 <= months <= 9:
        _note(found, "gestation_weeks", months * 13 // 3, match, text)
        _note(found, "unborn", True, match, text)


def _attendance(match: re.Match[str], text: str, found: Measures) -> None:
    percent = int(float(match.group("n")))
    if percent <= 100:
        known = found.values.get("attendance_percent")
        if not isinstance(known, int) or percent < known:
            found.values.pop("attendance_percent", None)
            _note(found, "attendance_percent", percent, match, text)


def _whole(name: str) -> Callable[[re.Match[str], str, Measures], None]:
    def read(match: re.Match[str], text: str, found: Measures) -> None:
        _note(found, name, _number(match.group("n").replace(",", "").split(".")[0]), match, text)

    return read


def _days_missing(match: re.Match[str], text: str, found: Measures) -> None:
    times = 7 if match.group("unit").lower().startswith("w") else 1
    _note(found, "missing_days", _number(match.group("n")) * times, match, text)


def _true(name: str) -> Callable[[re.Match[str], str, Measures], None]:
    def read(match: re.Match[str], text: str, found: Measures) -> None:
        _note(found, name, True, match, text)

    return read


_Reader = Callable[[re.Match[str], str, Measures], None]


@lru_cache(maxsize=1)
def _readers() -> tuple[tuple[re.Pattern[str], _Reader], ...]:
    return tuple((re.compile(pattern, re.I), read) for pattern, read in _patterns())


def _patterns() -> Iterator[tuple[str, _Reader]]:
    years = r"(?:years?|yrs?|yr)"
    yield rf"\b{_N}\s*[- ]?{years}[- ]?\s*[- ]?(?:olds?|of age)\b", _age_years
    yield rf"\b{_N}\s*y/?o\b", _age_years
    yield rf"\baged?:?\s+{_N}\b(?!\s*(?:months?|weeks?|days?|wks?|mths?|%))", _age_years
    yield (
        rf"\b{_CHILD},?\s*\(?(?:aged )?{_N}\b(?!\s*(?:months?|weeks?|days?|wks?|mths?|/|%|:|x|times|minutes|hours))",
        _age_years,
    )
    yield r"\b[A-Z][a-z]+ \((?P<n>\d{1,2})(?:,|\)| ?[MFmf]\b)", _age_years
    yield r"\b[MFmf] ?(?P<n>\d{1,2})\b(?!\s*(?:/|:|%|\d))", _age_years
    yield r"\b(?P<n>\d{1,2}) ?[MF]\b", _age_years
    yield (
        rf"\b(?:he|she|they|i)(?: ?['\u2019]?(?:s|m)| is| was| are| am| will be| turns| turned| only| just){{1,2}}\s*(?:only |just |about |nearly )?{_N}\b(?!\s*(?:months?|weeks?|days?|wks?|mths?|/|%|:|minutes?|hours?|miles?|stone|kilos?|kg|times|of|or|and|to|nights?|weeks))",
        _age_years,
    )
    yield (
        rf"\b{_N}[- ]?\s*(?P<unit>months?|mths?|mnths?|weeks?|wks?|wk|days?)[- ]?\s*(?:olds?|of age|baby|boy|girl)\b",
        _age_months,
    )
    yield (
        rf"\b(?:baby|infant|is|aged|was|son|daughter|he's|she's|\() ?{_N} (?P<unit>months?|mths?|weeks?|wks?|days?)\b(?! (?:pregnant|gestation|ago|late|into|since|to|before|until))",
        _age_months,
    )
    yield r"\b(?P<n>\d{1,2})/(?P<unit>12)\b", _twelfths
    yield r"\b(?:newborn|new born|new-born|neonate|born (?:yesterday|today|last night|this week))\b", _newborn
    yield r"\byear (?P<n>1[0-3]|[1-9])\b(?! (?:old|ago))|\byr ?(?P<n2>1[0-3]|[1-9])\b", _year_or_yr
    yield r"\bY(?P<n>1[0-3]|[1-9])\b", _school_year
    yield r"\breception (?:class|age|child|pupil|year|boy|girl)\b|\bin reception\b", _reception
    yield (
        rf"\b{_N}[+]?\d? ?(?:weeks?|wks?)(?: and \d days?)? (?:pregnant|gestation|gravid|gone|into (?:her|the) pregnancy)\b|\b(?:pregnant|gestation|booked|booking|gravid)\b[^.\n]{{0,20}}?\b(?P<n2>\d{{1,2}}) ?(?:weeks?|wks?)\b",
        _gestation_either,
    )
    yield r"\b(?P<n>\d{1,2})(?:\+\d)?/40\b", _gestation
    yield rf"\b{_N} months? (?:pregnant|gone)\b", _gestation_months
    yield r"\battend(?:ance|ed|ing)?\b[^.\n]{0,40}?\b(?P<n>\d{1,3}(?:\.\d+)?) ?(?:%|per ?cent)", _attendance
    yield r"\b(?P<n>\d{1,3}(?:\.\d+)?) ?(?:%|per ?cent) attendance", _attendance
    yield r"\bDASH\b[^.\n]{0,30}?\b(?P<n>\d{1,2})\b(?!\s*(?:yo|years|/\d))", _whole("dash_score")
    yield (
        rf"\bmissing\b(?:\s+(?:for|from\s+\w+\s+for|since|now))*\s+{_N} (?P<unit>days?|nights?|weeks?)\b",
        _days_missing,
    )
    yield (
        rf"\b(?:gone|not been seen|nobody has seen \w+|away|disappeared)\b[^.\n]{{0,16}}\bfor {_N} (?P<unit>days?|nights?|weeks?)\b",
        _days_missing,
    )
    yield (
        rf"\b{_N} (?:missing|misper|absconding|mfh) (?:episodes?|reports?|incidents?|times)\b",
        _whole("missing_episodes_6_months"),
    )
    yield rf"\bmissing (?:from \w+ )?(?:on )?{_N} (?:times|occasions)\b", _whole("missing_episodes_6_months")
    yield (
        r"\b(?:stole|stolen|theft|thefts|took|taken|shoplifted|goods)\b[^.\n\u00a3]{0,50}\u00a3 ?(?P<n>\d{1,3}(?:,\d{3})+|\d+)",
        _whole("theft_pounds"),
    )
    yield (
        r"\u00a3 ?(?P<n>\d{1,3}(?:,\d{3})+|\d+)[^.\n]{0,20}\b(?:stolen|of goods|of stock)\b",
        _whole("theft_pounds"),
    )
    yield (
        rf"\b{_N}(?:th|rd|nd|st)? (?:referral|contact)s? (?:in|within) (?:the )?(?:last |past )?(?:six|6) months\b",
        _whole("repeat_contacts_6_months"),
    )
    yield (
        r"\b(?:looked after child|child in care|in (?:foster|residential) care|children's home|care home for children|his foster|her foster|foster (?:carers?|mum|dad|placement))\b",
        _true("in_care"),
    )
    yield r"\bcare leaver\b", _true("care_leaver")
    yield r"\bunaccompanied\b|\bUASC\b", _true("unaccompanied_asylum_seeker")


def _twelfths(match: re.Match[str], text: str, found: Measures) -> None:
    months = int(match.group("n"))
    if months < 24:
        found.age_months.append(months)
        found.ages.append(months // 12)


def _year_or_yr(match: re.Match[str], text: str, found: Measures) -> None:
    found.ages.append(min(int(match.group("n") or match.group("n2")) + 5, 17))


def _gestation_either(match: re.Match[str], text: str, found: Measures) -> None:
    weeks = _number(match.group("n") or match.group("n2"))
    if 4 <= weeks <= 43:
        _note(found, "gestation_weeks", weeks, match, text)
        _note(found, "unborn", True, match, text)
