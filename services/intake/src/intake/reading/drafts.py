"""A person being put together from boxes, rows and mentions, until it is clear who they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from intake.reading.dates import is_minor
from intake.reading.names import Name
from intake.reading.phrases import table

_SEXES = {"M": frozenset(table("vocabulary")["male"]), "F": frozenset(table("vocabulary")["female"])}
_UNBORN: list[str] = table("vocabulary")["unborn"]

_CHILD_ROLE = re.compile(
    r"\b(?:child|children|young person|yp|cyp|pupil|student|baby|infant|toddler|sibling|brother|sister"
    r"|twin|son|daughter|grandson|granddaughter|stepson|stepdaughter"
    r"|boy|girl|nephew|niece|half[- ]?(?:brother|sister|sibling)|step[- ]?(?:brother|sister|sibling|son"
    r"|daughter)|unborn|newborn|neonate|learner|juvenile|foster child)\b",
    re.I,
)
_ADULT_ROLE = re.compile(
    r"\b(?:mother|mum|mummy|mam|father|dad|daddy|parent|carer|guardian|step-?\s?(?:father|mother|dad|mum)"
    r"|partner|husband|wife|boyfriend|girlfriend|grand(?:mother|father|parent|ma|pa|dad)|nan|nana"
    r"|aunt(?:ie|y)?|uncle|adult|applicant|respondent|tenant|next of kin|nok|lodger|in-law|occupier"
    r"|landlord|friend|fiance|spouse|householder|cohabit\w*)\b",
    re.I,
)
_POSSESSED = re.compile(
    r"\b(?:mother|mum|father|dad|parent|carer|partner|grand\w+)(?:'s|s')?\s+(?:of|to|for)\b(?: \w+)?"
    r"|\b(?:child|baby|unborn|infant|pupil|subject|son|daughter|brother|sister)(?:'s|s')\s"
    r"|\b(?:of|to)\s+(?:the\s+)?(?:child|baby|unborn|children|subject|victim|infant|patient|yp|above)\b.*",
    re.I,
)
_OTHER_ROLE = re.compile(
    r"\b(?:suspect|perpetrator|perp|offender|accused|referrer|officer|teacher|social worker|informant"
    r"|caller|witness|professional|staff|doctor|gp|nurse|foster carer|applicant|reporter|oic)\b",
    re.I,
)

NEVER_CHILDREN = frozenset({"referrer", "professional", "place", "suspect"})


@dataclass
class Draft:
    """`owner` is the class of person that the form put them in; `role` the words said of them."""

    owner: str | None = None
    word: str | None = None
    number: int | None = None
    name: Name = field(default_factory=Name)
    role: str = ""
    dob: date | None = None
    edd: date | None = None
    age: int | None = None
    sex: str | None = None
    nhs: str | None = None
    unborn: bool = False
    from_prose: bool = False
    guessed: bool = False
    facts: set[str] = field(default_factory=set)
    words: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.name.is_known or self.dob or self.edd or self.nhs or self.unborn)

    def note(self, fact: str, words: str) -> None:
        self.facts.add(fact)
        self.words.setdefault(fact, words)


@dataclass
class People:
    """Everybody of a document. `homes` holds (rank, address, words); the lowest rank is likeliest."""

    drafts: list[Draft] = field(default_factory=list)
    homes: list[tuple[int, str, str]] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)
    contact: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def children(self, today: date | None) -> list[Draft]:
        return [draft for draft in self.drafts if not draft.is_empty and is_child(draft, today)]


def sex_of(text: str) -> str | None:
    """M or F from a box's answer; None when it says neither, or both."""
    words = set(re.findall(r"[a-z]+", text.lower().replace("transgender", "")))
    said = {sex for sex, vocabulary in _SEXES.items() if words & vocabulary}
    return said.pop() if len(said) == 1 and len(words) <= 4 else None


def is_unborn(text: str) -> bool:
    return any(word in text.lower() for word in _UNBORN)


def is_child(draft: Draft, today: date | None) -> bool:
    """Whether this person is a child: by age where it is known, else by what they are called."""
    if draft.unborn or draft.edd:
        return True
    standing = _standing(draft)
    if draft.owner in NEVER_CHILDREN or standing == "other":
        return False
    if draft.dob is not None and today is not None:
        return is_minor(draft.dob, today) and not _is_minor_partner(draft)
    if draft.age is not None:
        return draft.age < 18 and standing != "adult"
    return standing == "child" or (standing is None and draft.owner in {"child", "subject", None})


def _is_minor_partner(draft: Draft) -> bool:
    return bool(
        re.search(r"\b(?:partner|boyfriend|girlfriend|ex)\b", f"{draft.word or ''} {draft.role}", re.I)
    )


def _standing(draft: Draft) -> str | None:
    """child, adult, other, or None when nothing said of them tells."""
    role = re.sub(_POSSESSED, _keep_person, draft.role)
    if _OTHER_ROLE.search(role):
        return "other"
    if _ADULT_ROLE.search(role):
        return "adult"
    if _CHILD_ROLE.search(role):
        return "child"
    if draft.owner == "adult":
        return "adult"
    return "child" if draft.owner == "child" else None


def _keep_person(match: re.Match[str]) -> str:
    """In "mother of child" the person is the mother; in "child's father" the father, who stands after."""
    found = _ADULT_ROLE.search(match.group())
    return f" {found.group()} " if found else " "
