"""The ten flags of the Standard Safeguarding Dataset's contacts."""

from __future__ import annotations

import pytest
from reporting.domain.flags import Ended, outcome_flags


def raised(
    pathway: str | None, outcome: str | None = None, *concerns: str, decided: bool = True
) -> list[str]:
    flags = outcome_flags(Ended(pathway, outcome, concerns, decided))
    assert len(flags) == 10
    return [name.removesuffix("_FLAG") for name, letter in flags.items() if letter == "Y"]


@pytest.mark.parametrize(
    ("pathway", "outcome", "flags"),
    [
        ("fast_track", None, ["NEW_REFERRAL"]),
        ("allocated_worker", None, ["EXISTING_REFERRAL"]),
        ("close_with_advice", None, ["ADVICE"]),
        ("early_help", None, ["OTHER_OUTCOMES_EXIST"]),
        ("enquiry", "strategy_discussion_section_47", ["NEW_REFERRAL", "CP_ENQUIRY"]),
        ("enquiry", "no_further_action", ["NFA"]),
        ("enquiry", "marac", ["OTHER_OUTCOMES_EXIST"]),
    ],
)
def test_each_end_raises_its_flags(pathway: str, outcome: str | None, flags: list[str]) -> None:
    assert raised(pathway, outcome) == flags


def test_what_it_was_about_is_flagged_beside_how_it_ended() -> None:
    assert raised("early_help", None, "missing") == ["MISSING", "OTHER_OUTCOMES_EXIST"]


@pytest.mark.parametrize(("pathway", "decided"), [(None, False), ("enquiry", True)])
def test_what_has_not_ended_has_no_flag_either_way(pathway: str | None, decided: bool) -> None:
    assert set(outcome_flags(Ended(pathway, None, ("missing",), decided)).values()) == {""}


def test_what_the_hub_has_no_record_of_is_never_said_to_be_so_or_not() -> None:
    flags = outcome_flags(Ended("fast_track", None, (), True))
    assert (flags["NON_AGENCY_ADOPTION_FLAG"], flags["OLA_CP_FLAG"], flags["NFA_FLAG"]) == ("", "", "N")
