"""How the family was told, whether they agreed, and the law relied on: three facts, never one.

A request to a partner once said that parents had agreed when they had not, and a court found it unlawful
(AB and CD v Haringey [2013] EWHC 416 (Admin)). So each sentence here is made from one recorded fact alone,
and where nothing is recorded it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LAWFUL_BASES = {
    "child_in_need": "Children Act 1989, section 17: whether the child is in need",
    "child_protection": "Children Act 1989, section 47: whether a child suffers, or may suffer, harm",
    "co_operation": "Children Act 2004, sections 10 and 11: working together for the child's welfare",
    "public_task": "UK GDPR, Article 6(1)(e): a task in the public interest",
    "legal_obligation": "UK GDPR, Article 6(1)(c): a duty in law",
    "vital_interests": "UK GDPR, Article 6(1)(d): to protect somebody's life",
    "safeguarding": "Data Protection Act 2018, Schedule 1, paragraph 18: safeguarding of children",
    "prevention_of_crime": "Data Protection Act 2018, Schedule 2, paragraph 2: preventing or detecting crime",
}
NOT_RECORDED = "Not recorded."
_AGREED = {
    "yes": "The family agreed to the sharing of information",
    "no": "The family did not agree to the sharing of information",
    "not_asked": "The family was not asked whether they agree to the sharing of information",
}
_TOLD = {
    "informed": "The family has been told of the referral and of the law relied on.",
    "signposted": "The family has been shown, or sent, the privacy notice.",
    "not_informed_further_risk": "The family has not been told, because telling them would put the child at "
    "further risk. Do not tell them.",
    "not_informed_serious_crime": "The family has not been told, because telling them would prejudice the "
    "prevention, detection or prosecution of a serious crime. Do not tell them.",
    "could_not_be_contacted": "The family could not be reached, and has not been told. Do not tell them.",
}
TOLD_FAMILY = frozenset({"informed", "signposted"})


def words_of_telling(consent: Mapping[str, Any]) -> str:
    """Say how the family was told. Without a record of it, a partner must take it that they were not."""
    return _TOLD.get(consent.get("told") or "", f"{NOT_RECORDED} Take it that the family has not been told.")


def words_of_agreement(consent: Mapping[str, Any]) -> str:
    """Say whether the family agreed, on whose word, and why not."""
    agreed = _AGREED.get(consent.get("agreed") or "")
    if agreed is None:
        return f"{NOT_RECORDED} Take it that the family has not agreed."
    who = f" ({consent['agreed_by']})" if consent.get("agreed_by") else ""
    why = f" Reason: {consent['agreed_reason']}" if consent.get("agreed_reason") else ""
    return f"{agreed}{who}.{why}"


def words_of_lawful_basis(consent: Mapping[str, Any]) -> str:
    """Name the law relied on; the family's agreement or silence never stands in for it."""
    bases = [LAWFUL_BASES[basis] for basis in consent.get("lawful_basis", ()) if basis in LAWFUL_BASES]
    note = consent.get("lawful_basis_note")
    if not bases:
        return f"{NOT_RECORDED} {note}" if note else NOT_RECORDED
    return "; ".join(bases) + "." + (f" {note}" if note else "")


def family_was_informed(consent: Mapping[str, Any]) -> bool | None:
    """Whether the family knows; none where nobody recorded it."""
    told = consent.get("told")
    return None if told is None else told in TOLD_FAMILY
