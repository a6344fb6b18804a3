"""The words that an answer is put in, as data: lawful bases, caveats, why something is kept back.

A lawful basis goes to the hub by its citation, in words that a reader can look up; a caveat by its id, which
the hub's rules know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mash.contracts.boundary import AGREEMENT, RefusalReason

LawfulBasis = Literal[
    "child_in_need",
    "section_47",
    "cooperation",
    "duty_to_safeguard",
    "duty_to_share",
    "safeguarding_of_children",
    "vital_interests",
    "legal_obligation",
    "crime_and_disorder",
    "prevention_of_crime",
    "offender_management",
    "agreement",
]
Caveat = Literal[
    "professionals_only",
    "sensitive",
    "not_to_family",
    "not_to_named_adult",
    "ask_before_sharing_on",
    "may_be_shared_with_family",
]
WithheldReason = RefusalReason
Identifier = Literal["nhs_number", "name", "date_of_birth", "address", "own_reference"]


@dataclass(frozen=True)
class Basis:
    """What allows an agency to share. ``citation`` is what the hub is told."""

    citation: str
    meaning: str


LAWFUL_BASES: dict[LawfulBasis, Basis] = {
    "child_in_need": Basis(
        "Children Act 1989, sections 17 and 27",
        "helps the council to find out whether the child is in need",
    ),
    "section_47": Basis(
        "Children Act 1989, section 47",
        "helps the council with its enquiries where significant harm is suspected",
    ),
    "cooperation": Basis(
        "Children Act 2004, section 10", "part of working together for children's wellbeing"
    ),
    "duty_to_safeguard": Basis(
        "Children Act 2004, section 11", "part of doing our own work with regard to children's safety"
    ),
    "duty_to_share": Basis(
        "Children Act 2004, section 16LA",
        "the duty to share what is relevant to a child's safety and welfare",
    ),
    "safeguarding_of_children": Basis(
        "UK GDPR article 6(1)(e); Data Protection Act 2018, schedule 1 paragraph 18",
        "a public task, with special category data used to safeguard a child or an adult at risk",
    ),
    "vital_interests": Basis("UK GDPR articles 6(1)(d) and 9(2)(c)", "somebody's life is in danger"),
    "legal_obligation": Basis("UK GDPR article 6(1)(c)", "a law or a court's order demands it"),
    "crime_and_disorder": Basis(
        "Crime and Disorder Act 1998, section 115", "needed to prevent crime and disorder in the area"
    ),
    "prevention_of_crime": Basis(
        "Data Protection Act 2018, schedule 2 paragraph 2", "needed to prevent, detect or prosecute a crime"
    ),
    "offender_management": Basis(
        "Offender Management Act 2007, section 14", "shared to manage somebody who has offended"
    ),
    "agreement": Basis(AGREEMENT, "the person it is about has agreed to it being shared"),
}

CAVEATS: dict[Caveat, str] = {
    "professionals_only": "for the professionals of this enquiry only",
    "sensitive": "sensitive: only for those who must know it to decide",
    "not_to_family": "not to be shown or told to the family",
    "not_to_named_adult": "not to be told to the adult it names",
    "ask_before_sharing_on": "ask us before it is used outside this enquiry",
    "may_be_shared_with_family": "may be shared with the family",
}

# The duty to share is the Children Act 2004's, section 16LA. It is for what is relevant to a child's safety
# and welfare, and ends where disclosing would harm the child more than not disclosing.
WITHHELD_REASONS: dict[WithheldReason, str] = {
    "more_detrimental": "Disclosing it would be more detrimental to the child than not disclosing it.",
    "not_relevant": "It is not relevant to the child's safety and welfare.",
    "privileged": "It is protected by legal professional privilege.",
    "other": "For another reason, which the agency has written down.",
}

IDENTIFIERS: dict[Identifier, str] = {
    "nhs_number": "NHS number",
    "name": "name",
    "date_of_birth": "date of birth",
    "address": "address",
    "own_reference": "our own reference number",
}
