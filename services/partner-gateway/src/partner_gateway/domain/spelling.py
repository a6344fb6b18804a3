"""How names and addresses are compared: what people write differently and mean alike."""

from __future__ import annotations

import re
import unicodedata

# Letters that carry no separate accent, so that decomposing them changes nothing.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b")
_HOUSE_NUMBER = re.compile(r"\b\d+[A-Z]?\b")


def compact(name: str) -> str:
    """A name without case, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_PLAIN)
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if letter.isalnum())


def read_postcode(text: str) -> str | None:
    """The last postcode in an address, in capitals and without its space."""
    found = _POSTCODE.findall(unicodedata.normalize("NFKC", text).upper())
    return "".join(found[-1]) if found else None


def house_keys(address: str, postcode: str | None = None) -> set[str]:
    """By what a home is known: each number in its address with the postcode, or its name where it has none.

    A flat and the house it is in share a number, so that one finds the other; empty without a postcode.
    """
    code = read_postcode(postcode or "") or read_postcode(address)
    if code is None:
        return set()
    street = _POSTCODE.sub(" ", unicodedata.normalize("NFKC", address).upper())
    houses = set(_HOUSE_NUMBER.findall(street)) or {compact(street.split(",")[0])}
    return {f"{code} {house}" for house in houses if house}


def read_nhs_number(text: str) -> str | None:
    """The ten digits of a number whose check digit is right, else none."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        return None
    check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return digits if check % 11 == int(digits[9]) else None
