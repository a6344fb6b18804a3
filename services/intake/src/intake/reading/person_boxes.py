"""Fills in one person from one box: name, date of birth, sex, NHS number, role; the words are evidence."""

from __future__ import annotations

import re
from datetime import date

from intake.reading.anchors import find_people
from intake.reading.blocks import fold
from intake.reading.dates import as_birth, first_date, is_blank, read_compact
from intake.reading.drafts import Draft, is_unborn, sex_of
from intake.reading.identifiers import read_nhs_number
from intake.reading.items import Field
from intake.reading.merging import merge_into
from intake.reading.names import Name, clean_name, name_part, parse_name
from intake.reading.nouns import names_in
from intake.reading.ticks import options

_ONLY_AGE = re.compile(r"\D*\d{1,2}\s*(?:y\w*|months?|weeks?)?\W*(?:old)?\W*", re.I)
_SHORT_OF_A_YEAR = re.compile(r"month|week|day|mth|wk", re.I)
_EXPECTED = re.compile(r"\b(?:edd|due|expected)\b", re.I)
_BABY_OF = re.compile(r"\W*baby (?:of|boy|girl)\b.*", re.I)
_YOUNG_TITLE = re.compile(r"\s*(miss|master)\b", re.I)
_AFTER_NAME = re.compile(
    r"\s[-/]\s|,\s(?=(?-i:[a-z])(?!an |on |e |er |el |in )|\d)|[(\n;]|\s{2,}|\b(?:dob|d\.o\.b|born|aged?"
    r"|nhs)\b|\s(?=\d)",
    re.I,
)
_NAMES_ARE = re.compile(r"^.*\b(?:first |given |fore)?names?\b(?: are| is)?[:\s]+(?!not|un)", re.I)
BAD_BIRTH = "a date of birth that cannot be right"
BAD_DUE_DATE = "an expected date that cannot be right"
BAD_NHS_NUMBER = "an NHS number whose check digit fails"


def is_expected_date(item: Field) -> bool:
    """Whether a box or its answer speaks of a birth to come."""
    text = fold(item.value)
    dated = first_date(text) is not None
    return dated and (item.label.fact == "edd" or bool(_EXPECTED.search(text)) or is_unborn(text))


def fill(draft: Draft, item: Field, today: date | None) -> None:
    """Takes what the box says of the person into the draft."""
    fact = item.label.fact
    if fact in {"name", "person"}:
        fill_name(draft, item, today)
    elif fact in {"family", "given"}:
        _fill_part(draft, item)
    elif fact == "role":
        draft.role = f"{draft.role} {item.value}".strip()
        draft.sex = draft.sex or sex_of(item.value)
        draft.unborn = draft.unborn or is_unborn(item.value)
        draft.note("role", item.words)
    elif fact == "sex":
        _fill_sex(draft, item)
    elif fact in {"dob", "edd"}:
        _fill_date(draft, item, today)
    elif fact == "nhs":
        _fill_nhs_number(draft, item)
    elif fact == "age":
        _fill_age(draft, item)


def fill_name(draft: Draft, item: Field, today: date | None) -> None:
    """A name's box, which may hold a whole person: name, date of birth, sex."""
    value = unslashed(item.value)
    if is_unborn(name_only(value)) or _BABY_OF.fullmatch(value):
        draft.unborn = draft.unborn or is_unborn(name_only(value))
        draft.note("unborn", item.words)
    inner = next(iter(find_people(value, today, boxed=True)), None)
    if inner is not None:
        if value != item.value:
            inner.words = dict.fromkeys(inner.words, item.words)
        merge_into(draft, inner, replace_name=True)
        draft.note("name", item.words)
        return
    fill_title(draft, item)
    if not draft.unborn:
        name = parse_name(name_only(value))
        draft.name = name if name.is_known else draft.name
    draft.note("name", item.words)
    _fill_beside_name(draft, item, value[len(name_only(value)) :], today)


def _fill_beside_name(draft: Draft, item: Field, rest: str, today: date | None) -> None:
    """What else was written in a name's box: sex, and in a box of several things a date of birth."""
    born = first_date(fold(rest)) if item.label.fact == "person" else None
    if born is not None:
        draft.dob = as_birth(born, today)
        draft.note("dob", item.words)
        rest = rest[born.end :]
    if draft.sex is None and len(rest) < 20:
        draft.sex = sex_of(rest.strip(" ,()-/"))


def fill_title(draft: Draft, item: Field) -> None:
    """A child's title tells the sex."""
    title = _YOUNG_TITLE.match(item.value)
    if title and draft.sex is None:
        draft.sex = "F" if title.group(1).lower() == "miss" else "M"
        draft.note("sex", item.words)


def _fill_part(draft: Draft, item: Field) -> None:
    part = name_part(item.value)
    draft.facts.add(str(item.label.fact))
    draft.unborn = draft.unborn or is_unborn(item.value)
    if part is None:
        return
    is_family = item.label.fact == "family"
    draft.name = Name(draft.name.given if is_family else part, part if is_family else draft.name.family)
    draft.note(str(item.label.fact), item.words)


def _fill_sex(draft: Draft, item: Field) -> None:
    ticked = [text for text, is_ticked in options(item.value) if is_ticked]
    draft.sex = sex_of(ticked[0] if ticked else item.value) or draft.sex
    draft.facts.add("sex")
    if draft.sex:
        draft.note("sex", item.words)


def _fill_nhs_number(draft: Draft, item: Field) -> None:
    number = read_nhs_number(item.value)
    if number is not None:
        draft.nhs = number.value
        draft.note("nhs", item.words)
    if (number is not None and number.value is None) or (number is None and re.search(r"\d{6}", item.value)):
        draft.faults.append(BAD_NHS_NUMBER)


def _fill_age(draft: Draft, item: Field) -> None:
    age = re.search(r"\d{1,3}", item.value)
    if age:
        draft.age = _years(int(age.group()), item.value)
    draft.unborn = draft.unborn or is_unborn(item.value)
    draft.note("age", item.words)


def _years(number: int, words: str) -> int:
    return 0 if _SHORT_OF_A_YEAR.search(words) and number < 24 else number


def _fill_date(draft: Draft, item: Field, today: date | None) -> None:
    """A date of birth; or an expected date, when the box or its answer says so."""
    text = fold(item.value)
    found = first_date(text) or read_compact(text)
    draft.facts.add("dob")
    if found is None:
        _fill_undated(draft, item)
    elif is_expected_date(item) or (draft.unborn and today and found.value and found.value > today):
        draft.edd, draft.unborn = found.value, True
        draft.note("edd", item.words)
        if draft.edd is None:
            draft.faults.append(BAD_DUE_DATE)
    else:
        draft.dob = as_birth(found, today)
        draft.note("dob", item.words)
        if draft.dob is None:
            draft.faults.append(BAD_BIRTH)
        _fill_rest(draft, text[found.end :])


def _fill_undated(draft: Draft, item: Field) -> None:
    """A date's box without a date: not known, an age, not yet born, or something that is no date."""
    draft.unborn = draft.unborn or is_unborn(item.value)
    number = re.search(r"\d{1,2}", item.value)
    if number and _ONLY_AGE.fullmatch(item.value):
        draft.age = _years(int(number.group()), item.value)
    elif number and not is_blank(item.value) and not draft.unborn:
        draft.faults.append(BAD_BIRTH)


def _fill_rest(draft: Draft, rest: str) -> None:
    """An age or a sex that was written in the same box as the date."""
    age = re.search(r"(?<![\d/])(\d{1,2})\s*(?:y|\))", rest, re.I)
    if age:
        draft.age = int(age.group(1))
    said = sex_of(rest.strip(" ,()-/"))
    if draft.sex is None and said:
        draft.sex = said
        draft.note("sex", rest.strip())


def unslashed(value: str) -> str:
    """A person typed as FAMILY/GIVEN/SEX/DATE, with commas instead."""
    if not re.match(r"\s*[^\W\d_][\w' -]*/\s*[^\W\d_][\w' -]*/", value):
        return value
    family, given, rest = value.split("/", 2)
    born = first_date(rest)
    if born is None:
        return value.replace("/", ", ")
    sex, more = rest[: born.start].strip(" /"), rest[born.end :].replace("/", ", ")
    return f"{family.strip()}, {given.strip()} DOB {born.words} {sex} {more}"


def name_only(value: str) -> str:
    """The part of a name's box before brackets, a dash, a line's end or a box of another kind."""
    return _AFTER_NAME.split(fold(value), maxsplit=1)[0]


def is_name_like(value: str) -> bool:
    """Whether a box about a person begins with a name rather than with words about them."""
    first = name_only(_NAMES_ARE.sub("", value))
    return bool(names_in(clean_name(first))) or bool(re.match(r"\s*[^\W\d_]+,\s*[^\W\d_]+\s*$", first))


def listed_names(value: str) -> list[Name]:
    """Names in a list without dates: "Leo, Amy and Jo Gloss"; one name that has a comma stays one."""
    listed = name_only(_NAMES_ARE.sub("", value))
    parts = [part for part in re.split(r"\s+(?:and|&)\s+|\n|;", listed) if part.strip()]
    if len(parts) > 1:
        parts = [piece for part in parts for piece in part.split(",")]
    names = [name for part in parts if clean_name(part) and (name := parse_name(part)).is_known]
    family = names[-1].family if len(names) > 1 else None
    return [Name(name.given, name.family or family) for name in names]


def trailing_sex(value: str) -> str | None:
    match = re.search(r"[\s,(](m|f|male|female|boy|girl)\)?\W*$", value, re.I)
    return sex_of(match.group(1)) if match else None
