"""How names, postcodes and NHS numbers are compared: what people write differently and mean alike."""

from __future__ import annotations

import re
import unicodedata

import jellyfish
from nhs_number.validate import is_valid
from rapidfuzz.distance import JaroWinkler

# Letters that carry no separate accent, so that decomposing them changes nothing.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b")
HOUSE_NUMBER = re.compile(r"\b\d+[A-Z]?\b")
# Consonants alone make one sound of too many short names, such as Dean and Diane.
SOUND_AND_LOOK = 0.74


def plain_name(name: str) -> str:
    """Return a name without case, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_PLAIN)
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if letter.isalnum())


def plain_address(address: str) -> str:
    """Return an address in capitals, with every kind of space and digit as the plain one."""
    return unicodedata.normalize("NFKC", address).upper()


def read_nhs_number(text: str) -> str | None:
    """Return the ten digits of a number whose check digit is right, else None."""
    digits = re.sub(r"[\s-]", "", text)
    return digits if re.fullmatch(r"[0-9]{10}", digits) and is_valid(digits) else None


def sound(name: str) -> str:
    """Return how a name sounds in English, so that spellings of one name meet; empty without a letter."""
    plain = plain_name(name)
    return jellyfish.metaphone(plain) or plain


def sound_alike(one: str, other: str) -> bool:
    """Whether two names sound much the same, by either of two ways of writing down sounds."""
    names = plain_name(one), plain_name(other)
    if not all(names):
        return False
    same = sound(one) == sound(other) or jellyfish.nysiis(names[0]) == jellyfish.nysiis(names[1])
    return same and likeness(*names) >= SOUND_AND_LOOK


def likeness(one: str, other: str) -> float:
    """Return how alike two names are spelt, from 0 to 1; a slip at the end weighs less than at the start."""
    return float(JaroWinkler.similarity(plain_name(one), plain_name(other)))
