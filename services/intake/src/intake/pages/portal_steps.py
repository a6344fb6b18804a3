"""What the professional's form asks, page by page: all that the JSON route takes, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mash.partnerships import Partnership
from mash.partnerships.vocabulary import CONCERNS

from intake.api.drafts import DraftChange
from intake.api.form_parts import ConcernPart, Consent, History, Referrer, Views
from intake.api.forms import AdditionForm
from intake.domain.consent import LAWFUL_BASES
from intake.domain.referrers import NOT_PROFESSIONAL
from intake.pages.portal_fields import Field, Option, Stage, Step
from intake.pages.portal_people import ADDRESSES, ADULTS, CHILDREN, HOUSEHOLD, PROFESSIONALS

_AGREED: Final = (
    ("yes", "Yes, they agreed"),
    ("no", "No, they did not agree"),
    ("not_asked", "They were not asked"),
)


def _requests(partnership: Partnership, _: Mapping[str, Any]) -> Sequence[Option]:
    return [(name, one.title, one.brings) for name, one in partnership.requests.items()]


def _ways_of_telling(partnership: Partnership, _: Mapping[str, Any]) -> Sequence[Option]:
    return [(name, one.text) for name, one in partnership.consent_options.items()]


def _kinds_of_referrer(partnership: Partnership, _: Mapping[str, Any]) -> Sequence[Option]:
    kinds = partnership.source_codes.items()
    return [(name, one.title) for name, one in kinds if name not in NOT_PROFESSIONAL]


def _concerns(_partnership: Partnership, _document: Mapping[str, Any]) -> Sequence[Option]:
    titles = {name: title[0].upper() + title[1:] for name, title in CONCERNS.items()}
    return sorted(titles.items(), key=lambda one: one[1])


ADDITION: Final = Step(
    "add",
    "What do you want to add?",
    "",
    AdditionForm,
    (
        Field(
            "text",
            "words",
            "What has happened since, or what you left out",
            needed="Write what you want to add",
        ),
        Field("immediate_danger", "yes_no", "Is a child in immediate danger now?", "If so, ring 999 first."),
        Field("types", "several", "If there are new kinds of worry, choose them", options=_concerns),
    ),
)

STAGES: Final[tuple[Stage, ...]] = (
    Step(
        "danger",
        "Is a child in immediate danger?",
        "concern",
        ConcernPart,
        (Field("immediate_danger", "yes_no", "Is a child in immediate danger now?"),),
        lead="If so, ring 999 now. Write it down afterwards.",
    ),
    Step(
        "request",
        "What are you asking for?",
        "",
        DraftChange,
        (
            Field("request", "one", "Kind of request", options=_requests),
            Field(
                "follows_call",
                "reference",
                "If you have rung us about this already, the reference you were given",
                "For example, HAV-26-7K3M9PXR",
            ),
        ),
    ),
    CHILDREN,
    Step(
        "home",
        "Where does the family live?",
        "",
        DraftChange,
        (
            Field("address", "text", "The family’s address, with the postcode"),
            Field("telephone", "text", "A telephone number for the family"),
            Field("language", "text", "The language spoken at home"),
        ),
    ),
    HOUSEHOLD,
    ADULTS,
    ADDRESSES,
    Step(
        "concern",
        "What has happened?",
        "concern",
        ConcernPart,
        (
            Field(
                "narrative",
                "words",
                "What you have seen, heard or been told",
                "Use the child’s own words where you can. Say what is fact and what is your opinion.",
            ),
            Field(
                "when", "text", "When it happened", "For example, on Monday after school, or since September"
            ),
        ),
    ),
    Step(
        "kinds",
        "What kinds of worry are these?",
        "concern",
        ConcernPart,
        (Field("types", "several", "Kinds of worry", "Choose all that fit.", options=_concerns),),
        lead="This helps us to ask the right people. Choose none if you are not sure.",
    ),
    Step(
        "strengths",
        "What worries you most, what works well, and what should change?",
        "concern",
        ConcernPart,
        (
            Field("worries", "words", "What you are most worried will happen"),
            Field("working_well", "words", "What is working well in the family"),
            Field("needs_to_happen", "words", "What you think needs to happen"),
        ),
    ),
    Step(
        "views",
        "What do the child and the parents say?",
        "views",
        Views,
        (
            Field("child", "words", "What the child says or shows"),
            Field("parents", "words", "What the parents or carers say"),
        ),
    ),
    Step(
        "tried",
        "What has been tried already?",
        "history",
        History,
        (
            Field("tried", "words", "What help has been offered or tried, and what came of it"),
            Field("previous", "words", "Anything earlier that we should know of"),
        ),
    ),
    Step(
        "telling",
        "Does the family know that you are telling us?",
        "consent",
        Consent,
        (
            Field("told", "one", "How the family was told", options=_ways_of_telling),
            Field("rationale", "words", "If they were not told, why not"),
            Field("decided_by", "text", "If they were not told, who decided that", "A name and a job"),
        ),
        lead="Tell the family unless that would put the child at further risk or spoil the investigation of "
        "a serious crime.",
        advice="You can tell us of a child without anybody’s agreement.",
    ),
    Step(
        "agreement",
        "Did the family agree that information is shared?",
        "consent",
        Consent,
        (
            Field("agreed", "one", "Whether they agreed", options=_AGREED),
            Field("agreed_by", "text", "Who agreed, or did not"),
            Field("agreed_reason", "words", "If they did not agree or were not asked, why"),
        ),
        lead="This is a different question from whether they were told.",
    ),
    Step(
        "basis",
        "What allows you to share this?",
        "consent",
        Consent,
        (
            Field(
                "lawful_basis",
                "several",
                "What you rely on",
                "Choose all that apply.",
                options=tuple(LAWFUL_BASES.items()),
            ),
            Field("lawful_basis_note", "text", "Anything to add about this"),
        ),
        lead="If you are not sure, leave it empty and ask your data protection lead later.",
    ),
    PROFESSIONALS,
    Step(
        "you",
        "Who are you?",
        "referrer",
        Referrer,
        (
            Field("name", "text", "Your name", autocomplete="name"),
            Field("role", "text", "Your job", autocomplete="organization-title"),
            Field("agency", "text", "Where you work", autocomplete="organization"),
            Field("kind", "one_of_many", "What kind of service that is", options=_kinds_of_referrer),
        ),
    ),
    Step(
        "reach",
        "How may we reach you?",
        "referrer",
        Referrer,
        (
            Field("email", "text", "Your e-mail address", autocomplete="email"),
            Field("telephone", "text", "Your telephone number", autocomplete="tel"),
            Field(
                "safe_to_write",
                "yes_no",
                "Is it safe to write to you?",
                "If somebody who must not know could read it, choose No: nothing will ever be sent to you.",
            ),
        ),
    ),
)
