"""Who may be written to, and who has to be told by a person."""

from __future__ import annotations

from dataclasses import dataclass

ANONYMOUS = "anonymous"
UNSAFE_TO_WRITE = "unsafe_to_write"
NO_ADDRESS = "no_address"
CONTACT_GONE = "contact_gone"
MUST_BE_TOLD = frozenset({"feedback", "disagreement_answered"})


@dataclass(frozen=True)
class Reach:
    """How a referrer can be reached: what is known of it, and never the address or number itself."""

    is_anonymous: bool
    is_professional: bool
    has_email: bool
    has_telephone: bool
    may_write: bool


def reason_not_to_write(reach: Reach) -> str | None:
    """Say why a referrer is never written to; None where a message may be sent."""
    if reach.is_anonymous:
        return ANONYMOUS
    if not reach.has_email:
        return NO_ADDRESS
    return None if reach.may_write else UNSAFE_TO_WRITE


def is_for_a_person(purpose: str, reach: Reach) -> bool:
    """Whether a person has to tell a referrer who is not written to.

    Only what was decided, and the answer to a disagreement, have to be told: the reference was given when
    they rang, came in or sent the form, and the chase of a written form is a task already. Nobody can tell a
    member of the public who gave no telephone number.
    """
    if purpose not in MUST_BE_TOLD or reach.is_anonymous:
        return False
    return reach.has_telephone or reach.is_professional
