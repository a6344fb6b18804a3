"""How names, postcodes and NHS numbers are compared: what people write differently and mean alike."""

from __future__ import annotations

import re
import unicodedata

from nhs_number.validate import is_valid

# Letters that carry no separate accent, so that decomposing them changes nothing.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b")
HOUSE_NUMBER = re.compile(r"\b\d+[A-Z]?\b")


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
