"""Puts the filled boxes, rows and mentions of a document together into people, and says which are the children."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from intake.reading.addresses import clean_address, find_address, join_postcode
from intake.reading.blocks import fold
from intake.reading.dates import as_birth, first_date, is_blank
from intake.reading.drafts import Draft, is_child, is_unborn, sex_of
from intake.reading.fields import Field, Heading, Item, Prose, Row
from intake.reading.identifiers import read_nhs_number
from intake.reading.labels import Label
from intake.reading.mentions import find_called_children, find_named, find_people, is_related, names_in
from intake.reading.names import Name, clean_name, is_same, name_part, parse_name
from intake.reading.ticks import options

_STARTERS = {"name", "given", "family", "role", "person"}
_CONTACT = {"telephone", "email", "organisation", "job"}
_ONLY_CHILD = re.compile(
    r"\b(?:(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)[\s-]*(?:years?|yrs?|months?|mths?|weeks?|wks?|days?|y/?o|yo)[\s-]*(?:old\s)?(?:\w+\s)?|(?:this|the) (?:little|young|baby|teenage|older|small) )(?P<noun>boy|girl|male|female|m|f|son|daughter)\b",
    re.I,
)
_SCOPED = {"referrer", "professional", "place", "suspect"}


@dataclass
class People:
    """Everybody of a document. `homes` holds (rank, address, words); the lowest rank is the likeliest home."""

    drafts: list[Draft] = field(default_factory=list)
    homes: list[tuple[int, str, str]] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)
    contact: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def children(self, today: date | None) -> list[Draft]:
        return [draft for draft in self.drafts if not draft.is_empty and is_child(draft, today)]


def gather_people(items: Iterable[Item], today: date | None) -> People:
    """Walks the items once, then reads the prose for people whom no box names."""
    walk = _Walk(today)
    prose: list[str] = []
    for item in items:
        walk.item(item)
        if isinstance(item, Prose):
            prose.append(item.text)
        elif isinstance(item, Field) and item.label.fact in {None, "narrative", "place", "other"}:
            prose.append(item.value)
    walk.finish()
    return _with_prose(walk.people, "\n".join(prose), today)


class _Walk:
    """Keeps the section it is in and the person now being filled."""

    def __init__(self, today: date | None) -> None:
        self.today = today
        self.people = People()
        self.section = Label("")
        self.current: Draft | None = None
        self.wants_postcode: int | None = None

    def item(self, item: Item) -> None:
        if isinstance(item, Heading):
            self._heading(item.label)
        elif isinstance(item, Row):
            self._row(item)
        elif isinstance(item, Field):
            self._field(item)

    def finish(self) -> None:
        for draft in self.people.drafts:
            self.people.faults.extend(draft.faults)

    def _heading(self, label: Label) -> None:
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

    def _row(self, row: Row) -> None:
        self.current = self._new(self.section)
        if self.section.owner == "adult" and any(field.label.fact == "role" for field in row.fields):
            self.current.owner = None if any(sex_or_child(field) for field in row.fields) else "adult"
        for field_ in row.fields:
            if field_.label.owner not in _SCOPED:
                self._fill(self.current, field_)
        self.current = None

    def _field(self, item: Field) -> None:
        label, fact = item.label, item.label.fact
        if label.owner in {"place", "professional"} and fact != "person":
            return
        if fact in {"address", "postcode", "place", "old_address"}:
            self._address(item)
        elif fact in _CONTACT:
            self._contact(item)
        elif fact == "people" or (fact == "person" and label.owner):
            self._people(item)
        elif fact in {
            "name",
            "family",
            "given",
            "alias",
            "dob",
            "edd",
            "age",
            "sex",
            "nhs",
            "role",
            "person",
        }:
            draft = self._target(label, fact)
            self._fill(draft, item)

    def _target(self, label: Label, fact: str) -> Draft:
        """The person that a box speaks of: its own owner's, else the one now being filled, else a new one."""
        if (label.owner and label.owner != self.section.owner) or label.number:
            found = self._owned(label, fact) or self._nameless(label)
            if found is None:
                found = self._new(label)
            if label.owner in {"child", "subject"} or fact in _STARTERS:
                self.current = found
            return found
        if (
            self.current is None
            or (fact in self.current.facts and fact in _STARTERS | {"dob"})
            or self._is_next(fact)
        ):
            self.current = self._new(label)
        return self.current

    def _nameless(self, label: Label) -> Draft | None:
        """Somebody whose number or date came first, before a box that says who it is."""
        draft = self.current
        if (
            draft is None
            or draft.owner
            or draft.name.is_known
            or label.number
            or label.owner in _SCOPED | {"adult"}
        ):
            return None
        draft.owner, draft.word = label.owner, label.word
        return draft

    def _owned(self, label: Label, fact: str) -> Draft | None:
        for draft in reversed(self.people.drafts):
            same_word = draft.word == label.word or _stem(draft.word) == _stem(label.word)
            if draft.owner == label.owner and same_word and draft.number == label.number:
                starts_again = fact in draft.facts and fact in _STARTERS | {"dob"}
                return None if starts_again else draft
        return None

    def _is_next(self, fact: str) -> bool:
        """A surname after a whole name, or a name after a surname, begins the next person."""
        facts = self.current.facts if self.current else set()
        return (fact == "name" and bool(facts & {"family", "given"})) or (
            fact == "family" and "name" in facts
        )

    def _fill(self, draft: Draft, item: Field) -> None:
        fact, value = item.label.fact, item.value
        if (
            item.label.owner
            and item.label.owner != draft.owner
            and fact in {"name", "given", "family"}
            and draft.owner is None
        ):
            draft.owner, draft.word = item.label.owner, item.label.word
        if fact in {"name", "person"}:
            self._name(draft, item)
        elif fact == "family":
            part = name_part(value)
            draft.name = Name(draft.name.given, part) if part else draft.name
            self._note(draft, "family", item, part)
        elif fact == "given":
            part = name_part(value)
            if is_unborn(value):
                draft.unborn = True
            draft.name = Name(part, draft.name.family) if part else draft.name
            self._note(draft, "given", item, part)
        elif fact == "role":
            draft.role = f"{draft.role} {value}".strip()
            draft.sex = draft.sex or sex_of(value)
            draft.unborn = draft.unborn or is_unborn(value)
            draft.note("role", item.words)
        elif fact == "sex":
            ticked = [text for text, is_ticked in options(value) if is_ticked]
            draft.sex = sex_of(ticked[0] if ticked else value) or draft.sex
            self._note(draft, "sex", item, draft.sex)
        elif fact == "address":
            self._home(item, draft)
        else:
            self._number(draft, item)

    def _number(self, draft: Draft, item: Field) -> None:
        fact, value = item.label.fact, item.value
        if fact in {"dob", "edd"}:
            self._date(draft, item)
        elif fact == "nhs":
            number = read_nhs_number(value)
            if number is not None:
                draft.nhs = number.value
                draft.note("nhs", item.words)
                if number.value is None:
                    draft.faults.append("an NHS number whose check digit fails")
            elif re.search(r"\d{6}", value):
                draft.faults.append("an NHS number that is not one")
        elif fact == "age":
            age = re.search(r"\d{1,3}", value)
            if age:
                draft.age = (
                    0
                    if re.search(r"month|week|day|mth|wk", value, re.I) and int(age.group()) < 24
                    else int(age.group())
                )
            if is_unborn(value):
                draft.unborn = True
            draft.note("age", item.words)

    def _date(self, draft: Draft, item: Field) -> None:
        """A date of birth; or an expected date, when the box or its answer says so."""
        text = fold(item.value)
        found = first_date(text)
        is_expected = (
            item.label.fact == "edd"
            or bool(re.search(r"\b(?:edd|due|expected)\b", text, re.I))
            or is_unborn(text)
        )
        if found is None:
            draft.unborn = draft.unborn or is_unborn(text)
            if (
                not is_blank(text)
                and re.search(r"\d", text)
                and not re.fullmatch(r"\D*\d{1,2}\s*(?:y\w*|months?|weeks?)?\W*(?:old)?\W*", text, re.I)
            ):
                draft.faults.append("a date of birth that cannot be right")
            elif re.search(r"\d{1,2}\s*(?:y|month|week)", text, re.I):
                draft.age = int((re.search(r"\d{1,2}", text) or [0])[0])
            draft.note("dob", item.words)
            return
        if is_expected and (draft.name.is_known or draft.dob or draft.owner == "adult"):
            draft = self._unborn_of(item)
        if is_expected or (self.today and found.value and found.value > self.today and draft.unborn):
            draft.edd, draft.unborn = found.value, True
            self._note(draft, "edd", item, draft.edd)
            if draft.edd is None:
                draft.faults.append("an expected date that cannot be right")
            return
        draft.dob = as_birth(found, self.today)
        draft.note("dob", item.words)
        if draft.dob is None:
            draft.faults.append("a date of birth that cannot be right")
        self._rest_of_birth(draft, text[found.end :])

    def _unborn_of(self, item: Field) -> Draft:
        """An expected date in a mother's own boxes is her unborn child's."""
        for draft in self.people.drafts:
            if draft.unborn and draft.edd is None:
                return draft
        draft = Draft(owner="child", word="unborn", unborn=True)
        self.people.drafts.append(draft)
        draft.note("unborn", item.words)
        return draft

    def _rest_of_birth(self, draft: Draft, rest: str) -> None:
        """An age, or a sex, that was written in the same box as the date."""
        age = re.search(r"(?<![\d/])(\d{1,2})\s*(?:y|\))", rest, re.I)
        if age:
            draft.age = int(age.group(1))
        if draft.sex is None and (sex := sex_of(rest.strip(" ,()-/"))):
            draft.sex = sex
            draft.note("sex", rest.strip())

    def _name(self, draft: Draft, item: Field) -> None:
        """A name's box, which may hold a whole person: name, date of birth, sex, address."""
        value = item.value
        if is_unborn(value) or re.fullmatch(r"\W*baby (?:of|boy|girl)\b.*", value, re.I):
            draft.unborn = is_unborn(value) or draft.unborn
            draft.note("unborn", item.words)
        value = _unslashed(value)
        inner = _first_person(value, self.today)
        if inner is not None:
            _merge(draft, inner, replace_name=True)
            draft.note("name", item.words)
            self._inner_address(value, draft)
            return
        title = re.match(r"\s*(miss|master)\b", value, re.I)
        if title and draft.sex is None:
            draft.sex = "F" if title.group(1).lower() == "miss" else "M"
            draft.note("sex", item.words)
        if not draft.unborn:
            name = parse_name(_name_only(value))
            draft.name = name if name.is_known else draft.name
        draft.note("name", item.words)
        rest = value[len(_name_only(value)) :]
        if draft.sex is None:
            draft.sex = sex_of(rest.strip(" ,()-")) if len(rest) < 20 else None

    def _inner_address(self, value: str, draft: Draft) -> None:
        found = find_address(value)
        if found and draft.owner not in _SCOPED:
            self.people.homes.append((self._rank(draft.owner), found[0], found[1]))

    def _people(self, item: Field) -> None:
        """A box about people: one person in a line of their own, or a list of several."""
        label, value = item.label, _unslashed(item.value)
        found = find_people(value, self.today)
        if label.owner in {"place", "professional"}:
            return
        if label.owner == "referrer":
            self.people.contact.setdefault("name", value)
            return
        if is_unborn(label.text) or (is_unborn(value) and len(found) <= 1):
            self._unborn(item)
            return
        if len(found) > 1 or (found and label.owner is None):
            for draft in found:
                draft.owner = draft.owner or label.owner
                draft.word = draft.word or label.word
                draft.from_prose = False
                self.people.drafts.append(draft)
            self.current = None
            return
        if label.fact == "people" and not found:
            return
        draft = self._target(label, "person") if len(found) == 1 or label.owner else self._new(label)
        if label.owner and draft.owner is None:
            draft.owner, draft.word = label.owner, label.word
        for name in _listed_names(value) if not found and _is_name_like(value) else []:
            if draft.name.is_known:
                draft = self._new(label)
            draft.name = name
            draft.note("name", item.words)
        if found:
            self._name(draft, item)
        if draft.sex is None and not found:
            draft.sex = _trailing_sex(value)
        if label.owner in {"child", "subject"} and draft.sex is None and label.word:
            draft.sex = sex_of(label.word)
        draft.note("person", item.words)
        if found == [] and (dated := first_date(fold(value))) is not None:
            draft.dob = as_birth(dated, self.today)
            draft.note("dob", item.words)
        if not found:
            self._inner_address(value, draft)
        self.current = draft

    def _unborn(self, item: Field) -> None:
        draft = self._new(item.label)
        draft.owner, draft.unborn = "child", True
        found = first_date(fold(item.value))
        if found is not None:
            draft.edd = found.value
            self._note(draft, "edd", item, draft.edd)
        draft.note("unborn", item.words)
        self.current = draft

    def _address(self, item: Field) -> None:
        fact = item.label.fact
        if fact == "old_address" or item.label.owner in _SCOPED:
            return
        if fact == "place":
            if address := clean_address(item.value):
                self.people.places.append((address, item.words))
        elif fact == "postcode":
            self._postcode(item)
        else:
            self._home(item, self.current)

    def _home(self, item: Field, draft: Draft | None) -> None:
        owner = item.label.owner or self.section.owner
        if owner in _SCOPED or (draft is not None and draft.owner in _SCOPED and not item.label.owner):
            return
        address = clean_address(item.value)
        if address is None:
            return
        if draft is not None and (item.label.owner is None or item.label.owner == draft.owner):
            draft.address = address
            owner = owner or draft.owner
        rank = self._rank(owner) if "previous" not in item.label.text.lower() else 9
        self.people.homes.append((rank, address, item.words))
        self.wants_postcode = len(self.people.homes) - 1

    def _rank(self, owner: str | None) -> int:
        return {"child": 0, "subject": 0, None: 1, "adult": 3}.get(owner, 5)

    def _postcode(self, item: Field) -> None:
        if self.wants_postcode is None:
            return
        rank, address, words = self.people.homes[self.wants_postcode]
        self.people.homes[self.wants_postcode] = (rank, join_postcode(address, item.value), words)
        self.wants_postcode = None

    def _contact(self, item: Field) -> None:
        scope = item.label.owner or self.section.owner
        if scope == "referrer":
            self.people.contact.setdefault(str(item.label.fact), item.value)

    def _note(self, draft: Draft, fact: str, item: Field, value: object) -> None:
        draft.facts.add(fact)
        if value is not None:
            draft.note(fact, item.words)


def sex_or_child(item: Field) -> bool:
    return item.label.fact == "role" and is_child(Draft(role=item.value), None)


def _stem(word: str | None) -> str:
    return re.sub(r"(?:'s|s)$", "", word or "")


def _unslashed(value: str) -> str:
    """A person typed as FAMILY/GIVEN/SEX/DATE, with commas instead."""
    if not re.match(r"\s*[^\W\d_][\w' -]*/\s*[^\W\d_][\w' -]*/", value):
        return value
    family, given, rest = value.split("/", 2)
    born = first_date(rest)
    if born is None:
        return value.replace("/", ", ")
    sex, more = rest[: born.start].strip(" /"), rest[born.end :].replace("/", ", ")
    return f"{family.strip()}, {given.strip()} DOB {born.words} {sex} {more}"


def _name_only(value: str) -> str:
    """The part of a name's box before brackets, a dash, a line's end or a box of another kind."""
    return re.split(
        r"\s[-/]\s|[(\n;]|\s{2,}|\b(?:dob|d\.o\.b|born|aged?|nhs)\b", fold(value), maxsplit=1, flags=re.I
    )[0]


def _first_person(value: str, today: date | None) -> Draft | None:
    return next(iter(find_people(value, today)), None)


def _is_name_like(value: str) -> bool:
    """Whether a box about a person begins with a name rather than with words about them."""
    return bool(names_in(clean_name(_name_only(value)))) or bool(re.match(r"\s*[^\W\d_]+,\s*[^\W\d_]+\s*$", _name_only(value)))


def _listed_names(value: str) -> list[Name]:
    """Names in a list without dates: "Leo, Amy and Jo Gloss"; one name that has a comma stays one."""
    first = _name_only(value)
    parts = [part for part in re.split(r"\s+(?:and|&)\s+|\n|;", first) if part.strip()]
    if len(parts) > 1:
        parts = [piece for part in parts for piece in part.split(",")]
    names = [name for part in parts if clean_name(part) and (name := parse_name(part)).is_known]
    family = names[-1].family if len(names) > 1 else None
    return [Name(name.given, name.family or family) for name in names]


def _trailing_sex(value: str) -> str | None:
    match = re.search(r"[\s,(](m|f|male|female|boy|girl)\)?\W*$", value, re.I)
    return sex_of(match.group(1)) if match else None


def _merge(draft: Draft, other: Draft, *, replace_name: bool = False) -> None:
    """Adds what another telling of the same person says and this one does not."""
    if replace_name or not draft.name.is_known:
        draft.name = other.name
    elif is_same(draft.name, other.name):
        given = max(draft.name.given, other.name.given, key=_length)
        draft.name = Name(given, draft.name.family or other.name.family)
    for fact in ("dob", "edd", "age", "sex", "nhs", "address", "owner", "word"):
        if getattr(draft, fact) is None:
            setattr(draft, fact, getattr(other, fact))
    draft.role = draft.role or other.role
    draft.unborn = draft.unborn or other.unborn
    draft.faults.extend(other.faults)
    draft.facts |= other.facts
    for fact, words in other.words.items():
        draft.words.setdefault(fact, words)


def _length(text: str | None) -> int:
    return len(text or "")


def _complete(people: People, text: str, today: date | None) -> None:
    """What a story says of its only child without naming it beside: "this 14 month old boy"; or the child it only names."""
    if not people.children(today):
        people.drafts.extend(find_named(text, [draft.name for draft in people.drafts]))
    children = people.children(today)
    if len(children) == 1 and children[0].sex is None:
        said = {sex_of(match.group("noun")): match.group() for match in _ONLY_CHILD.finditer(fold(text))}
        if len(said) == 1:
            children[0].sex, words = said.popitem()
            children[0].note("sex", words)


def merge_people(people: People, today: date | None) -> None:
    """One person told of twice becomes one; two dates of birth for one name are a conflict that is kept."""
    kept: list[Draft] = []
    for draft in people.drafts:
        if draft.is_empty:
            continue
        twin = next((other for other in kept if _are_one(other, draft)), None)
        if twin is None:
            kept.append(draft)
            continue
        if twin.dob and draft.dob and twin.dob != draft.dob:
            people.faults.append("two dates of birth for one child")
        if twin.nhs and draft.nhs and twin.nhs != draft.nhs:
            people.faults.append("two NHS numbers for one child")
        _merge(twin, draft)
    people.drafts = _without_strays(kept, people)


def _are_one(one: Draft, other: Draft) -> bool:
    if one.unborn and other.unborn:
        return one.edd == other.edd or one.edd is None or other.edd is None
    if one.nhs and one.nhs == other.nhs:
        return True
    if one.name.is_known and other.name.is_known:
        return is_same(one.name, other.name) and not _are_twins_apart(one, other)
    return False


def _are_twins_apart(one: Draft, other: Draft) -> bool:
    """A parent and child of one name: the dates of birth are a generation apart."""
    return bool(one.dob and other.dob and abs((one.dob - other.dob).days) > 14 * 365)


def _without_strays(drafts: list[Draft], people: People) -> list[Draft]:
    """Drops people with a date and no name when somebody is named, and says so."""
    named = [draft for draft in drafts if draft.name.is_known or draft.unborn]
    strays = [
        draft
        for draft in drafts
        if draft not in named and draft.dob and draft.owner not in _SCOPED | {"adult"}
    ]
    if named and strays and any(draft.owner in {None, "subject", "child"} for draft in strays):
        people.faults.append("a date of birth with no name to it")
    return named or drafts


def _with_prose(people: People, text: str, today: date | None) -> People:
    merge_people(people, today)
    for draft in find_people(text, today):
        people.drafts.append(draft)
        people.faults.extend(draft.faults)
    has_children = bool(people.children(today))
    for draft in find_called_children(text):
        if is_related(draft) or not has_children or any(is_same(draft.name, other.name) for other in people.drafts):
            people.drafts.append(draft)
    merge_people(people, today)
    _complete(people, text, today)
    if not people.homes and (found := find_address(text)):
        people.homes.append((2, *found))
    return people
