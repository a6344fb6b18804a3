"""What the desk calls things, as data: ways to answer, why a search fell short, lines of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mash.contracts.enquiry import Answer

from partner_gateway.domain.vocabulary import CAVEATS, IDENTIFIERS, LAWFUL_BASES, WITHHELD_REASONS


@dataclass(frozen=True)
class Way:
    """One way to answer: its name, when it is right, and what the hub takes it to mean."""

    name: str
    when: str
    means: str


WAYS: Final[Mapping[Answer, Way]] = {
    "information": Way(
        "Give information",
        "We hold something that bears on what is asked, and may share it.",
        "The hub reads exactly what you choose, with your basis and your caveat beside each item. "
        "Nothing else leaves.",
    ),
    "nil": Way(
        "Nothing held (nil)",
        "We searched and hold nothing on these people.",
        "The hub takes it that nothing is known in the systems, by the details and for the years that you "
        "name, and in no others.",
    ),
    "not_covered": Way(
        "Not ours to answer",
        "The family is outside our area, or our service does not cover what is asked.",
        "The hub takes it that nobody has searched. It asks whoever covers them instead.",
    ),
    "refused": Way(
        "Refuse to disclose",
        "We hold something, and have a reason in law not to disclose it.",
        "The hub is told that something is held back, and which of the reasons there is. What lies behind it "
        "stays in our own ledger.",
    ),
}

STATES: Final[Mapping[str, str]] = {
    "open": "Waits for an answer",
    "answered": "Answered",
    "answer_withdrawn": "Our answer was withdrawn",
    "decided": "The enquiry is decided",
    "cancelled": "Cancelled by the hub",
    "withdrawn": "Withdrawn by the hub",
}

SENT_NEXT: Final[Mapping[str | None, str]] = {
    "information": "The hub's manager reads it beside what the other agencies return. If the hub wants to "
    "pass any of it on, it asks us first, under Releases.",
    "nil": "The hub counts us as having answered, and asks us nothing more unless something changes.",
    "not_covered": "The hub asks whoever covers the family. We are not chased any more.",
    "refused": "The hub's manager decides without it, and may ring to talk about it.",
    None: "No answer of ours stands at the hub now, which is not the same as a nil. Unless it has "
    "decided or taken the request back, it waits for another.",
}

NOTICES: Final[Mapping[str, str]] = {
    "request": "The hub asked",
    "changed": "The hub changed what it asks",
    "reminder": "The hub reminded us",
    "chase": "The hub chased us",
    "raised": "The hub raised it with our lead",
    "cancelled": "The hub cancelled the request",
    "withdrawn": "The hub withdrew the request",
    "decided": "The hub decided the enquiry",
}

OURS: Final[Mapping[str, str]] = {
    "return": "We answered",
    "correction": "We corrected our answer",
    "withdrawal": "We withdrew our answer",
}

# What is searched, as an answer names it until its writer says it better.
SYSTEMS: Final[Mapping[str, str]] = {
    "records": "Our records in the gateway",
    "rest": "Our own system, asked by REST",
    "fhir": "Our own system, asked by FHIR",
}

# Why another system of the agency's was not searched, or not to the end.
NOT_SEARCHED: Final[Mapping[str, str]] = {
    "did_not_answer": "it does not answer",
    "too_slow": "it took too long",
    "refused": "it refused us: whoever runs it has to look at our access",
    "redirected": "it sent us elsewhere, where we do not follow",
    "wrong_answer": "what it answered cannot be read",
    "further_pages": "it holds more than it gave, so that some may be missing",
    "too_little_known": "too little is known to ask it by",
}

MATCHED: Final[Mapping[str, str]] = {
    "nhs_number": "same NHS number",
    "name_and_dob": "same name and date of birth",
    "family_and_dob": "same family name and date of birth",
    "name": "same name",
    "address": "same address",
}

LINES: Final[Mapping[str, str]] = {
    "item": "Disclosed",
    "nil": "Nil",
    "not_covered": "Not ours to answer",
    "refused": "Refused",
    "withheld": "Kept back",
    "released": "Released to another",
    "release_refused": "Release refused",
}

RESULTS: Final[Mapping[str, str]] = {
    "delivered": "arrived",
    "gone": "the system wants no more",
    "redirected": "it sent us elsewhere, where we do not follow",
    "refused": "it refused it",
    "failed": "it failed",
    "too_slow": "it took too long",
    "no_answer": "it does not answer",
    "address_refused": "its address leads where webhooks may not go",
}

# Pairs for the fields of forms.
BASES: Final = [(id, f"{basis.citation}: {basis.meaning}") for id, basis in LAWFUL_BASES.items()]
CAVEAT_CHOICES: Final = [(id, text[:1].upper() + text[1:]) for id, text in CAVEATS.items()]
REASON_CHOICES: Final = list(WITHHELD_REASONS.items())
IDENTIFIER_CHOICES: Final = [(id, text[:1].upper() + text[1:]) for id, text in IDENTIFIERS.items()]

EVENTS: Final[Mapping[str, str]] = {
    "request.received": "A request came",
    "request.changed": "The hub changed a request",
    "request.reminded": "The hub reminded us of a request",
    "request.chased": "The hub chased us for a request",
    "request.raised": "The hub raised a request with our lead",
    "request.cancelled": "The hub cancelled a request",
    "request.withdrawn": "The hub withdrew a request",
    "request.decided": "The hub decided an enquiry",
    "release.asked": "The hub asks for a release",
    "release.settled": "A release is settled",
    "product.arrived": "The hub shared something with us",
    "case.erased": "A case was erased",
    "subscription.test": "A test",
}
