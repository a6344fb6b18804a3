"""People named in running text: "Tilly Specimen (dob 30/01/2015, F)", "her brother Sam, aged 5", "5 Y/O SISTER KAYA EXAMPLE"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from intake.reading.blocks import fold, squeeze
from intake.reading.dates import DATE, as_birth, find_dates
from intake.reading.drafts import Draft, sex_of
from intake.reading.identifiers import find_nhs_number
from intake.reading.names import NAME_WORD, Name, parse_name

_BORN = r"(?:\bd\.?\s?o\.?\s?b\.?(?![a-z])|\bdates? of births?\b|\bborn(?: on| the)?\b|\bbirth ?date\b|(?<![\w.])b\.(?=\s?\d)|\bdod\b)[\s:.=\-(]*(?:is\s+|was\s+|of\s+|on\s+)?(?:the\s+)?"
_BIRTH = re.compile(_BORN + f"(?P<date>{DATE.pattern})", re.I)
_BARE_BIRTH = re.compile(rf"[(\[,]\s*(?P<date>{DATE.pattern})\s*(?:[)\],]|$)", re.I)
_UNIT = r"(?P<unit>years?|yrs?|months?|mths?|mos?|weeks?|wks?|days?|y/?o|yo|m/?o|y|m)"
_AGE = re.compile(
    rf"(?:\baged?[:\s]+(?:about\s|approx\w*\s|around\s)?(?P<a>\d{{1,2}})(?!\d)(?:\s*-?\s*{_UNIT.replace('unit', 'ua')}\b)?|\((?:(?:aged?|about|approx\.?|approximately|around|circa|c\.|~)[:\s]*)*(?P<b>\d{{1,2}})\s*(?:{_UNIT.replace('unit', 'ub')}(?:\s?old|/o)?)?\s*(?:,?\s*(?:m|f|male|female))?\)"
    rf"|(?<![\d/.])(?P<c>\d{{1,2}})[\s-]*{_UNIT.replace('unit', 'uc')}\b(?:[\s-]*(?:old|of age)|/o)?)",
    re.I,
)
_CHILD_NOUN = (
    r"(?:son|daughter|grandson|granddaughter|nephew|niece|stepson|stepdaughter|brother|sister|sibling|siblings|half-brother|half-sister|twin|child|baby|pupil|student|boy|girl|toddler|infant"
    r"|young person|yp|patient|pt|children|kids|sons|daughters|brothers|sisters|pupils|stepdaughter|step-son|step-daughter|newborn|lad|yp's|player)"
)
_ADULT_NOUN = (
    r"(?:mother|mum|mummy|mam|father|dad|daddy|partner|ex-partner|ex|husband|wife|boyfriend|girlfriend|stepfather|step-father|stepdad|stepmother|stepmum|grandmother|grandfather|nan|nana|grandad|granddad|aunt|auntie|uncle"
    r"|suspect|perpetrator|carer|parent|parents|carers|mr|mrs|ms|dr|pc|ps|dc|ds|officer|paramedic|nurse|teacher|headteacher|judge|worker|friend|neighbour|landlord|miss(?! \w+ \w+,? ?\(?d)|consultant|doctor|applicant|respondent|foster)"
)
_NOUN_NAME = re.compile(
    rf"\b(?P<noun>(?i:{_CHILD_NOUN}))\s*(?:,|:|is|called|named|-|\()?\s*(?:(?i:called|named|is|name)\s)?(?P<name>[A-Z][\w'\-]+(?:\s+(?:and\s+|&\s+)?[A-Z][\w'\-]+){{0,3}})"
)
_FULL_NAME = re.compile(
    r"(?<![\w'.-])[A-Z][a-z'\-]+(?: [A-Z][\w'\-]+){1,2}(?='s\b|\s*\(|\s+[a-z]|[.,;]\s|[.]?$)", re.M
)
_NOT_A_PERSON = re.compile(
    r"\b(?:Street|Road|Lane|Avenue|Close|Drive|Way|Gardens|Court|Crescent|Place|Terrace|Hill|School|Academy|College|Hospital|Centre|Council|Police|Team|Service|Services|Nursery|Primary|House|Park|Ward|Clinic|Surgery|Church|Club|Station"
    r"|Borough|Department|Trust|Road|Junior|Football|Regards|Thanks|Social|Care|Children|Health|Safeguarding|Referral|Form|Sir|Madam|Town|Green|North|South|East|West|New|London|Emergency|Duty|Act|Section|High|Form|Facebook|Instagram|Year|Head)\b"
)
_TITLED = re.compile(
    rf"\b(?:{_ADULT_NOUN}|dear|hi|hello|regards|thanks|cheers|from|by|coach|officer|cllr|called|at|in|near|on|to)\.?,?\s*(?:is |was |called |named )?$",
    re.I,
)
_FOLLOWING_NAME = re.compile(
    rf"[\s\-,]*(?P<nouns>(?:(?i:{_CHILD_NOUN}|old|male|female|m|f|called|named|name|is)[\s,:]+)*)(?P<name>(?:[A-Z][\w'\-]+\s*){{1,3}})"
)
_STOP = frozenset(
    ["the", "a", "an", "and", "or", "of", "to", "for", "with", "her", "his", "their", "our", "my", "your", "this", "that", "it", "is", "was", "were", "are", "am", "be", "been", "by", "at", "in", "on", "from", "he", "she", "they", "we", "i", "you", "who", "mother", "mum", "mums", "mother's", "mum's", "father", "dad", "dad's", "son", "daughter", "brother", "sister", "sibling", "siblings", "twin", "child", "children", "baby", "boy", "girl", "pupil", "student", "patient", "pt", "name", "named", "called", "dob", "born", "aged", "age", "subject", "victim", "suspect", "mr", "mrs", "ms", "miss", "dr", "pc", "ps", "dc", "re", "ref", "regarding", "case", "client", "parent", "parents", "carer", "partner", "ex", "grandson", "granddaughter", "nephew", "niece", "details", "has", "have", "had", "not", "no", "adult", "household", "dear", "hi", "hello", "yes", "if", "but", "when", "then", "while", "also", "school", "hospital", "police", "police's", "station", "address", "male", "female", "m", "f", "yo", "y/o", "yrs", "years", "old", "year", "month", "months", "only", "alone", "present", "both", "all", "young", "person", "yp", "about", "concern", "concerns", "concerning", "nan", "she's", "he's", "i'm", "she", "said", "told", "stated", "states", "states:", "says", "see", "attached", "please", "today", "yesterday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "nhs", "unborn", "toddler", "infant", "stepson", "stepdaughter", "step", "half", "older", "younger", "elder", "eldest", "youngest", "daughter's", "son's", "year-old", "old's", "involving", "we've", "as", "after", "before", "because", "since", "where", "which", "what", "mash", "team", "edt", "referral", "adults", "applicant", "respondent", "following", "concerned", "contact", "update", "urgent", "safeguarding", "sibs", "info", "name:", "officer", "found", "crew", "information", "report", "case:", "new", "previous", "page", "gp", "dr's", "kids", "toddlers", "reception", "nursery", "welfare", "both's", "minor", "passenger", "former", "class", "form", "surname", "forename", "forenames", "head", "teacher", "midwife", "visitor", "health", "social", "worker", "tenant"]
)
_CUED = re.compile(rf"\b(?:{_CHILD_NOUN}|called|named|name|is)\W*$", re.I)
_LEAD_SPLIT = re.compile(r"[.;:!?()\[\]\n/|\u2022]|\s-\s|,\s(?=(?:who|a|the|and|is|in)\b)")
_MOST_MENTIONS = 60


def find_people(text: str, today: date | None) -> list[Draft]:
    """Everybody named with a date of birth or an age, in order, then those only called a child."""
    folded = fold(text)
    people: list[Draft] = []
    taken: list[tuple[int, int]] = []
    for pattern in (_BIRTH, _BARE_BIRTH, _AGE):
        for match in pattern.finditer(folded):
            if len(people) >= _MOST_MENTIONS or any(
                begin < match.end() and match.start() < end for begin, end in taken
            ):
                continue
            draft = _from_anchor(
                text, folded, match, today, is_age=pattern is _AGE, is_bare=pattern is _BARE_BIRTH
            )
            if draft is not None:
                people.append(draft)
                taken.append((match.start(), match.end()))
    return people


def find_called_children(text: str) -> list[Draft]:
    """Children who are only named: "my grandson Alfie Outline", "Robin and Wren Example"."""
    people = []
    for match in _NOUN_NAME.finditer(fold(text)):
        if (
            re.search(
                rf"\b{_ADULT_NOUN}(?:'s|s')\s+(?:\w+\s+)?$",
                text[max(0, match.start() - 30) : match.start()],
                re.I,
            )
            and "brother" in match.group("noun") + "sister"
        ):
            continue
        for name in _names_in(match.group("name")):
            draft = Draft(
                owner="child",
                word=match.group("noun").lower(),
                name=name,
                sex=sex_of(match.group("noun")),
                from_prose=True,
            )
            words = squeeze(text[match.start() : match.end()])
            draft.note("name", words)
            if draft.sex:
                draft.note("sex", words)
            people.append(draft)
    return people


def _names_in(text: str) -> Iterator[Name]:
    parts = re.split(r"\s+(?:and|&)\s+", text)
    names = [parse_name(_trimmed(part)) for part in parts]
    family = names[-1].family if names else None
    for name in names:
        if name.given and name.given.lower() not in _STOP:
            yield Name(name.given, name.family or (family if len(names) > 1 else None))


def find_named(text: str, known: Iterable[Name]) -> list[Draft]:
    """The one person whom a story names in full, where nothing calls anybody a child: "I gave Tommy Footnote a lift"."""
    known_families = {name.family for name in known if name.family}
    found: dict[Name, Draft] = {}
    for match in _FULL_NAME.finditer(fold(text)):
        before = text[max(0, match.start() - 28) : match.start()]
        words = match.group().split()
        is_line = not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
        if is_line and not re.match(r"\s+[a-z]|'s", text[match.end() : match.end() + 4]):
            continue
        if (
            any(word.lower() in _STOP for word in words)
            or _NOT_A_PERSON.search(match.group())
            or _TITLED.search(before)
        ):
            continue
        if re.match(r"\W{0,3}(?:" + _ADULT_NOUN + r")\b", text[match.end() : match.end() + 20], re.I):
            continue
        name = parse_name(match.group())
        if name.is_known and name.family not in known_families:
            draft = found.setdefault(name, Draft(owner="child", name=name, from_prose=True))
            draft.note("name", squeeze(match.group()))
    return list(found.values()) if len(found) == 1 else []


def _trimmed(text: str) -> str:
    words = text.split()
    kept: list[str] = []
    for word in words:
        if word.lower().rstrip("'s") in _STOP or word.lower() in _STOP:
            break
        kept.append(re.sub(r"'s$", "", word))
    return " ".join(kept)


def _from_anchor(
    text: str, folded: str, match: re.Match[str], today: date | None, *, is_age: bool, is_bare: bool
) -> Draft | None:
    """The person that a date of birth or an age belongs to: the name just before it, or after an age."""
    before = folded[max(0, match.start() - 90) : match.start()]
    name, start, lead = _name_before(before)
    after = folded[match.end() : match.end() + 70]
    if not name and is_age:
        noun, name = _name_after(after)
        start, lead = len(before), f"{before} {noun}"
    if not name:
        return None
    draft = Draft(name=name, from_prose=True)
    begin = match.start() - (len(before) - start)
    words = squeeze(text[begin : match.end()])
    draft.note("name", words)
    _role(draft, lead, folded, match)
    if is_age:
        draft.age = _age(match)
        draft.note("age", words)
    else:
        _birth(draft, match, today)
        if is_bare and (draft.dob is None or (today is not None and (today - draft.dob).days < 14)):
            return None
    _beside(draft, after)
    return draft


def _birth(draft: Draft, match: re.Match[str], today: date | None) -> None:
    found = find_dates(match.group("date"))[0]
    draft.dob = as_birth(found, today)
    draft.note("dob", squeeze(match.group().strip(" (,)[]")))
    if draft.dob is None:
        draft.faults.append("a date of birth that cannot be right")


def _name_before(before: str) -> tuple[Name | None, int, str]:
    """The run of name words that ends where the anchor begins, and what stood before it."""
    trimmed = re.sub(
        r"(?:[\s,;:(\[\-]|\d{1,2}\s?(?:years?|yrs?|y/?o|months?|mths?)(?:\s?old)?\b|\b(?:who|is|was|now|currently|dob|aged?|m|f|male|female|he|she"
        r"|date of birth|a|boy|girl|approx\.?|approximately|about|around)\b)*$",
        "",
        before,
        flags=re.I,
    )
    piece_start = max((match.end() for match in _LEAD_SPLIT.finditer(trimmed)), default=0)
    piece = trimmed[piece_start:]
    words = list(re.finditer(r"\S+", piece))
    run: list[re.Match[str]] = []
    for word in reversed(words):
        bare = word.group().strip(",'\"")
        if bare.lower() in _STOP or not NAME_WORD.fullmatch(bare.rstrip(".")) or not bare[0].isupper():
            break
        if (
            run
            and word.group().endswith(",")
            and (
                len(run) > 2
                or (not bare.isupper()
                and len(run) > 1
                and not piece.strip().startswith(word.group()))
            )
        ):
            break
        run.append(word)
        if len(run) == 5:
            break
    if not run or (len(run) == 1 and piece.isupper() and not _CUED.search(piece[: run[0].start()])):
        return None, 0, before
    begin = run[-1].start()
    name = parse_name(piece[begin : run[0].end()])
    return (name if name.is_known else None), piece_start + begin, trimmed[: piece_start + begin]


def _name_after(after: str) -> tuple[str, Name | None]:
    """The name that follows an age: "7 year old Robin Testcase", "5 Y/O SISTER KAYA EXAMPLE"."""
    match = _FOLLOWING_NAME.match(after)
    if not match:
        return "", None
    name = parse_name(_trimmed(match.group("name")))
    return match.group(
        "nouns"
    ), name if name.is_known and name.given and name.given.lower() not in _STOP else None


def _role(draft: Draft, lead: str, folded: str, match: re.Match[str]) -> None:
    """What the words around the name call the person: the noun nearest before it, in the same sentence."""
    near = " ".join(lead[-45:].split()[-5:])
    nouns = list(
        re.finditer(rf"\b(?:(?P<child>{_CHILD_NOUN})|(?P<adult>{_ADULT_NOUN}))\b(?!['\u2019]s)", near, re.I)
    )
    title = re.search(r"\b(?:mr|mrs|ms|dr|pc|ps|dc|ds)\.?\s*$", lead, re.I)
    if title:
        draft.owner, draft.role = "adult", title.group().strip()
    elif nouns:
        noun = nouns[-1]
        draft.owner = "child" if noun.group("child") else "adult"
        draft.role = noun.group()
        draft.sex = sex_of(noun.group()) if noun.group("child") else None
    following = re.match(
        r"[\s,)\]\-]*(?:is\s+)?(?:the\s+|a\s+|her\s+|his\s+)?(?P<noun>\w+)",
        folded[match.end() : match.end() + 30],
    )
    middle = folded[match.start() : match.end()]
    for piece in (following.group("noun") if following else "", middle):
        if draft.sex is None and piece and draft.owner != "adult":
            draft.sex = _sex_token(piece)
    inside = re.search(rf"\b{_CHILD_NOUN}\b", middle + " " + folded[match.end() : match.end() + 14], re.I)
    if draft.owner is None and inside:
        draft.owner, draft.word = "child", inside.group().lower()
        draft.sex = draft.sex or sex_of(inside.group())
    young = re.search(r"\b(?:miss|master)\s*$", lead, re.I)
    if young:
        draft.sex = "F" if young.group().strip().lower() == "miss" else "M"
    if draft.sex:
        draft.note("sex", squeeze(f"{lead[-20:].split()[-1] if nouns else ''} {middle}"))


def _sex_token(text: str) -> str | None:
    match = re.search(r"\b(?:m|f|male|female|boy|girl|son|daughter)\b", text, re.I)
    return sex_of(match.group()) if match else None


def _beside(draft: Draft, after: str) -> None:
    """Sex and NHS number that stand right after the anchor."""
    near = re.split(r"[;.\n]|\b(?:and|mother|father|mum|dad)\b", after, maxsplit=1, flags=re.I)[0]
    sex = re.match(r"[\s,)\]/\-]*(?:sex\s*:?\s*|gender\s*:?\s*)?(m|f|male|female|boy|girl)\b", near, re.I)
    if draft.sex is None and sex:
        draft.sex = sex_of(sex.group(1))
        draft.note("sex", squeeze(sex.group().strip(" ,)/-")))
    number = find_nhs_number(re.split(r"\n", after, maxsplit=1)[0])
    if number is not None:
        draft.nhs = number.value
        draft.note("nhs", number.words)
        if number.value is None:
            draft.faults.append("an NHS number whose check digit fails")


def _age(match: re.Match[str]) -> int:
    """Whole years; under a year counts as nought."""
    number = next(int(match.group(part)) for part in "abc" if match.group(part))
    unit = next((match.group(part) for part in ("ua", "ub", "uc") if match.group(part)), "y").lower()
    return (
        number
        if unit.startswith("y")
        else (number // 12 if unit.startswith("mo") or unit.startswith("mt") or unit in {"m", "m/o"} else 0)
    )
