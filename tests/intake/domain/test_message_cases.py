from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from intake.domain.message_cases import drafts_of, kind_of
from mash.partnerships import get

pytestmark = pytest.mark.requirement("INT-03")

TODAY = date(2026, 11, 18)
CODES = get("havering").source_codes


def create_case(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "merlin",
        "is_referral": True,
        "children": [{"given": "Robin", "family": "Testcase", "dob": "2019-02-03", "sex": "M"}],
        "source_code": "6",
        "concerns": ["domestic_abuse"],
        "consent": "not_stated",
        "referrer": {"name": "PC 4471EA", "organisation": "Police"},
        "needs_person": False,
        "reasons": [],
        "evidence": {"concerns.domestic_abuse": "had assaulted her"},
        **changes,
    }


def create_reading(*cases: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "kind": "merlin",
        "cases": list(cases),
        "subject": "PAC",
        "from": {"kind": "police", "name": "MERLIN", "email": "merlin@police.example"},
        **changes,
    }


def test_a_report_becomes_a_contact_with_its_words() -> None:
    (draft,) = drafts_of(create_reading(create_case()), TODAY, CODES, text="The report's own words.")
    assert draft.document["children"] == [
        {"given": "Robin", "family": "Testcase", "dob": "2019-02-03", "sex": "male"}
    ]
    assert draft.document["concern"] == {"narrative": "The report's own words.", "types": ["domestic_abuse"]}
    assert draft.document["referrer"]["kind"] == "police"
    assert (draft.kind, draft.needs_person) == ("merlin", False)
    assert draft.reading["evidence"]


def test_a_message_that_was_not_read_is_a_contact_for_a_person() -> None:
    (draft,) = drafts_of(None, TODAY, CODES)
    assert (draft.kind, draft.needs_person, draft.document) == ("unread", True, {})
    assert kind_of(None) == "unread"


def test_what_is_no_referral_makes_no_contact_until_a_person_says_so() -> None:
    reading = create_reading(create_case(is_referral=False, kind="update"))
    assert drafts_of(reading, TODAY, CODES) == []
    (draft,) = drafts_of(reading, TODAY, CODES, all_cases=True)
    assert draft.needs_person


def test_one_family_s_words_never_stand_on_another_s_contact() -> None:
    cases = [create_case(), create_case(evidence={"concerns.neglect": "no food in the house"})]
    drafts = drafts_of(create_reading(*cases), TODAY, CODES, text="Both families' words.")
    told = [draft.document["concern"]["narrative"] for draft in drafts]
    assert told == ["had assaulted her", "no food in the house"]


@pytest.mark.requirement("INT-21")
@pytest.mark.parametrize(
    ("sender", "code", "several", "kind"),
    [
        ("police", "6", False, "police"),
        ("ambulance", "3F", False, "ambulance"),
        ("emergency-department", "3E", False, "emergency_department"),
        ("other-individual", "1D", False, "public"),
        ("authority", "5C", False, "other_authority"),
        ("authority", "5A", False, "social_worker"),
        ("edt", "5A", False, "emergency_duty_team"),
        # The duty team passes on what others told it: each case is theirs who told of it.
        ("edt", "6", True, "police"),
        ("edt", "1A", True, "family_member"),
    ],
)
def test_the_referrer_is_whoever_raised_it(sender: str, code: str, several: bool, kind: str) -> None:
    cases = [create_case(source_code=code)] * (2 if several else 1)
    drafts = drafts_of(create_reading(*cases, **{"from": {"kind": sender}}), TODAY, CODES)
    assert {draft.document["referrer"]["kind"] for draft in drafts} == {kind}


def test_a_date_that_cannot_be_is_left_to_a_person() -> None:
    case = create_case(children=[{"given": "Robin", "dob": "2091-02-03"}])
    (draft,) = drafts_of(create_reading(case), TODAY, CODES)
    assert draft.document["children"] == [{"given": "Robin"}]
    assert draft.needs_person
    assert "cannot be in the future" in draft.reading["reasons"][0]


@pytest.mark.requirement("CON-01")
@pytest.mark.parametrize(
    ("read", "consent"),
    [
        ("not_stated", {}),
        ("informed", {"told": "informed"}),
        ("informed_not_agreed", {"told": "informed", "agreed": "no"}),
        ("not_sought_risk", {"told": "not_informed_further_risk", "agreed": "not_asked"}),
    ],
)
def test_consent_is_no_more_than_was_said(read: str, consent: dict[str, str]) -> None:
    (draft,) = drafts_of(create_reading(create_case(consent=read)), TODAY, CODES)
    assert draft.document["consent"] == consent
