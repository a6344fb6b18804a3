"""An allegation about somebody in a position of trust: the adult by initials, apart from the child.

What is said of the one is kept off the contact of the other, so that whoever opens one of the two does not
learn of the other from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mash.errors import Invalid
from mash.spelling import plain_name

from intake.domain.restriction import ALLEGATION

SUBJECT = "subject of an allegation"
_INITIALS = re.compile(r"(?:[^\W\d_][\s.]{0,2}){1,4}")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
# Names that are words as well: in small letters they are taken for the word.
_WORDS_TOO = frozenset(
    {"dean", "faith", "grace", "hope", "joy", "long", "mark", "may", "rose", "will", "young"}
)
# What an allegation's contact may be corrected in; everything else would be about a child or a home.
CORRECTED = frozenset({"referrer", "concern", "consent", "adults"})


class NotKeptApart(Invalid):
    """What is said of the adult names the child, or the other way round."""


class FullName(Invalid):
    """The adult is named in full, and is recorded by initials only."""


def initials_of(written: str) -> str:
    """Return initials as they are kept, such as JS. Raises ValueError for anything that is a name."""
    letters = re.sub(r"[\s.]", "", written).upper()
    is_spelt_apart = len(letters) == 1 or written.upper() == written or "." in written
    if not _INITIALS.fullmatch(written) or not 1 <= len(letters) <= 4 or not is_spelt_apart:
        raise ValueError(
            "holds the adult's initials only, 1 to 4 capital letters: the full name is not recorded here"
        )
    return letters


def name_parts(person: Mapping[str, Any]) -> set[str]:
    """Return each part of a person's names as it is compared, from two letters on."""
    named = (person.get(field) or "" for field in ("given", "family", "also_known_as"))
    return {
        plain_name(part)
        for name in named
        for word in _WORD.findall(name)
        for part in (word, *word.split("-"))
        if len(plain_name(part)) > 1
    }


def names_somebody(text: str, parts: Iterable[str]) -> bool:
    """Whether any of these parts of a name stands in a text, whatever its case, accents or ending."""
    wanted = set(parts)
    return any(form in wanted for word in _WORD.findall(text) for form in _forms(word))


def _forms(word: str) -> Iterator[str]:
    if word in _WORDS_TOO:
        return
    bare = re.sub(r"['\u2019]s$", "", word, flags=re.IGNORECASE)
    for part in {word, bare, *bare.split("-")}:
        yield plain_name(part)


def names_adult(text: str, initials: str) -> bool:
    """Whether a text holds the adult's initials: one letter alone is too common to tell."""
    if len(initials) < 2:
        return False
    spelt = r"[.\s]{0,2}".join(map(re.escape, initials))
    return bool(re.search(rf"(?<!\w){spelt}(?!\w)", text))


def mentions(text: str, phrase: str) -> bool:
    """Whether a text holds a phrase, such as the name of a setting, however it is spaced or written."""
    return bool(plain_name(phrase)) and plain_name(phrase) in plain_name(text)


def require_apart(
    initials: str,
    setting: str,
    of_adult: Mapping[str, str],
    child: Mapping[str, Any],
    of_child: Mapping[str, str],
) -> None:
    """Refuse words about the one that name the other; both are texts by field.

    Raises :class:`NotKeptApart`.
    """
    parts = name_parts(child)
    for field, text in of_adult.items():
        if names_somebody(text, parts):
            raise NotKeptApart(
                "This names the child. Write 'the child': what is recorded of the adult does not say whose "
                "child it is.",
                field=field,
            )
    for field, text in of_child.items():
        if names_adult(text, initials) or mentions(text, setting):
            raise NotKeptApart(
                "This points to the adult. Write 'an adult': what is recorded of the child says that an "
                "allegation was made, and not about whom.",
                field=field,
            )


def require_adult_only(kind: str, sections: Mapping[str, Any]) -> None:
    """Refuse a correction that puts a child, a home or a full name on the contact of an allegation."""
    if kind != ALLEGATION:
        return
    for name in sorted(set(sections) - CORRECTED):
        raise NotKeptApart("The contact of an allegation holds nothing of a child or a home.", field=name)
    for place, adult in enumerate(sections.get("adults") or ()):
        if adult.get("given") or adult.get("family") or adult.get("dob"):
            raise FullName("The adult is recorded by initials only.", field=f"adults.{place}")


def words_in(value: Any) -> Iterator[str]:
    """Yield every text in a part of a contact."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from words_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from words_in(one)


def adult_document(
    referrer: Mapping[str, Any], initials: str, role: str, setting: str, alleged: str, *, danger: bool
) -> dict[str, Any]:
    """Return the contact of the adult."""
    adult = {"also_known_as": initials, "relationship": f"{role}, {setting}", "concern": SUBJECT}
    return {
        "referrer": dict(referrer),
        "adults": [adult],
        "concern": {"narrative": alleged, "types": ["position_of_trust"], "immediate_danger": danger},
    }


def child_document(
    referrer: Mapping[str, Any], child: Mapping[str, Any], told: str, *, danger: bool
) -> dict[str, Any]:
    """Return the contact of the child. The referrer's organisation may be where the adult works."""
    return {
        "referrer": dict(referrer),
        "children": [dict(child)],
        "concern": {"narrative": told, "types": ["position_of_trust"], "immediate_danger": danger},
    }
