"""Walks a document's boxes and says of whom each speaks: its own owner, its section's, or the last named."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from intake.reading.addresses import clean_address, find_address, join_postcode
from intake.reading.anchors import find_people
from intake.reading.blocks import fold
from intake.reading.dates import as_birth, first_date
from intake.reading.drafts import NEVER_CHILDREN, Draft, People, is_child, is_unborn, sex_of
from intake.reading.items import Field, Heading, Item, Row
from intake.reading.labels import PERSON_FACTS, Label
from intake.reading.names import Name
from intake.reading.person_boxes import (
    fill,
    fill_name,
    fill_title,
    is_expected_date,
    is_name_like,
    listed_names,
    trailing_sex,
    unslashed,
)

_STARTERS = {"name", "given", "family", "role", "person"}
_PLACES = {"address", "postcode", "place", "old_address"}
_CONTACT = {"telephone", "email", "organisation", "job", "name", "role", "person"}
_SHARED = {"dob", "sex"}
_OF_ALL = re.compile(r"\(?\b(?:both|all)(?: children)?\b\)?", re.I)
_HOME_RANKS = {"child": 0, "subject": 0, None: 1, "adult": 3}
_OTHER_HOME_RANK = 5
_OTHER_NAMES = re.compile(r"\bother\b", re.I)
_CHILDREN_LIVE = re.compile(r"\b(?:child(?:ren)?|they|s?he|both) (?:currently |now )?lives?\b", re.I)


class Walk:
    """Keeps the section it is in and the person now being filled in."""

    def __init__(self, today: date | None) -> None:
        self.today = today
        self.people = People()
        self.section = Label("")
        self.current: Draft | None = None
        self.wants_postcode: int | None = None

    def take(self, item: Item) -> None:
        if isinstance(item, Heading):
            self._take_heading(item.label)
        elif isinstance(item, Row):
            self._take_row(item)
        elif isinstance(item, Field):
            self._take_box(item)

    def _take_heading(self, label: Label) -> None:
        self.section, self.current = label, None
        if is_unborn(label.text) and label.owner == "child":
            self.current = self._new(label)
            self.current.unborn = True
            self.current.note("unborn", label.text)

    def _new(self, label: Label) -> Draft:
        source = label if label.owner else self.section
        draft = Draft(owner=source.owner, word=source.word, number=source.number)
        self.people.drafts.append(draft)
        return draft

    def _take_row(self, row: Row) -> None:
        """One person's row; a role that names a child counts before a heading that speaks of parents."""
        draft = self._new(self.section)
        roles = [item for item in row.fields if item.label.fact == "role"]
        if draft.owner == "adult" and any(is_child(Draft(role=item.value), None) for item in roles):
            draft.owner = None
        for item in row.fields:
            if item.label.owner not in NEVER_CHILDREN:
                self._fill(draft, item)
        self.current = None

    def _take_box(self, item: Field) -> None:
        label, fact = item.label, item.label.fact
        if (
            fact == "given"
            and self.current
            and "given" in self.current.facts
            and _OTHER_NAMES.search(label.text)
        ):
            return
        if label.owner in {"place", "professional"}:
            return
        if (label.owner or self.section.owner) == "referrer" and fact in _CONTACT:
            self.people.contact.setdefault(str(fact), item.value)
        elif fact in _PLACES:
            self._take_place(item)
        elif fact == "people" or (fact == "person" and label.owner):
            self._take_people(item)
        elif fact in _SHARED and _OF_ALL.search(f"{label.text} {item.value}"):
            self._share(item)
        elif fact in PERSON_FACTS or fact == "person":
            self._fill(self._target(label, fact), item)

    def _share(self, item: Field) -> None:
        """A box about twins or all the children: everybody of the section who lacks the fact."""
        for draft in self.people.drafts:
            if draft.owner not in NEVER_CHILDREN | {"adult"} and item.label.fact not in draft.facts:
                self._fill(draft, replace(item, value=_OF_ALL.sub("", item.value)))

    def _fill(self, draft: Draft, item: Field) -> None:
        if item.label.owner and draft.owner is None:
            draft.owner, draft.word = item.label.owner, item.label.word
        if item.label.fact == "address":
            self._take_home(item, draft)
            return
        is_mothers = draft.name.is_known or draft.dob is not None or draft.owner == "adult"
        if item.label.fact in {"dob", "edd"} and is_expected_date(item) and is_mothers and not draft.unborn:
            draft = self._unborn_of(item)
        fill(draft, item, self.today)
        if item.label.fact in {"name", "person"}:
            self._take_inner_address(item.value, draft)
            if is_unborn(item.value) and not draft.unborn:
                self._unborn_of(item)

    def _unborn_of(self, item: Field) -> Draft:
        """An expected date in a mother's own boxes is her unborn child's."""
        for draft in self.people.drafts:
            if draft.unborn and draft.edd is None:
                return draft
        draft = Draft(owner="child", word="unborn", unborn=True)
        self.people.drafts.append(draft)
        draft.note("unborn", item.words)
        return draft

    # Of whom a box speaks

    def _target(self, label: Label, fact: str) -> Draft:
        """Whom a box speaks of: its own owner, else the one now being filled in, else somebody new."""
        if (label.owner and label.owner != self.section.owner) or label.number:
            found = self._owned(label, fact) or self._nameless(label) or self._new(label)
            if label.owner in {"child", "subject"} or fact in _STARTERS:
                self.current = found
            return found
        if self.current is None or self._is_next(fact, self.current):
            self.current = self._new(label)
        return self.current

    def _owned(self, label: Label, fact: str) -> Draft | None:
        for draft in reversed(self.people.drafts):
            is_word = _stem(draft.word) == _stem(label.word)
            if draft.owner == label.owner and is_word and draft.number == label.number:
                starts_again = fact in draft.facts and fact in _STARTERS | {"dob"}
                return None if starts_again else draft
        return None

    def _nameless(self, label: Label) -> Draft | None:
        """Somebody whose number or date came first, before a box that says who it is."""
        draft = self.current
        if draft is None or draft.owner or draft.name.is_known or label.number:
            return None
        if label.owner in NEVER_CHILDREN | {"adult"}:
            return None
        draft.owner, draft.word = label.owner, label.word
        return draft

    def _is_next(self, fact: str, current: Draft) -> bool:
        """A box that is already filled, a surname after a whole name, a name after a surname."""
        facts = current.facts
        if fact in facts and fact in _STARTERS | {"dob"}:
            return True
        return (fact == "name" and bool(facts & {"family", "given"})) or (
            fact == "family" and "name" in facts
        )

    # Boxes about people

    def _take_people(self, item: Field) -> None:
        """A box about people: one person in a line of their own, or a list of several."""
        label, value = item.label, unslashed(item.value)
        found = find_people(value, self.today, boxed=not is_unborn(value))
        if (is_unborn(label.text) and label.owner == "child") or (is_unborn(value) and len(found) <= 1):
            self._take_unborn(item)
        elif len(found) > 1 or (found and label.owner is None):
            self._take_list(found, item)
        elif found or label.fact != "people":
            self._take_one(item, value, has_date=bool(found))
        elif address := find_address(value):
            self.people.homes.append((_HOME_RANKS[None], *address))

    def _take_list(self, found: list[Draft], item: Field) -> None:
        label = item.label
        for draft in found:
            draft.owner, draft.word = draft.owner or label.owner, draft.word or label.word
            draft.from_prose = False
        self.people.drafts.extend(found)
        self._take_inner_address(item.value, found[0])
        self.current = None

    def _take_one(self, item: Field, value: str, *, has_date: bool) -> None:
        label = item.label
        draft = self._target(label, "person")
        draft.owner, draft.word = draft.owner or label.owner, draft.word or label.word
        if has_date:
            fill_name(draft, item, self.today)
        else:
            draft = self._take_names(draft, item, value)
        if label.owner in {"child", "subject"} and draft.sex is None and label.word:
            draft.sex = sex_of(label.word)
        draft.note("person", item.words)
        self._take_inner_address(value, draft)
        self.current = draft

    def _take_names(self, draft: Draft, item: Field, value: str) -> Draft:
        """Names with no date said to be a birth; a bare date among them is taken for one."""
        names = listed_names(value) if is_name_like(value) else []
        for name in names:
            draft = self._new(item.label) if draft.name.is_known else draft
            _set_name(draft, name, item)
        fill_title(draft, item)
        draft.sex = draft.sex or trailing_sex(value)
        born = first_date(fold(value))
        if born is not None and names:
            draft.dob = as_birth(born, self.today)
            draft.note("dob", item.words)
        return draft

    def _take_unborn(self, item: Field) -> None:
        draft = self._new(item.label)
        draft.owner, draft.unborn = "child", True
        found = first_date(fold(item.value))
        if found is not None:
            draft.edd = found.value
            draft.note("edd", item.words)
        draft.note("unborn", item.words)
        self._take_inner_address(item.value, draft)
        self.current = draft

    # Addresses

    def _take_place(self, item: Field) -> None:
        fact = item.label.fact
        if fact == "old_address" or item.label.owner in NEVER_CHILDREN:
            return
        if fact == "place":
            if address := clean_address(item.value):
                self.people.places.append((address, item.words))
        elif fact == "postcode":
            self._take_postcode(item)
        else:
            self._take_home(item, self.current)

    def _take_home(self, item: Field, draft: Draft | None) -> None:
        owner = item.label.owner or self.section.owner or (draft.owner if draft else None)
        address = clean_address(item.value)
        if address is None or owner in NEVER_CHILDREN:
            return
        self.people.homes.append((_HOME_RANKS.get(owner, _OTHER_HOME_RANK), address, item.words))
        self.wants_postcode = len(self.people.homes) - 1

    def _take_postcode(self, item: Field) -> None:
        """A postcode in a box of its own belongs to the address just before it."""
        if self.wants_postcode is None:
            return
        rank, address, words = self.people.homes[self.wants_postcode]
        self.people.homes[self.wants_postcode] = (rank, join_postcode(address, item.value), words)
        self.wants_postcode = None

    def _take_inner_address(self, value: str, draft: Draft) -> None:
        found = find_address(value)
        if found and draft.owner not in NEVER_CHILDREN:
            rank = 0 if _CHILDREN_LIVE.search(value) else _HOME_RANKS.get(draft.owner, _OTHER_HOME_RANK)
            self.people.homes.append((rank, *found))


def _set_name(draft: Draft, name: Name, item: Field) -> None:
    draft.name = name
    draft.note("name", item.words)


def _stem(word: str | None) -> str:
    return re.sub(r"(?:'s|s)$", "", word or "")
