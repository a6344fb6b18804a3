"""A partnership as data: its hours, clocks, levels, agencies and the names it gives to what it does.

Every record says in `source` which document and section it comes from.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mash.partnerships.clocks import DueRule, OpeningHours
from mash.partnerships.data import Data, Identifier, Listed, Source, Words
from mash.partnerships.thresholds import Criterion, Thresholds, UnknownThresholds, Version

__all__ = ["Agency", "DueRule", "OpeningHours", "Partnership", "Profile", "Question"]

PATHWAYS = frozenset({"close_with_advice", "early_help", "fast_track", "social_worker_screening", "enquiry"})
OUTCOMES = frozenset(
    {
        "no_further_action",
        "information_and_advice",
        "signposting",
        "early_help",
        "section_17_assessment",
        "strategy_discussion_section_47",
        "step_up",
        "step_down",
        "lado",
        "marac",
        "channel",
        "other_service",
    }
)
GENERAL = "general"


class Document(Data):
    """A document that the facts come from; the first word of every `source` is its key."""

    title: Words
    publisher: Words
    dated: Words


class FrontDoor(Data):
    """What the hub is called, and what it tells somebody who is worried about a child this minute."""

    kind: Words
    duty_line: Words
    immediate_danger: Words
    source: Source


class OutOfHours(Data):
    """Who answers while the hub is shut, and when the hub itself looks at what came in."""

    service: Words
    telephone: Annotated[str, StringConstraints(pattern=r"^0[\d ]{9,13}$")]
    route: Words
    told: Words
    source: Source


class Channel(Data):
    title: Words
    brings: Words
    source: Source


class Agency(Data):
    """An agency that is asked electronically, through its own gateway, in a MASH enquiry."""

    title: Words
    membership: Literal["core", "virtual"]
    source: Source


class Partner(Data):
    """A partner that has no gateway, and is asked in person or at the daily meeting."""

    title: Words
    reached: Words
    source: Source


class Level(Data):
    """A level of need, and the rating it maps to; none where the document rates no such contact."""

    title: Words
    meaning: Words
    rating: Identifier | None
    source: Source


class Rating(Data):
    title: Words
    level: int
    response: Words
    due: Words
    source: Source


class Reminders(Data):
    """When an agency that has not answered is reminded: `points` are shares of its time gone."""

    points: Listed[Annotated[float, Field(gt=0, lt=1)]]
    chases_go_to: Literal["agency_lead"]
    reading: Words
    source: Source


class Pathway(Data):
    """A road out of screening. The two `tells` sentences are what feedback says of it to each referrer."""

    title: Words
    meaning: Words
    tells_professional: Words
    tells_public: Words
    source: Source


class Outcome(Data):
    """A decision at the end of an enquiry, under the partnership's own name for it."""

    title: Words
    tells_professional: Words
    tells_public: Words
    source: Source


class RepeatRule(Data):
    """Earlier contacts on a child that are put before the screener: this many within this many months."""

    contacts: int
    within_months: int
    source: Source


class ConsentOption(Data):
    """One of the ways in which a family was told, or was not."""

    text: Words
    family_informed: bool
    rationale_needed: bool
    source: Source


class ConsentRule(Data):
    """Whether the family's agreement is needed before help at a level."""

    agreement: Literal["needed", "good_practice", "not_needed"]
    meaning: Words
    source: Source


class CompletenessItem(Data):
    """Something a good referral holds.

    `paths` are dotted names in the contact; the item is there when any one of them is filled in. A path
    through `children.*` asks it of every child. What is missing is named, and never holds a contact up:
    `required` only says whether it is asked for again.
    """

    label: Words
    paths: Listed[Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.(\*|[a-z_]+))*$")]]
    required: bool
    source: Source


class SourceCode(Data):
    """The national code of who is calling; `assumption` says why where the guide does not settle it."""

    code: Annotated[str, StringConstraints(pattern=r"^(1[A-D]|2[AB]|3[A-F]|4|5[A-C]|[6-9]|10)$")]
    title: Words
    assumption: Words | None = None
    source: Source


class EscalationStage(Data):
    title: Words
    owner: Words
    source: Source


class Feedback(Data):
    """Who gives feedback, and what every message to each kind of referrer opens and ends with."""

    given_by: Words
    opens_professional: Words
    opens_public: Words
    ends: Words
    source: Source


class Review(Data):
    updated: Words
    every_months: int
    due_on: date
    reading: Words
    source: Source


class Question(Data):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*$")]
    text: Words


class QuestionFile(Data):
    """The file questions.yaml: concern, then agency, then what that agency is asked."""

    question_sets: Mapping[Identifier, Mapping[Identifier, Listed[Question]]]


class Profile(Data):
    """The file profile.yaml. Every mapping is by identifier, in the order people expect."""

    name: Identifier
    title: Words
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    current_thresholds: Version
    documents: Mapping[str, Document]
    front_door: FrontDoor
    hours: OpeningHours
    out_of_hours: OutOfHours
    channels: Mapping[Identifier, Channel]
    agencies: Mapping[Identifier, Agency]
    also_consulted: Mapping[Identifier, Partner]
    levels: Mapping[int, Level]
    ratings: Mapping[Identifier, Rating]
    due_rules: Mapping[str, DueRule]
    reminders: Reminders
    pathways: Mapping[Identifier, Pathway]
    outcomes: Mapping[Identifier, Outcome]
    repeat_rule: RepeatRule
    consent_options: Mapping[Identifier, ConsentOption]
    consent_rules: Mapping[int, ConsentRule]
    completeness: Mapping[Identifier, CompletenessItem]
    source_codes: Mapping[Identifier, SourceCode]
    escalation: Mapping[Identifier, EscalationStage]
    feedback: Feedback
    review: Review


class Partnership(Profile):
    """All that the hub knows of one partnership: its profile with the other files beside it."""

    criteria: tuple[Criterion, ...]
    question_sets: Mapping[str, Mapping[str, tuple[Question, ...]]]
    versions: Mapping[str, Thresholds]

    def thresholds(self, version: str | None = None) -> Thresholds:
        """A version of the threshold document, or the current one. Raises `UnknownThresholds`."""
        wanted = version or self.current_thresholds
        if wanted not in self.versions:
            raise UnknownThresholds(f"{self.title} has no threshold document of version {wanted}.")
        return self.versions[wanted]

    def questions(self, agency: str, concerns: Collection[str]) -> tuple[Question, ...]:
        """What an agency is asked about these concerns: the general questions, then each concern's own."""
        wanted = [GENERAL, *(concern for concern in self.question_sets if concern in concerns)]
        asked = [question for concern in wanted for question in self.question_sets[concern].get(agency, ())]
        return tuple({question.id: question for question in asked}.values())
