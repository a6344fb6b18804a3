"""The ten flags by which the Standard Safeguarding Dataset says what came of a contact.

Y is what the hub recorded, N what it recorded otherwise, and nothing at all what it has not decided yet or
has no record of: an adoption outside an agency, and a plan that moved in from another authority.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Ended:
    """How a contact ended: its pathway, the outcome of its enquiry, and what it was about."""

    pathway: str | None
    outcome: str | None
    concerns: tuple[str, ...]
    is_decided: bool


ADVISED: Final = frozenset({"information_and_advice", "signposting"})
REFERRED: Final = frozenset({"section_17_assessment", "strategy_discussion_section_47", "step_up"})

# A contact in an enquiry has not ended until the enquiry has, so that no flag is N too early.
_FLAGS: Final[dict[str, Callable[[Ended], bool] | None]] = {
    "NEW_REFERRAL_FLAG": lambda one: one.pathway == "fast_track" or one.outcome in REFERRED,
    "EXISTING_REFERRAL_FLAG": lambda one: one.pathway == "allocated_worker",
    "CP_ENQUIRY_FLAG": lambda one: one.outcome == "strategy_discussion_section_47",
    "NFA_FLAG": lambda one: one.outcome == "no_further_action",
    "NON_AGENCY_ADOPTION_FLAG": None,
    "PRIVATE_FOSTERING_FLAG": lambda one: "private_fostering" in one.concerns,
    "ADVICE_FLAG": lambda one: one.pathway == "close_with_advice" or one.outcome in ADVISED,
    "MISSING_FLAG": lambda one: "missing" in one.concerns,
    "OLA_CP_FLAG": None,
}
OTHER: Final = "OTHER_OUTCOMES_EXIST_FLAG"


def outcome_flags(ended: Ended) -> dict[str, str]:
    """Return the ten flags, each Y, N or nothing."""
    if not ended.is_decided or (ended.pathway == "enquiry" and ended.outcome is None):
        return dict.fromkeys((*_FLAGS, OTHER), "")
    flags = {name: "" if is_so is None else _letter(is_so(ended)) for name, is_so in _FLAGS.items()}
    # What the hub is about is no outcome by itself, so these two do not stand for one.
    said = {name for name, letter in flags.items() if letter == "Y"}
    return {**flags, OTHER: _letter(not said - {"PRIVATE_FOSTERING_FLAG", "MISSING_FLAG"})}


def _letter(is_so: bool) -> str:
    return "Y" if is_so else "N"
