"""What was read from a message, as contacts to be.

A reading is the reader's ``as_dict``: cases with their children, referrer, concerns and consent, and the
sender's words as evidence. Nothing read is trusted further than it can be: an impossible date is dropped and
the contact is left for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mash.partnerships.vocabulary import CONCERNS

from intake.domain.dates import impossible_dates
from intake.domain.referrers import UNKNOWN, Code

UNREAD = "unread"
UNREAD_REASON = "The message could not be read: open it and complete the contact from it."
_SLUG = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
_SEX = {"m": "male", "f": "female", "male": "male", "female": "female"}
_CONSENT = {
    "given": {"told": "informed", "agreed": "yes"},
    "informed": {"told": "informed"},
    "informed_not_agreed": {"told": "informed", "agreed": "no"},
    "not_sought_risk": {"told": "not_informed_further_risk", "agreed": "not_asked"},
    "not_sought_unable": {"told": "could_not_be_contacted", "agreed": "not_asked"},
}
# The reader's words for what the hub has other words for.
_CONCERNS = {
    "criminality": "criminal_activity",
    "homelessness": "housing",
    "school_absence": "education",
    "spirit_possession": "faith_based_abuse",
    "unborn_at_risk": "unborn",
}
_SENDERS = {
    "adult-care": "council_service",
    "authority": "other_authority",
    "cafcass": "legal_agency",
    "camhs": "mental_health",
    "charity": "voluntary",
    "children-home": "other",
    "edt": "emergency_duty_team",
    "education": "education_service",
    "family": "family_member",
    "other-individual": "public",
    "youth-offending": "council_service",
}
_OWN_AUTHORITY_CODE = "5A"
_OF_THE_MESSAGE = ("subject", "message_id", "from", "attachments", "unread_parts")


@dataclass(frozen=True)
class CaseDraft:
    """One case of a message: its document, what it was read from, and whether a person must look."""

    kind: str
    document: dict[str, Any]
    reading: dict[str, Any]
    needs_person: bool


def kind_of(reading: Mapping[str, Any] | None) -> str:
    """Return what a message is as a whole."""
    return _slug(reading.get("kind")) if reading else UNREAD


def unread() -> CaseDraft:
    """Return the contact of a message that nothing could be read from."""
    return CaseDraft(UNREAD, {}, {"reasons": [UNREAD_REASON]}, needs_person=True)


def drafts_of(
    reading: Mapping[str, Any] | None,
    today: date,
    codes: Mapping[str, Code],
    *,
    text: str | None = None,
    all_cases: bool = False,
) -> list[CaseDraft]:
    """Return the contacts a message makes: its referrals, or all its cases if a person says that they are.

    A message that was not read is a referral. ``codes`` are the partnership's kinds of referrer with their
    national codes. ``text`` is its own words, kept as the narrative of a single
    case only, since those of several families must not stand on each other's contacts.
    """
    if reading is None:
        return [unread()]
    cases = [case for case in reading.get("cases", ()) if all_cases or case.get("is_referral")]
    is_single = len(reading.get("cases", ())) == 1
    drafts = []
    for case in cases:
        sender = sender_kind(reading) if is_single else None
        kind = _referrer_kind(sender, case.get("source_code", ""), codes)
        document = _document(case, reading, kind, text if is_single else None)
        drafts.append(_draft(case, reading, document, today, overruled=all_cases))
    return drafts or ([unread()] if all_cases else [])


def sender_kind(reading: Mapping[str, Any]) -> str:
    """Return the hub's word for the kind of sender that was read."""
    kind = (reading.get("from") or {}).get("kind") or UNKNOWN
    return _SENDERS.get(kind, kind.replace("-", "_"))


def _referrer_kind(sender: str | None, code: str, codes: Mapping[str, Code]) -> str:
    """The sender's kind; for one case of several, whoever the case says told of it, by their code."""
    if sender is not None and not (sender == "other_authority" and code == _OWN_AUTHORITY_CODE):
        return sender
    return next((kind for kind, known in codes.items() if known.code == code), UNKNOWN)


def _draft(
    case: Mapping[str, Any],
    reading: Mapping[str, Any],
    document: dict[str, Any],
    today: date,
    *,
    overruled: bool,
) -> CaseDraft:
    faults = list(_drop_faults(document, today))
    kept = {**case, **{name: reading.get(name) for name in _OF_THE_MESSAGE}}
    kept["reasons"] = [*case.get("reasons", ()), *faults]
    return CaseDraft(
        kind=_slug(case.get("kind")),
        document=document,
        reading=kept,
        needs_person=bool(case.get("needs_person", True) or faults or overruled),
    )


def _document(
    case: Mapping[str, Any], reading: Mapping[str, Any], kind: str, text: str | None
) -> dict[str, Any]:
    document: dict[str, Any] = _filled(
        {
            "referrer": {**_referrer(case, reading), "kind": kind},
            "children": [_child(child) for child in case.get("children", ())][:20],
            "address": _cut(case.get("address"), 500),
            "concern": {
                "narrative": _cut(text or _words_of_concern(case), 20_000),
                "types": _tags(case.get("concerns", ())),
            },
            "consent": dict(_CONSENT.get(case.get("consent") or "", {})),
        }
    )
    return document


def _referrer(case: Mapping[str, Any], reading: Mapping[str, Any]) -> dict[str, Any]:
    said, sender = case.get("referrer") or {}, reading.get("from") or {}
    return {
        "name": _cut(said.get("name"), 200),
        "role": _cut(said.get("role"), 200),
        "agency": _cut(said.get("organisation"), 200),
        "telephone": _cut(said.get("telephone"), 200),
        "email": _cut(said.get("email") or sender.get("email"), 200),
    }


def _child(child: Mapping[str, Any]) -> dict[str, Any]:
    named = ("given", "family", "dob", "edd", "nhs_number")
    return {name: _cut(child.get(name), 200) for name in named} | {
        "sex": _SEX.get((child.get("sex") or "").lower())
    }


def _words_of_concern(case: Mapping[str, Any]) -> str:
    evidence = case.get("evidence", {})
    words = (said for place, said in evidence.items() if place.startswith("concerns"))
    return "\n".join(dict.fromkeys(words))


def _tags(read: Sequence[str]) -> list[str]:
    tags = (_CONCERNS.get(tag, tag) for tag in read)
    return [tag for tag in dict.fromkeys(tags) if tag in CONCERNS]


def _drop_faults(document: Mapping[str, Any], today: date) -> Iterator[str]:
    for fault in list(impossible_dates(document, today)):
        _, number, name = fault.field.split(".")
        document["children"][int(number)].pop(name, None)
        yield fault.rule


def _filled(value: Any) -> Any:
    """The value without what is not known."""
    if isinstance(value, dict):
        return {name: _filled(item) for name, item in value.items() if item is not None}
    return [_filled(item) for item in value] if isinstance(value, list) else value


def _cut(text: str | None, length: int) -> str | None:
    return text.strip()[:length] or None if text else None


def _slug(kind: str | None) -> str:
    return kind if kind and _SLUG.fullmatch(kind) and len(kind) <= 64 else "other"
