"""What the codes of an enquiry are called on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mash.partnerships import Partnership

NOTICES: Final[Mapping[str, str]] = {
    "request": "Asked",
    "reminder": "Reminded",
    "chase": "Chased",
    "raised": "Raised to the agency's lead",
    "changed": "Told of a change",
    "cancelled": "Told to stop looking",
    "withdrawn": "Told that the enquiry was withdrawn",
    "decided": "Told what was decided",
    "release_asked": "Asked to release items",
    "release_outcome": "Told what became of its items",
    "product": "Sent an information product",
    "discussion": "Told of a strategy discussion",
}
DELIVERIES: Final[Mapping[str, str]] = {
    "waiting": "Waits to be sent",
    "accepted": "Sent, not yet at the agency",
    "received": "In the agency's own queue",
}
DONE: Final[Mapping[str, str]] = {
    "opened": "Enquiry opened",
    "rating_changed": "Rating changed",
    "agency_asked": "Another agency asked",
    "request_narrowed": "Request narrowed",
    "request_sent_again": "Request sent again",
    "request_cancelled": "Request cancelled",
    "returned": "Answer came",
    "corrected": "Answer corrected",
    "return_withdrawn": "Answer withdrawn",
    "contact_changed": "Contact added to or corrected",
    "decided": "Decided",
    "withdrawn": "Enquiry withdrawn",
}
STATES: Final[Mapping[str, str]] = {
    "open": "Agencies are asked",
    "ready": "Back for a decision",
    "decided": "Decided",
    "withdrawn": "Withdrawn",
}
# How a request stands where its agency has no answer that counts.
UNANSWERED: Final[Mapping[str, str]] = {
    "waiting": "No answer yet",
    "in_queue": "No answer yet",
    "late": "No answer, and late",
    "answer_withdrawn": "Answer withdrawn, no other yet",
    "silent_at_decision": "No answer when it was decided",
    "cancelled": "Cancelled, no answer wanted",
}
LACKS: Final[Mapping[str, str]] = {
    "recorded_on": "the day it was recorded",
    "source": "where it comes from",
    "lawful_basis": "the lawful basis",
    "rationale": "why sharing it is necessary",
    "caveat": "what may be done with it",
}
CAVEATS: Final[Mapping[str, str]] = {
    "professionals_only": "For professionals only",
    "sensitive": "Sensitive: only for those who must know it",
    "not_to_family": "Not to be shown or told to the family",
    "not_to_named_adult": "Not to be told to the adult it names",
    "ask_before_sharing_on": "Ask before it is used for anything else",
    "may_be_shared_with_family": "May be shared with the family",
}
REFUSALS: Final[Mapping[str, str]] = {
    "more_detrimental": "Sharing it would do the child more harm than not sharing it",
    "not_relevant": "It is not relevant",
    "privileged": "It is legally privileged",
    "other": "Another reason",
}
_CHANGED: Final[Mapping[str, str]] = {
    "rating": "the rating",
    "due_at": "when it is due",
    "requests": "what was asked",
    "returns": "what was returned",
    "contact": "the contact itself",
    "decision": "the decision",
    "state": "whether it is open",
}


def changed(name: str) -> str:
    """What somebody else changed, from a name such as ``returns.police``."""
    what, _, agency = name.partition(".")
    words = _CHANGED.get(what, what.replace("_", " "))
    return f"{words} ({agency.replace('_', ' ')})" if agency else words


def who(by: str, partnership: Partnership) -> str:
    """Who did something: a person by their id at the sign-in, an agency or a part of the hub by its name."""
    kind, _, name = by.partition(":")
    if kind == "agency" and name in partnership.agencies:
        return partnership.agencies[name].title
    return f"the hub ({name})" if kind == "service" else by
