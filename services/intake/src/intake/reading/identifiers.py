"""Numbers that name a person or a matter: NHS numbers, police reports, CADs, court cases."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nhs_number.validate import is_valid

from intake.reading.model import Reference

_NHS = re.compile(r"(?<!\d)\d{3}[ -]{0,2}\d{3}[ -]{0,2}\d{4}(?!\d)")
_NHS_LABELLED = re.compile(
    r"\bNHS\W{0,3}(?:(?:no|number|num|nr|#|id)\b)?[\s.:#)=-]{0,6}(?:is\s+"
    r"|:\s*)?(?P<digits>\d[\d -]{6,13}\d)(?!\d)",
    re.I,
)
_VALUE = r"(?P<value>[A-Z0-9][A-Z0-9/\-.]{2,30}[A-Z0-9]|\d{2,})"
_LINK = (
    r"\s*(?:ref(?:erence)?|no|number|num|id|report|nr|#|form)?\.?(?:\s*(?:no|number|ref(?:erence)?|id"
    r"|num))?\.?\s*[:#=\-]?\s*"
)
# In the order in which the hub files a police matter: the report, then the notice, the crime, the call.
_POLICE = (
    (
        "merlin",
        re.compile(
            r"(?<![\w/])(?P<value>\d{2}PAC\d{2,10}(?:/\d+)?|\d{2}PAC\d{2}/\d{2,9}"
            r"|PAC[/-]?\d{4,12}(?:/\d+)?)(?!\w)",
            re.I,
        ),
    ),
    ("merlin", re.compile(rf"\b(?:MERLIN|PAC)\b{_LINK}(?=[A-Z/\-]*\d){_VALUE}", re.I)),
    (
        "report",
        re.compile(
            rf"\b(?:report\s+(?:no|number|ref(?:erence)?|id)|(?:our|police) "
            rf"ref(?:erence)?(?:\s+(?:is|no))?)\b\.?"
            rf"\s*[:#=\-]?\s*(?=[A-Z/\-]*\d){_VALUE}",
            re.I,
        ),
    ),
    ("ppn", re.compile(r"(?<![\w/])(?P<value>(?:\w+/)*PPN[/-][A-Z0-9][A-Z0-9/\-]{2,}[A-Z0-9])", re.I)),
    (
        "ppn",
        re.compile(
            rf"\b(?:PPN|PPR|VPA|VKPP|SCARF|VAAR|CYPE?R?|public protection (?:notice"
            rf"|notification|report))\b{_LINK}(?=[A-Z/\-]*\d){_VALUE}",
            re.I,
        ),
    ),
    (
        "crime",
        re.compile(
            rf"\b(?:CRIS|crime|CR|niche|occurrence|connect)\b(?:\s+report)?{_LINK}(?=[A-Z/\-]*\d){_VALUE}",
            re.I,
        ),
    ),
    ("cad", re.compile(rf"\b(?:CAD|STORM|incident log|police log)\b{_LINK}(?=[A-Z/\-]*\d){_VALUE}", re.I)),
)
_INCIDENT = re.compile(
    rf"\b(?:incident|inc|job)\b\s*(?:ref(?:erence)?|no|number|num|id)?\.?\s*[:#]?\s*(?=[A-Z/\-]*\d){_VALUE}",
    re.I,
)
_CASE = re.compile(r"(?<![A-Z0-9])(?P<value>[A-Z]{2}\s?\d{2}\s?[A-Z]\s?\d{5})(?!\d)")
_CASE_LABELLED = re.compile(
    r"\bcase\s*(?:no|number|ref(?:erence)?)\b\.?\s*[:#]?\s*(?P<value>[A-Z0-9][A-Z0-9/\- ]{3,16}\d)", re.I
)


@dataclass(frozen=True)
class NhsNumber:
    """A number written as an NHS number: `value` is None when its check digit fails."""

    value: str | None
    words: str


def read_nhs_number(text: str) -> NhsNumber | None:
    """The NHS number in a value that is labelled as one. None when nothing like a number stands there."""
    match = _NHS.search(text)
    digits = re.sub(r"\D", "", match.group() if match else text)
    if not match and not (8 <= len(digits) <= 12 and re.fullmatch(r"[\d\s-]+", text.strip())):
        return None
    valid = len(digits) == 10 and is_valid(digits)
    return NhsNumber(digits if valid else None, match.group() if match else text.strip())


def find_nhs_number(text: str) -> NhsNumber | None:
    """The first number in running text that is called an NHS number."""
    match = _NHS_LABELLED.search(text)
    if not match:
        return None
    found = read_nhs_number(match.group("digits").strip())
    return NhsNumber(found.value, match.group().strip()) if found else None


def find_references(text: str) -> list[tuple[Reference, str]]:
    """Every reference of another agency with its words, the police's preferred ones first."""
    found: dict[str, tuple[Reference, str]] = {}
    for kind, pattern in _POLICE:
        for match in pattern.finditer(text):
            value = match.group("value").strip(" .-/")
            if re.search(r"\d", value) and not any(value in other for other in found):
                found[value] = (Reference(kind, value), match.group().strip())
    for match in _INCIDENT.finditer(text):
        value = match.group("value").strip(" .-/")
        if not any(value in other or other in value for other in found):
            found[value] = (Reference("incident", value), match.group().strip())
    return list(found.values())


def find_case_number(text: str) -> tuple[str, str] | None:
    """A court's case number and the words it stood in."""
    match = _CASE.search(text)
    if match:
        return re.sub(r"\s", "", match.group("value")), match.group()
    match = _CASE_LABELLED.search(text)
    return (match.group("value").strip(), match.group().strip()) if match else None
