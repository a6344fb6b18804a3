"""A row of a file as one of the agency's records, or the rules that it breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from mash.spelling import read_nhs_number

from partner_gateway.domain.csv_file import Refusal, Row
from partner_gateway.domain.identity import Identity, match_keys
from partner_gateway.domain.spelling import read_postcode

Record = dict[str, Any]
Read = Callable[[str, date], Any]

EARLIEST_YEAR = 1880
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})


class RuleBroken(ValueError):
    """A value breaks the rule that this says. What the value was is not repeated."""


def read_record(row: Row, today: date) -> Record | list[Refusal]:
    """The record in a row with the keys that it is found by, or every rule that the row breaks."""
    record: Record = {}
    broken: list[Refusal] = []
    for column, read in _RULES.items():
        try:
            record[column] = _read(column, row.values.get(column, ""), read, today)
        except RuleBroken as rule:
            broken.append(Refusal(row.line, column, str(rule)))
    if not broken:
        record["match_keys"] = sorted(match_keys(_identity(record)))
        if not record["match_keys"]:
            broken.append(Refusal(row.line, "line", _UNFINDABLE))
    return broken or record


_UNFINDABLE = (
    "has nothing to be found by: an NHS number, or a family name with a given name or a date of birth, or an "
    "address with its postcode"
)


def _read(column: str, value: str, read: Read, today: date) -> Any:
    if value:
        return read(value, today)
    if column in ("record_id", "source", "text"):
        raise RuleBroken("is needed")
    return False if column == "sensitive" else None


def _identity(record: Mapping[str, Any]) -> Identity:
    names = ("family", "given", "also_known_as", "dob", "nhs_number", "address", "postcode")
    return Identity(**{name: record[name] for name in names})


def _text(longest: int) -> Read:
    def read(value: str, _today: date) -> str:
        if len(value) > longest:
            raise RuleBroken(f"is longer than {longest} letters")
        if "\x00" in value:
            raise RuleBroken("holds a letter that cannot be stored")
        return value

    return read


def _date(value: str, today: date) -> date:
    """A date as YYYY-MM-DD or, as spreadsheets here write it, DD/MM/YYYY."""
    day_first = value.split("/")
    iso = "-".join(reversed([part.zfill(2) for part in day_first])) if len(day_first) == 3 else value
    try:
        found = date.fromisoformat(iso) if len(iso) == 10 else None
    except ValueError:
        found = None
    if found is None:
        raise RuleBroken("must be a real date, as YYYY-MM-DD or DD/MM/YYYY")
    if found > today or found.year < EARLIEST_YEAR:
        raise RuleBroken(f"must not be in the future, or before {EARLIEST_YEAR}")
    return found


def _nhs_number(value: str, _today: date) -> str:
    number = read_nhs_number(value)
    if number is None:
        raise RuleBroken("must have ten digits, the last of which is its check digit")
    return number


def _postcode(value: str, _today: date) -> str:
    code = read_postcode(value)
    if code is None or len(code) != len(value.replace(" ", "")):
        raise RuleBroken("must be a whole postcode")
    return f"{code[:-3]} {code[-3:]}"


def _flag(value: str, _today: date) -> bool:
    if value.casefold() not in _YES | _NO:
        raise RuleBroken("must be yes or no")
    return value.casefold() in _YES


_RULES: dict[str, Read] = {
    "record_id": _text(100),
    "family": _text(100),
    "given": _text(100),
    "also_known_as": _text(200),
    "dob": _date,
    "nhs_number": _nhs_number,
    "address": _text(500),
    "postcode": _postcode,
    "recorded_on": _date,
    "source": _text(200),
    "category": _text(100),
    "text": _text(20_000),
    "sensitive": _flag,
}
