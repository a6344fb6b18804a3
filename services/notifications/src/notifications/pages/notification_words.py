"""What the codes of tasks and messages are called on the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ROLES: Final[Mapping[str, str]] = {
    "contact_officer": "Contact officers",
    "social_worker": "Social workers",
    "manager": "The manager",
    "data_protection_officer": "The data protection officer",
}
# What a task is called in a list; its own words say what is to be done.
KINDS: Final[Mapping[str, str]] = {
    "tell_in_person": "Tell the referrer",
    "not_delivered": "Tell the referrer another way",
    "written_form": "Chase the written form",
    "screening_due_soon": "Decide: nearly late",
    "screening_overdue": "Decide: late",
    "new_information": "Read what was added",
    "request_overdue": "An agency is late",
    "request_raised": "An agency is still late",
    "enquiry_ready": "Decide the enquiry",
    "return_raised": "Read what an agency told late",
    "disagreement": "A decision is challenged",
    "tell_challenger": "Tell who disagreed",
    "open_case": "Read the contact on your case",
    "own_case": "Somebody looked at their own family's case",
    "emergency_opening": "A restricted case was opened in an emergency",
    "name_somebody": "Name a manager for a restricted case",
    "forward_to_lado": "Forward an allegation to the LADO",
}
HOW: Final[Mapping[str, str]] = {
    "telephone": "By telephone",
    "in_person": "In person",
    "letter": "By letter",
    "email": "By another e-mail",
    "dealt_with": "It is dealt with",
    "not_possible": "It was not possible",
}
PURPOSES: Final[Mapping[str, str]] = {
    "acknowledgement": "That their contact came",
    "feedback": "What was decided",
    "written_form_chase": "That the written form is still wanted",
    "disagreement_stage": "How far their disagreement has come",
    "disagreement_answered": "The answer to their disagreement",
}
STATES: Final[Mapping[str, str]] = {
    "waiting": "Is being tried",
    "sent": "Sent",
    "failed": "Not delivered",
    "not_written": "Cannot be written to",
    "told_by_person": "Told by a person",
    "superseded": "Overtaken, not told any more",
}
COLOURS: Final[Mapping[str, str]] = {
    "waiting": "yellow",
    "sent": "green",
    "failed": "red",
    "not_written": "orange",
    "told_by_person": "green",
    "superseded": "grey",
}
REASONS: Final[Mapping[str, str]] = {
    "anonymous": "The referrer did not say who they are.",
    "unsafe_to_write": "It may not be safe to write to them.",
    "no_address": "They gave no e-mail address.",
    "contact_gone": "The contact is no longer held.",
    "not_an_address": "What they gave is no e-mail address that can be used.",
    "refused_by_the_mail_server": "Their mail server refused it.",
    "mail_server_did_not_take_it": "No mail server took it within a day.",
    "came_back": "It was taken, and then came back.",
}
RESULTS: Final[Mapping[str, str]] = {
    "sent": "Taken by the mail server",
    "refused": "Refused",
    "try_later": "Not taken yet, to be tried again",
    "bounced": "Came back",
}
