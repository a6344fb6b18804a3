"""What the public's form asks, page by page: little of it, and nothing that has to be said but the worry."""

from __future__ import annotations

from typing import Annotated, Any, Final

from mash.web import Strict
from pydantic import Field as Member
from pydantic import StringConstraints

from intake.api.form_parts import Line, Words
from intake.api.public import PublicChild, PublicReferrer
from intake.pages.portal_fields import Collection, Field, Stage, Step
from intake.pages.portal_people import SEXES

NO_WORRY: Final = "Tell us what worries you"
_KINDS: Final = (
    ("acquaintance", "A neighbour, friend or childminder"),
    ("family_member", "A parent, relative or carer"),
    ("self", "I am the child or young person"),
    ("public", "Somebody else"),
    ("anonymous", "I would rather not say"),
)


class PublicDraft(Strict):
    """What a member of the public has written so far, in the members of their form."""

    about_you: PublicReferrer = PublicReferrer()
    children: list[PublicChild] = Member(default=[], max_length=20)
    address: Line | None = None
    worry: Annotated[Words, StringConstraints(min_length=1)] | None = None
    when: Line | None = None
    immediate_danger: bool = False


def in_order(document: dict[str, Any]) -> dict[str, Any]:
    """A document with what was said put in order, and nothing that was not."""
    checked = PublicDraft.model_validate(document)
    return checked.model_dump(mode="json", exclude_none=True, exclude_unset=True)


CHILDREN: Final = Collection(
    name="children",
    section="children",
    title="Which children are you worried about?",
    one="child",
    lead="Say what you know of each of them. It need not be much: “the boy at number 14” is enough.",
    none="No child has been added yet.",
    most=20,
    shown=("given", "family"),
    unnamed="Child without a name, number",
    may_be_empty=True,
    steps=(
        Step(
            "child",
            "What do you know of the child?",
            "children",
            PublicChild,
            (
                Field("given", "text", "First name"),
                Field("family", "text", "Last name"),
                Field("estimated_age_years", "number", "About how many years old"),
                Field("dob", "day", "Date of birth, if you happen to know it", "For example, 27 3 2019"),
                Field("sex", "one", "Sex", options=SEXES),
                Field("school", "text", "School or nursery"),
                Field("address", "text", "Where the child lives, if it is not with the others"),
            ),
            lead="Leave empty what you do not know.",
        ),
    ),
)

STAGES: Final[tuple[Stage, ...]] = (
    Step(
        "worry",
        "What worries you?",
        "",
        PublicDraft,
        (
            Field(
                "worry",
                "words",
                "What you have seen or heard",
                "Use your own words. You need not be sure, and need not prove anything.",
                needed=NO_WORRY,
            ),
            Field(
                "when", "text", "When it happened, or how often", "For example, last night, or most weekends"
            ),
        ),
    ),
    CHILDREN,
    Step(
        "home",
        "Where does the family live?",
        "",
        PublicDraft,
        (
            Field(
                "address",
                "text",
                "The address, or whatever helps to find them",
                "For example, 14 Sample Close, or the flat above the bakery",
            ),
        ),
    ),
    Step(
        "you",
        "Do you want to say who you are?",
        "about_you",
        PublicReferrer,
        (
            Field("kind", "one", "How you know the child", options=_KINDS),
            Field("name", "text", "Your name", autocomplete="name"),
        ),
        lead="You can stay anonymous: leave this empty.",
    ),
    Step(
        "reach",
        "How may we reach you safely?",
        "about_you",
        PublicReferrer,
        (
            Field("telephone", "text", "A telephone number", autocomplete="tel"),
            Field("email", "text", "An e-mail address", autocomplete="email"),
            Field(
                "safe_to_write",
                "yes_no",
                "Is it safe to write to you?",
                "If somebody who must not know could read it, choose No: nothing will ever be sent to you.",
            ),
        ),
        lead="Leave this empty if you want to hear nothing from us. A number helps if we have to ask "
        "you something.",
    ),
)
