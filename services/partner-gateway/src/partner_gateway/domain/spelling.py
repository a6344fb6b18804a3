"""By what a home is known, and its postcode."""

from __future__ import annotations

from mash.spelling import HOUSE_NUMBER, POSTCODE, plain_address, plain_name


def read_postcode(text: str) -> str | None:
    """The last postcode in an address, in capitals and without its space."""
    found = POSTCODE.findall(plain_address(text))
    return "".join(found[-1]) if found else None


def house_keys(address: str, postcode: str | None = None) -> set[str]:
    """By what a home is known: each number in its address with the postcode, or its name where it has none.

    A flat and the house it is in share a number, so that one finds the other; empty without a postcode.
    """
    code = read_postcode(postcode or "") or read_postcode(address)
    if code is None:
        return set()
    street = POSTCODE.sub(" ", plain_address(address))
    houses = set(HOUSE_NUMBER.findall(street)) or {plain_name(street.split(",")[0])}
    return {f"{code} {house}" for house in houses if house}
