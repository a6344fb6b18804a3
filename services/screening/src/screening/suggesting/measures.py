"""Facts that a text gives in figures: ages, weeks of pregnancy, attendance, scores, counts and sums."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from mash.partnerships.rules import Value

from screening.suggesting.suggestions import Words

_GROWN_UP = 18
_BABY_MONTHS = 24
_LAST_WEEK = 43
# fmt: off
_SMALL = [
    "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
]
# fmt: on
_NUMBERS = {word: number for number, word in enumerate(_SMALL)}
_N = rf"(?P<n>\d{{1,3}}|{'|'.join(_SMALL[1:])})"
_WEEKS = r"(?P<unit>months?|mths?|mnths?|weeks?|wks?|wk|days?)"
_NO_UNIT = (
    r"(?!\s*(?:months?|weeks?|days?|wks?|mths?|/|%|:|x\b|times|minutes?|hours?|miles?|stone|kilos?|kg"
    r"|nights?))"
)
_CHILD = r"(?:child|baby|infant|boy|girl|son|daughter|pupil|toddler|teenager|young person|yp|lad|lass|kid)"
_POUNDS = r"\u00a3 ?(?P<n>\d{1,3}(?:,\d{3})+|\d+)"


@dataclass
class Measures:
    """Facts by name with the words that gave them; ages of children in years, and of babies in months."""

    values: dict[str, Value] = field(default_factory=dict)
    evidence: dict[str, Words] = field(default_factory=dict)
    ages: list[int] = field(default_factory=list)
    age_months: list[int] = field(default_factory=list)


_Reader = Callable[[re.Match[str], Measures], None]
# Words of which a text must have one, for a look for them is quick; the pattern; what is read of a match.
_Told = tuple[tuple[str, ...], str, _Reader]
_ANY = ("",)
_YEAR = ("year", "yr", "y1", "y2", "y3", "y4", "y5", "y6", "y7", "y8", "y9")
_UNITS = ("month", "mth", "mnth", "week", "wk", "day")
_PREGNANT = ("pregnan", "gestation", "gravid", "gone", "book")
_AWAY = ("gone", "seen", "away", "disappeared")


def measure(text: str) -> Measures:
    """The facts that the text states in figures."""
    found, low = Measures(), text.lower()
    for telling, pattern, read in _readers():
        if any(word in low for word in telling):
            for match in pattern.finditer(text):
                read(match, found)
    found.ages = sorted(set(found.ages))
    return found


@lru_cache(maxsize=1)
def _readers() -> tuple[tuple[tuple[str, ...], re.Pattern[str], _Reader], ...]:
    told = (*_ages(), *_pregnancy(), *_counts(), *_states())
    return tuple((telling, re.compile(pattern, re.I), read) for telling, pattern, read in told)


def _ages() -> Iterator[_Told]:
    years = r"(?:years?|yrs?|yr)"
    yield _YEAR, rf"\b{_N}\s*[- ]?{years}[- ]?\s*[- ]?(?:olds?|of age)\b", _age_years
    yield ("yo", "y/o"), rf"\b{_N}\s*y/?o\b", _age_years
    yield ("age",), rf"\baged?:?\s+{_N}\b{_NO_UNIT}", _age_years
    yield _ANY, rf"\b{_CHILD},?\s*\(?(?:aged )?{_N}\b{_NO_UNIT}", _age_years
    yield ("(",), r"\b[A-Z][a-z]+ \((?P<n>\d{1,2})(?:,|\)| ?[MFmf]\b)", _age_years
    yield _ANY, r"\b[MFmf] ?(?P<n>\d{1,2})\b(?!\s*(?:/|:|%|\d))", _age_years
    yield _ANY, r"\b(?P<n>\d{1,2}) ?[MF]\b", _age_years
    is_now = r"(?: ?['\u2019]?(?:s|m)| is| was| are| am| will be| turns| turned| only| just){1,2}"
    approximately = r"\s*(?:only |just |about |nearly )?"
    yield (
        _ANY,
        rf"\b(?:he|she|they|i){is_now}{approximately}{_N}\b{_NO_UNIT}(?!\s*(?:of|or|and|to)\b)",
        _age_years,
    )
    yield _UNITS, rf"\b{_N}[- ]?\s*{_WEEKS}[- ]?\s*(?:olds?|of age|baby|boy|girl)\b", _age_months
    is_a = r"(?:baby|infant|is|aged|was|son|daughter|he's|she's|\()"
    no_age = r"(?! (?:pregnant|gestation|ago|late|into|since|to|before|until))"
    yield _UNITS, rf"\b{is_a} ?{_N} {_WEEKS}\b{no_age}", _age_months
    yield ("/12",), r"\b(?P<n>\d{1,2})/12\b", _twelfths
    yield (
        ("born", "neonate"),
        r"\b(?:newborn|new born|new-born|neonate|born (?:yesterday|today|last night|this week))\b",
        _newborn,
    )
    yield (
        _YEAR,
        r"\b(?:year|yr) ?(?P<n>1[0-3]|[1-9])\b(?! (?:old|ago))|\bY(?P<m>1[0-3]|[1-9])\b",
        _school_year,
    )
    yield (
        ("reception",),
        r"\breception (?:class|age|child|pupil|year|boy|girl)\b|\bin reception\b",
        _reception,
    )


def _pregnancy() -> Iterator[_Told]:
    weeks = r"(?:weeks?|wks?)(?: and \d days?)?"
    yield (
        _PREGNANT,
        rf"\b{_N}[+]?\d? ?{weeks} (?:pregnant|gestation|gravid|gone|into (?:her|the) pregnancy)\b",
        _gestation,
    )
    booked = r"\b(?:pregnant|gestation|booked|booking|gravid)\b[^.\n]{0,20}?"
    yield _PREGNANT, rf"{booked}\b(?P<n>\d{{1,2}}) ?(?:weeks?|wks?)\b", _gestation
    yield ("/40",), r"\b(?P<n>\d{1,2})(?:\+\d)?/40\b", _gestation
    yield _PREGNANT, rf"\b{_N} months? (?:pregnant|gone)\b", _gestation_months


def _counts() -> Iterator[_Told]:
    percent = r"(?P<n>\d{1,3})(?:\.\d+)? ?(?:%|per ?cent)"
    yield ("attend",), rf"\battend(?:ance|ed|ing)?\b[^.\n]{{0,40}}?\b{percent}", _attendance
    yield ("attend",), rf"\b{percent} attendance", _attendance
    yield ("dash",), r"\bDASH\b[^.\n]{0,30}?\b(?P<n>\d{1,2})\b(?!\s*(?:yo|years|/\d))", _most("dash_score")
    spell = r"(?P<unit>days?|nights?|weeks?)"
    yield (
        ("missing",),
        rf"\bmissing\b(?:\s+(?:for|from\s+\w+\s+for|since|now))*\s+{_N} {spell}\b",
        _days_missing,
    )
    away = r"(?:gone|not been seen|nobody has seen \w+|away|disappeared)"
    yield _AWAY, rf"\b{away}\b[^.\n]{{0,16}}\bfor {_N} {spell}\b", _days_missing
    episodes = _most("missing_episodes_6_months")
    yield (
        ("mis", "mfh", "absconding"),
        rf"\b{_N} (?:missing|misper|absconding|mfh) (?:episodes?|reports?|incidents?|times)\b",
        episodes,
    )
    yield ("missing",), rf"\bmissing (?:from \w+ )?(?:on )?{_N} (?:times|occasions)\b", episodes
    taken = r"\b(?:stole|stolen|theft|thefts|took|taken|shoplifted|goods)\b[^.\n\u00a3]{0,50}"
    yield ("\u00a3",), rf"{taken}{_POUNDS}", _most("theft_pounds")
    yield ("\u00a3",), rf"{_POUNDS}[^.\n]{{0,20}}\b(?:stolen|of goods|of stock)\b", _most("theft_pounds")
    half_a_year = r"(?:in|within) (?:the )?(?:last |past )?(?:six|6) months"
    contacts = _most("repeat_contacts_6_months")
    yield ("referral", "contact"), rf"\b{_N}(?:th|rd|nd|st)? (?:referral|contact)s? {half_a_year}\b", contacts


def _states() -> Iterator[_Told]:
    care = (
        r"\b(?:looked after child|child in care|in (?:foster|residential) care|children's home"
        r"|(?:his|her) foster|foster (?:carers?|mum|dad|placement))\b"
    )
    yield ("care", "foster", "home", "after"), care, _true("in_care")
    yield ("care leaver",), r"\bcare leaver\b", _true("care_leaver")
    yield ("unaccompanied", "uasc"), r"\bunaccompanied\b|\bUASC\b", _true("unaccompanied_asylum_seeker")


def _number(words: str) -> int:
    low = words.lower().replace(",", "")
    return _NUMBERS[low] if low in _NUMBERS else int(low)


def _note(found: Measures, name: str, value: Value, match: re.Match[str]) -> None:
    found.values[name] = value
    found.evidence[name] = Words(match.group(), match.start(), match.end())


def _most(name: str) -> _Reader:
    """Notes the highest number that is told."""

    def read(match: re.Match[str], found: Measures) -> None:
        number, known = _number(match.group("n")), found.values.get(name)
        if not isinstance(known, int) or known < number:
            _note(found, name, number, match)

    return read


def _true(name: str) -> _Reader:
    def read(match: re.Match[str], found: Measures) -> None:
        _note(found, name, True, match)

    return read


def _age_years(match: re.Match[str], found: Measures) -> None:
    before = match.string[max(0, match.start() - 24) : match.start()]
    then = re.search(r"\bwhen (?:he|she|i|they) (?:was|were)\s*$|\bsince\s+(?:\w+\s+){0,2}$", before, re.I)
    age = _number(match.group("n"))
    if age < _GROWN_UP and not then:
        found.ages.append(age)


def _age_months(match: re.Match[str], found: Measures) -> None:
    number, unit = _number(match.group("n")), match.group("unit").lower()
    _note_baby(found, number if unit.startswith("m") else number * 7 // 30 if unit.startswith("w") else 0)


def _twelfths(match: re.Match[str], found: Measures) -> None:
    """A nurse's "5/12" is five months."""
    _note_baby(found, int(match.group("n")))


def _newborn(_: re.Match[str], found: Measures) -> None:
    _note_baby(found, 0)


def _note_baby(found: Measures, months: int) -> None:
    if months < _BABY_MONTHS:
        found.age_months.append(months)
        found.ages.append(months // 12)


def _school_year(match: re.Match[str], found: Measures) -> None:
    found.ages.append(min(int(match.group("n") or match.group("m")) + 5, _GROWN_UP - 1))


def _reception(_: re.Match[str], found: Measures) -> None:
    found.ages.append(4)


def _gestation(match: re.Match[str], found: Measures) -> None:
    _note_pregnancy(match, found, _number(match.group("n")))


def _gestation_months(match: re.Match[str], found: Measures) -> None:
    _note_pregnancy(match, found, _number(match.group("n")) * 13 // 3)


def _note_pregnancy(match: re.Match[str], found: Measures, weeks: int) -> None:
    if 4 <= weeks <= _LAST_WEEK:
        _note(found, "gestation_weeks", weeks, match)
        _note(found, "unborn", True, match)


def _attendance(match: re.Match[str], found: Measures) -> None:
    """The lowest of those that are told, for a rise is told with where it came from."""
    percent, known = int(match.group("n")), found.values.get("attendance_percent")
    if percent <= 100 and not (isinstance(known, int) and known <= percent):
        _note(found, "attendance_percent", percent, match)


def _days_missing(match: re.Match[str], found: Measures) -> None:
    days = _number(match.group("n")) * (7 if match.group("unit").lower().startswith("w") else 1)
    known = found.values.get("missing_days")
    if not isinstance(known, int) or known < days:
        _note(found, "missing_days", days, match)
