"""People named beside a date of birth or an age: "Tilly Specimen (dob 30/01/2015, F)", "Sam, aged 5"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from intake.reading.blocks import fold, squeeze
from intake.reading.dates import COMPACT, DATE, as_birth, find_dates, read_compact
from intake.reading.drafts import Draft, sex_of
from intake.reading.identifiers import find_nhs_number
from intake.reading.names import NAME_WORD, Name, parse_name
from intake.reading.nouns import ADULT, CHILD, KIN, NEVER_NAMES, NOUN, PLURALS, name_words, names_in

_BORN = (
    r"(?:\bd\.?\s?o\.?\s?b\.?(?![a-z])|\bdates? of births?\b|\bborn(?: on| the)?\b|\bbirth ?date\b"
    r"|(?<![\w.])b\.(?=\s?\d))[\s:.=\-(]*(?:is\s+|was\s+|of\s+|on\s+)?(?:the\s+)?"
)
_BIRTH = re.compile(f"{_BORN}(?P<date>{DATE.pattern}|{COMPACT})", re.I)
_BARE_BIRTH = re.compile(rf"[(\[,]\s*(?P<date>{DATE.pattern})\s*(?:[)\],;]|-\s|$)", re.I | re.M)
_BOXED_BIRTH = re.compile(rf"(?:(?<=[^\W\d_])|(?<=\)))\s(?P<date>{DATE.pattern})", re.I)
_BOXED_AGE = re.compile(r"(?<=[a-z])\s(?P<a>\d{1,2})(?=\s*(?:,|;|&|\(|and\b|$))", re.M)
_KNOWN_AS = re.compile(
    r"[(\[]\s*(?:a\.?k\.?a\.?|also known as|known as|alias|prefers|preferred name|n[e\u00e9]e)\b[^)\]]*[)\]]",
    re.I,
)
_UNIT = r"(?:years?|yrs?|months?|mths?|mos?|weeks?|wks?|days?|y/?o|m/?o|y|m)"
_ROUGHLY = r"(?:(?:aged?|about|approx\.?|approximately|around|circa|c\.|~)[:\s]*)*"
_AGE = re.compile(
    rf"\baged?[:\s]+{_ROUGHLY}(?P<a>\d{{1,2}})(?![\d/.])(?:\s*-?\s*(?P<ua>{_UNIT})\b)?"
    rf"|(?<=[^\W\d_]) ?\({_ROUGHLY}(?P<b>\d{{1,2}})\s*(?:(?P<ub>{_UNIT})(?:\s?old|/o)?)?\s*(?:,?\s*(?:m|f"
    rf"|male|female|boy|girl))?\)"
    rf"|\(s?he(?:'s| is) (?P<e>\d{{1,2}})\)"
    rf"|(?<=[^\W\d_]), (?P<d>\d{{1,2}})(?=,|\.?$|\s(?:and|who|is|was|lives)\b)"
    rf"|(?<![\d/.])(?P<c>\d{{1,2}})[\s-]*(?P<uc>{_UNIT})\b(?:[\s-]*(?:old|of age)|/o)?",
    re.I,
)
_FOLLOWING = re.compile(
    rf"[\s\-,]*(?P<nouns>(?:(?i:{CHILD}|old|male|female|m|f|called|named|name|is)[\s,:]+)*)"
    r"(?P<name>(?:[A-Z][\w'\-]+\s*){1,3})"
)
_BESIDE_NAME = re.compile(
    rf"(?:[\s,;:()\[\]|/\-]|(?<=, )\d{{1,2}}(?=\s?\()|(?<=\()(?:\d{{1,2}}|{CHILD}|{ADULT})\b"
    rf"|(?:she|he)(?:\'s| is)\s\d{{1,2}}\b"
    rf"|\d{{1,2}}/(?:12|52)\b|\b(?:nearly|almost|just|now)\s\d{{1,2}}\b"
    r"|\b(?:in |of )?(?:our |the )?(?:year|yr|y|class)\s?\d{1,2}\b"
    r"|\bin (?:our |the )?(?:reception|nursery|year|class)(?: class)?\b"
    rf"|\bborn(?: in)?\s(?=20\d\d)|\b20\d\d\b|\d{{1,2}}\s?{_UNIT}(?:\s?old)?\b"
    r"|\b(?:who|is|was|now|currently|dob|aged?|m|f|male|female|he|she"
    r"|date of birth|a|and|boy|girl|approx\.?|approximately|about|around)\b)*$",
    re.I,
)
_CUED = re.compile(rf"\b(?:{CHILD}|called|named|name|is)\W*$", re.I)
_SENTENCE = re.compile(r"[.;:!?()\[\]\n/|\u2022]|\s-\s|,\s(?=(?:who|a|the|and|is|in)\b)")
_SEX = re.compile(r"\b(?:m|f|male|female|boy|girl|son|daughter)\b", re.I)
_NOUN_AFTER = re.compile(
    rf"[\s,)\]\-]*(?:(?:is|who is|the|a|an|her|his|their|both)\s+)*(?:\w+'s\s+)?(?:(?P<child>{CHILD})"
    rf"|(?P<adult>{ADULT}))\b(?!'s)",
    re.I,
)
_MOST_ANCHORS = 120
_NEWBORN_DAYS = 14


@dataclass(frozen=True)
class _Anchor:
    """A date of birth or an age, to which somebody's name should stand close."""

    start: int
    end: int
    words: str
    born: str | None = None
    age: int | None = None
    is_bare: bool = False


def find_people(text: str, today: date | None, *, boxed: bool = False) -> list[Draft]:
    """Everybody named with a birth or an age. In a box of people a bare date after a name is a birth."""
    folded = _KNOWN_AS.sub(lambda aside: " " * len(aside.group()), fold(text))
    people: list[Draft] = []
    last, last_end = None, 0
    for anchor in _anchors(folded, boxed=boxed):
        found = _person_at(folded, anchor, today)
        if found is None:
            continue
        draft, begin = found
        draft.note("name", squeeze(text[begin : anchor.end]))
        if (
            last is not None
            and draft.owner is None
            and not folded[last_end:begin].strip(" ,;&)].").replace("and", "").strip()
        ):
            _share_role(last, draft)
        people.append(draft)
        last, last_end = draft, anchor.end
        _share_family(people, folded[anchor.end : anchor.end + 40])
    return people


def _anchors(text: str, *, boxed: bool) -> list[_Anchor]:
    found: list[_Anchor] = []
    for pattern in (
        _BIRTH,
        _BARE_BIRTH,
        *([_BOXED_BIRTH] if boxed else []),
        _AGE,
        *([_BOXED_AGE] if boxed else []),
    ):
        for match in pattern.finditer(text):
            if len(found) >= _MOST_ANCHORS or any(
                each.start < match.end() and match.start() < each.end for each in found
            ):
                continue
            words = match.group().strip(" (,)[];")
            if pattern in {_AGE, _BOXED_AGE}:
                found.append(_Anchor(match.start(), match.end(), words, age=_age(match)))
            else:
                found.append(
                    _Anchor(
                        match.start(),
                        match.end(),
                        words,
                        born=match.group("date"),
                        is_bare=pattern in {_BARE_BIRTH, _BOXED_BIRTH},
                    )
                )
    return sorted(found, key=lambda anchor: anchor.start)


def _age(match: re.Match[str]) -> int:
    """Whole years; less than a year counts as nought."""
    parts = match.groupdict()
    number = next(int(parts[part]) for part in "abcde" if parts.get(part))
    unit = next((parts[part] for part in ("ua", "ub", "uc") if parts.get(part)), "y").lower()
    if unit.startswith("y"):
        return number
    return number // 12 if unit.startswith("m") else 0


def _person_at(text: str, anchor: _Anchor, today: date | None) -> tuple[Draft, int] | None:
    """The person that an anchor belongs to, and where their name begins: just before it, or after an age."""
    before, after = text[max(0, anchor.start - 90) : anchor.start], text[anchor.end : anchor.end + 70]
    name, offset, lead, beside = _name_before(before)
    if name is None and anchor.age is not None and re.search("[a-z]", anchor.words, re.I):
        nouns, name = _name_after(after)
        offset, lead, beside = len(before), f"{before} {nouns}", ""
    if name is None:
        return None
    draft = Draft(name=name, age=anchor.age, from_prose=True)
    if anchor.born is not None and not _is_born(draft, anchor, today):
        return None
    if anchor.age is not None:
        draft.note("age", anchor.words)
    _take_role(draft, lead, beside, after)
    _take_sex(draft, beside, anchor.words, after)
    _take_nhs_number(draft, after)
    return draft, anchor.start - len(before) + offset


def _is_born(draft: Draft, anchor: _Anchor, today: date | None) -> bool:
    """Takes the date of birth; a date with no word of birth by it is let go when it cannot be one."""
    found = read_compact(anchor.born or "") or find_dates(anchor.born or "")[0]
    draft.dob = as_birth(found, today)
    draft.note("dob", anchor.words)
    if anchor.is_bare:
        return draft.dob is not None and (today is None or (today - draft.dob).days >= _NEWBORN_DAYS)
    if draft.dob is None:
        draft.faults.append("a date of birth that cannot be right")
    return True


def _name_before(before: str) -> tuple[Name | None, int, str, str]:
    """The name that ends where the anchor begins, its place, what led to it, and what stood between."""
    trimmed = before[: len(before) - len(_beside_name(before))]
    beside = before[len(trimmed) :]
    piece_start = max((match.end() for match in _SENTENCE.finditer(trimmed)), default=0)
    piece = trimmed[piece_start:]
    run: list[re.Match[str]] = []
    for word in reversed(list(re.finditer(r"\S+", piece))):
        if not (_may_be_name(word.group()) or (not run and _is_surname(word, piece))) or (
            run and word.group().endswith(",") and not _is_surname_first(word, run, piece)
        ):
            break
        run.append(word)
        if len(run) == 5:
            break
    if not run or (len(run) == 1 and piece.isupper() and not _CUED.search(piece[: run[0].start()])):
        return None, 0, before, ""
    begin = run[-1].start()
    name = parse_name(piece[begin : run[0].end()])
    return (name if name.is_known else None), piece_start + begin, trimmed[: piece_start + begin], beside


def _beside_name(before: str) -> str:
    match = _BESIDE_NAME.search(before)
    return match.group() if match else ""


def _may_be_name(word: str) -> bool:
    bare = word.strip(",'\"").rstrip(".")
    return (
        bool(bare)
        and bare.lower() not in NEVER_NAMES
        and bare[0].isupper()
        and bool(NAME_WORD.fullmatch(bare))
    )


def _is_surname(word: re.Match[str], piece: str) -> bool:
    """A family name that is also a common word: "Chloe Lodger", "Amy Young"."""
    bare = word.group().strip(",'\"")
    before = piece[: word.start()].split()
    if bare.isupper() and len(bare) > 2 and bare.lower() not in KIN and before:
        return before[-1].isupper() and _may_be_name(before[-1])
    return (
        bare.istitle()
        and bare.lower() not in KIN
        and bool(before)
        and before[-1].istitle()
        and _may_be_name(before[-1])
    )


def _is_surname_first(word: re.Match[str], run: list[re.Match[str]], piece: str) -> bool:
    """Whether a word with a comma is "SURNAME, Given" rather than the end of what went before."""
    return len(run) <= 2 and (
        word.group().strip(",").isupper() or len(run) == 1 or not piece[: word.start()].strip()
    )


def _name_after(after: str) -> tuple[str, Name | None]:
    """The name that follows an age: "7 year old Robin Testcase", "5 Y/O SISTER KAYA EXAMPLE"."""
    match = _FOLLOWING.match(after)
    names = names_in(name_words(match.group("name"))) if match else []
    return (match.group("nouns"), names[0]) if match and names else ("", None)


def _take_role(draft: Draft, lead: str, beside: str, after: str) -> None:
    """What the words around call the person: the noun nearest before the name, else the one that follows."""
    near = " ".join(lead[-45:].split()[-5:])
    young = re.search(r"\b(?:miss|master)\s*$", lead, re.I)
    nouns = list(NOUN.finditer(beside)) or list(NOUN.finditer(re.split(r"[.;\n]", near)[-1]))
    noun = nouns[-1] if nouns else _NOUN_AFTER.match(re.split(r"[.;\n]", after)[0])
    if young:
        draft.sex = "F" if young.group().strip().lower() == "miss" else "M"
        draft.note("sex", young.group().strip())
    elif noun and (noun.group("child") or noun.group("adult")):
        draft.owner = "child" if noun.group("child") else "adult"
        told = noun.group("child") or noun.group("adult")
        said = told.lower()
        draft.role = draft.word = said
        draft.sex = (sex_of(said) or PLURALS.get(said)) if draft.owner == "child" else None
        if draft.sex:
            draft.note("sex", told)


def _take_sex(draft: Draft, beside: str, words: str, after: str) -> None:
    """Sex that stands between the name and the anchor, within it, or right after it."""
    near = re.split(r"[;.\n]|\b(?:and|mother|father|mum|dad)\b", after, maxsplit=1, flags=re.I)[0]
    near = re.sub(r"^\W*NHS\b[\w\s:#-]*?[\d -]{10,14}", "", near, flags=re.I)
    told_after = re.match(
        r"[\s,()\]/|\-]*(?:sex\s*:?\s*|gender\s*:?\s*)?(?:a\s)?(m|f|male|female|boy|girl)\b", near, re.I
    )
    for piece in (beside, words, told_after.group(1) if told_after else ""):
        said = _SEX.search(re.sub(r"\d\s*m\b", "", piece, flags=re.I))
        if draft.sex is None and said and draft.owner != "adult":
            draft.sex = sex_of(said.group())
            draft.note("sex", said.group())


def _take_nhs_number(draft: Draft, after: str) -> None:
    own = re.split(r"[;\n]", DATE.split(after, maxsplit=1)[0], maxsplit=1)[0]
    number = find_nhs_number(own)
    if number is not None:
        draft.nhs = number.value
        draft.note("nhs", number.words)
        if number.value is None:
            draft.faults.append("an NHS number whose check digit fails")


def _share_family(people: list[Draft], after: str) -> None:
    """ "Amelia (DOB ...) and Jacob (DOB ...) Hart-Smith": the name that closes the list is everybody's."""
    match = re.match(r"[)\]]?\s(?P<family>[A-Z][a-z][\w'\-]+)(?=[,.;\s]|$)", after)
    if not match or match.group("family").lower() in NEVER_NAMES:
        return
    for draft in reversed(people):
        if draft.name.family:
            return
        draft.name = Name(draft.name.given, match.group("family"))
        draft.note("family", match.group("family"))


def _share_role(first: Draft, other: Draft) -> None:
    """ "Her sons Harry and Ben": what was said of the first holds for those listed after."""
    other.owner, other.role, other.word = first.owner, first.role, first.word
    if other.sex is None and first.word in PLURALS:
        other.sex = PLURALS[first.word]
        other.note("sex", first.word)
