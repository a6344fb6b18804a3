"""Puts the boxes, rows and mentions of a document together into people, and says which are the children."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from intake.reading.addresses import find_address
from intake.reading.anchors import find_people
from intake.reading.blocks import fold
from intake.reading.drafts import People, sex_of
from intake.reading.filling import Walk
from intake.reading.items import Field, Item, Prose
from intake.reading.mentions import find_called_children, find_named, find_unborn, is_related
from intake.reading.merging import merge_people
from intake.reading.names import is_same

_ONLY_CHILD = re.compile(
    r"\b(?:(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)[\s-]*(?:years?|yrs?|months?|mths?|weeks?|wks?"
    r"|days?|y/?o|yo)[\s-]*(?:old\s)?(?:\w+\s)?|(?:this|the) (?:little|young|baby|teenage|older|small) )"
    r"(?P<noun>boy|girl|male|female|m|f|son|daughter)\b",
    re.I,
)
_READ_AS_PROSE = {None, "narrative", "place", "other"}
_PROSE_HOME_RANK = 2


def gather_people(items: Iterable[Item], today: date | None) -> People:
    """Walks the boxes once, then reads the prose for people whom no box names."""
    walk = Walk(today)
    prose: list[str] = []
    for item in items:
        walk.take(item)
        if isinstance(item, Prose):
            prose.append(item.text)
        elif isinstance(item, Field) and item.label.fact in _READ_AS_PROSE:
            prose.append(item.value)
    people = walk.people
    for draft in people.drafts:
        people.faults.extend(draft.faults)
    merge_people(people)
    _add_from_prose(people, "\n".join(prose), today)
    return people


def _add_from_prose(people: People, text: str, today: date | None) -> None:
    for draft in (*find_people(text, today), *find_unborn(text)):
        people.drafts.append(draft)
        people.faults.extend(draft.faults)
    has_children = bool(people.children(today))
    for draft in find_called_children(text):
        is_known = any(is_same(draft.name, other.name) for other in people.drafts)
        if is_known or is_related(draft) or not has_children:
            people.drafts.append(draft)
    merge_people(people)
    if not people.children(today):
        people.drafts.extend(find_named(text, [draft.name for draft in people.drafts]))
    _add_only_childs_sex(people, text, today)
    if not people.homes and (found := find_address(text)):
        people.homes.append((_PROSE_HOME_RANK, *found))


def _add_only_childs_sex(people: People, text: str, today: date | None) -> None:
    """What a story says of its only child without naming it beside: "this 14 month old boy"."""
    children = people.children(today)
    if len(children) != 1 or children[0].sex is not None:
        return
    said = {sex_of(match.group("noun")): match.group() for match in _ONLY_CHILD.finditer(fold(text))}
    if len(said) == 1:
        children[0].sex, words = said.popitem()
        children[0].note("sex", words)
