"""What the form asks of each child, person, address and colleague, of whom there may be several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mash.partnerships import Partnership

from intake.api.form_parts import Child, OtherAddress, Person, Professional
from intake.domain.people import full_name
from intake.pages.portal_fields import Collection, Field, Option, Step

SEXES: Final = (("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Not known"))


def _adults(_: Partnership, document: Mapping[str, Any]) -> Sequence[Option]:
    known = [*document.get("household", ()), *document.get("adults", ())]
    return [
        (one["id"], full_name(one) or one.get("relationship") or "A person without a name") for one in known
    ]


_NAMES = (
    Field("given", "text", "First name"),
    Field("family", "text", "Last name"),
    Field("also_known_as", "text", "Any other name they are known by"),
)

CHILDREN = Collection(
    name="children",
    section="children",
    title="The children you are worried about",
    one="child",
    lead="Add every child you are worried about, also one who is not born yet or whose name you do not know.",
    none="No child has been added yet.",
    most=20,
    shown=("given", "family"),
    unnamed="Child without a name, number",
    may_be_empty=True,
    has_label=True,
    steps=(
        Step(
            "name",
            "What is the child called?",
            "children",
            Child,
            _NAMES,
            lead="Leave empty what you do not know. A baby who is not born yet has no name.",
        ),
        Step(
            "age",
            "How old is the child?",
            "children",
            Child,
            (
                Field(
                    "dob",
                    "day",
                    "Date of birth",
                    "For example, 27 3 2019. Leave it empty if you do not know.",
                ),
                Field("estimated_age_years", "number", "If you do not know it, about how many years old"),
                Field(
                    "edd", "day", "If the baby is not born yet, the date it is due", "For example, 27 3 2027"
                ),
                Field(
                    "mother",
                    "one_of_many",
                    "If the baby is not born yet, who the mother is",
                    "Add her under “People in the home” or “Other adults” first if she is not listed, then "
                    "come back here.",
                    _adults,
                ),
            ),
        ),
        Step(
            "about",
            "About the child",
            "children",
            Child,
            (
                Field("sex", "one", "Sex", options=SEXES),
                Field("ethnicity", "text", "Ethnicity"),
                Field("language", "text", "First language"),
                Field("interpreter_needed", "yes_no", "Is an interpreter needed?"),
                Field("disability", "text", "Any disability or learning need"),
            ),
        ),
        Step(
            "places",
            "Where the child lives, learns and is looked after",
            "children",
            Child,
            (
                Field("address", "text", "Address, if it is not the family’s"),
                Field("school", "text", "School or nursery"),
                Field("gp", "text", "GP"),
                Field("nhs_number", "text", "NHS number", "10 digits, for example 999 000 0018"),
                Field(
                    "nhs_number_missing_reason",
                    "text",
                    "If you do not know it, why",
                    "For example, new to the UK",
                ),
                Field("upn", "text", "Unique pupil number"),
            ),
        ),
    ),
)

_PERSON = (
    Field("given", "text", "First name"),
    Field("family", "text", "Last name"),
    Field("also_known_as", "text", "Any other name they are known by"),
    Field(
        "relationship",
        "text",
        "Who they are to the child",
        "For example, mother, stepfather, brother, lodger",
    ),
    Field("dob", "day", "Date of birth", "For example, 27 3 1988. Leave it empty if you do not know."),
    Field("sex", "one", "Sex", options=SEXES),
    Field("parental_responsibility", "yes_no", "Do they have parental responsibility?"),
    Field("telephone", "text", "Telephone number"),
    Field("nhs_number", "text", "NHS number"),
    Field("concern", "text", "What worries you about them, if anything does"),
)
_ADDRESS = Field("address", "text", "Address")


def _people(name: str, title: str, one: str, lead: str, fields: tuple[Field, ...]) -> Collection:
    return Collection(
        name=name.replace("_", "-"),
        section=name,
        title=title,
        one=one,
        lead=lead,
        none="Nobody has been added yet.",
        most=40,
        shown=("given", "family"),
        unnamed="Somebody without a name, number",
        has_label=True,
        steps=(Step("person", f"About this {one}", name, Person, fields),),
    )


HOUSEHOLD = _people(
    "household",
    "People in the home",
    "person",
    "Add everybody who lives with the children: parents, partners, brothers, sisters, grandparents, lodgers.",
    _PERSON,
)
ADULTS = _people(
    "adults",
    "Other adults who matter",
    "adult",
    "Add adults who matter to the children and do not live with them, such as a parent who lives elsewhere.",
    (*_PERSON, _ADDRESS),
)
ADDRESSES = Collection(
    name="other-addresses",
    section="other_addresses",
    title="Other addresses of the family",
    one="address",
    lead="Add an address where the children are sometimes, or have lived lately. There need not be any.",
    none="No other address has been added.",
    most=20,
    shown=("address",),
    unnamed="Address",
    steps=(
        Step(
            "address",
            "Another address of the family",
            "other_addresses",
            OtherAddress,
            (
                Field("address", "text", "Address", needed="Enter the address"),
                Field("reason", "text", "Why it matters", "For example, they stay there at weekends"),
            ),
        ),
    ),
)
PROFESSIONALS = Collection(
    name="professionals",
    section="professionals",
    title="Others who work with the children or the family",
    one="professional",
    lead="Add teachers, health visitors, social workers and others who know the family, if there are any.",
    none="Nobody has been added yet.",
    most=40,
    shown=("name", "role"),
    unnamed="Somebody without a name, number",
    steps=(
        Step(
            "professional",
            "Somebody who works with the family",
            "professionals",
            Professional,
            (
                Field("name", "text", "Name"),
                Field("role", "text", "Their job"),
                Field("agency", "text", "Where they work"),
                Field("email", "text", "E-mail address"),
                Field("telephone", "text", "Telephone number"),
            ),
        ),
    ),
)
