"""A partnership as data: its hours, clocks, levels, agencies and the names it gives to what it does.

Every record says in `source` which document and section it comes from.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mash.partnerships.clocks import DueRule, OpeningHours
from mash.partnerships.data import Data, Day, Identifier, Listed, Source, Words
from mash.partnerships.directory import Reference, Service, UnknownService
from mash.partnerships.meetings import DailyMeeting
from mash.partnerships.national import Document, NationalFlag, SourceCode
from mash.partnerships.retention import KeptFor, Retention
from mash.partnerships.rules import Rule
from mash.partnerships.thresholds import Criterion, Thresholds, UnknownThresholds, Version
from mash.partnerships.tools import Tool

__all__ = ["Agency", "DueRule", "OpeningHours", "Partnership", "Profile", "Question"]

PATHWAYS = frozenset({"close_with_advice", "early_help", "fast_track", "social_worker_screening", "enquiry"})
# Roads that a partnership has where its document speaks of them.
FURTHER_PATHWAYS = frozenset({"allocated_worker", "returned_to_referrer", "service_request"})
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
Telephone = Annotated[str, StringConstraints(pattern=r"^0[\d ]{9,13}$")]


class FrontDoor(Data):
    """What the hub is called, and what it tells somebody who is worried about a child this minute."""

    name: Words
    kind: Words
    duty_line: Words
    telephone: Telephone | None
    immediate_danger: Words
    source: Source


class OutOfHours(Data):
    """Who answers while the hub is shut, and when the hub itself looks at what came in."""

    service: Words
    telephone: Telephone
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
    """A level of need, and the rating it maps to; none where the document rates no such contact.

    Only such a level names the pathway it points to: the others take their rating's. `details` are what the
    document says of the level, under its own headings.
    """

    title: Words
    meaning: Words
    rating: Identifier | None
    pathway: Identifier | None = None
    details: Mapping[str, Listed[Words]] = {}
    source: Source


class ConsentRule(Data):
    """Whether the family's agreement is needed before help at a level."""

    agreement: Literal["needed", "good_practice", "not_needed"]
    meaning: Words
    source: Source


class Rating(Data):
    """How urgent a contact is, the pathway it points to, and whether a strategy discussion is asked for.

    `consent` is given where a level holds two ratings, and this one has another rule than the level.
    """

    title: Words
    level: int
    response: Words
    due: Words
    pathway: Identifier
    strategy_discussion: bool
    consent: ConsentRule | None = None
    source: Source


class Reminders(Data):
    """When an agency that has not answered is reminded: `points` are shares of its time gone."""

    points: Listed[Annotated[float, Field(gt=0, lt=1)]]
    chases_go_to: Literal["agency_lead"]
    reading: Words
    source: Source


class Pathway(Data):
    """A road out of screening. The two `tells` sentences are what feedback says of it to each referrer.

    Where `needs_insight` is set, the manager's own insight goes with the decision in writing.
    """

    title: Words
    meaning: Words
    tells_professional: Words
    tells_public: Words
    needs_insight: bool = False
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


class Request(Data):
    """What a referrer can ask for, and the pathway it points to; none where it is screened for its level."""

    title: Words
    brings: Words
    pathway: Identifier | None
    source: Source


class EarlyHelp(Data):
    """Whether early help needs the family's agreement, and what becomes of a request that has none."""

    agreement_needed: bool
    without_agreement: Words
    source: Source


class OpenCaseRule(Data):
    """When a contact goes to the social worker who has or had the case, and nobody is asked about it."""

    id: Identifier
    text: Words
    rule: Rule
    pathway: Identifier
    source: Source


class Combination(Data):
    """So many indicators of one level, which together may make a case of a higher one."""

    level: int
    may_make: int
    at_least: Annotated[int, Field(ge=2)]
    text: Words
    reading: Words
    source: Source


class FrameworkQuestion(Data):
    id: Identifier
    text: Words


class PracticeFramework(Data):
    """The framework that the analysis is written in; its questions are the analysis's fields."""

    title: Words
    questions: Listed[FrameworkQuestion]
    source: Source


class Alert(Data):
    """A role or a team that is told when something is found. Never a person's own name or mailbox."""

    title: Words
    told: Words
    when: Words
    source: Source


class EscalationStage(Data):
    """A stage of a disagreement: who answers, and the due rule by which an answer is expected."""

    title: Words
    owner: Words
    due: Words
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
    every_months: int | None
    due_on: Day
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
    requests: Mapping[Identifier, Request]
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
    early_help: EarlyHelp
    open_case_rules: Listed[OpenCaseRule]
    combinations: Listed[Combination]
    practice_framework: PracticeFramework | None
    alerts: Mapping[Identifier, Alert]
    completeness: Mapping[Identifier, CompletenessItem]
    escalation: Mapping[Identifier, EscalationStage]
    daily_meeting: DailyMeeting | None = None
    feedback: Feedback
    review: Review
    retention: Retention


class Partnership(Profile):
    """All that the hub knows of one partnership: its profile with the other files beside it."""

    criteria: tuple[Criterion, ...]
    services: Mapping[str, Service]
    references: Mapping[str, Reference]
    source_codes: Mapping[str, SourceCode]
    flags: Mapping[str, NationalFlag]
    question_sets: Mapping[str, Mapping[str, tuple[Question, ...]]]
    versions: Mapping[str, Thresholds]
    tools: Mapping[str, Tool]
    kept_for: Mapping[str, KeptFor]

    def thresholds(self, version: str | None = None) -> Thresholds:
        """A version of the threshold document, or the current one. Raises `UnknownThresholds`."""
        wanted = version or self.current_thresholds
        if wanted not in self.versions:
            raise UnknownThresholds(f"{self.title} has no threshold document of version {wanted}.")
        return self.versions[wanted]

    def urgency(self, rating: str | None) -> int:
        """How urgent a rating is against the others: nought for none, and the most urgent has the most."""
        return 0 if rating is None else len(self.ratings) - list(self.ratings).index(rating)

    def require_services(self, names: Iterable[str]) -> None:
        """Refuse, by its name, a service that the directory does not have."""
        if unknown := sorted(set(names) - self.services.keys()):
            words = f"{self.title}'s directory does not have {', '.join(unknown)}."
            raise UnknownService(words, field="services", unknown=unknown)

    def consent(self, level: int, rating: str | None) -> ConsentRule:
        """Whether agreement is needed: by the rating, where it has a rule of its own, else by the level."""
        own = self.ratings[rating].consent if rating is not None else None
        return own or self.consent_rules[level]

    def questions(self, agency: str, concerns: Collection[str]) -> tuple[Question, ...]:
        """What an agency is asked about these concerns: the general questions, then each concern's own."""
        wanted = [GENERAL, *(concern for concern in self.question_sets if concern in concerns)]
        asked = [question for concern in wanted for question in self.question_sets[concern].get(agency, ())]
        return tuple({question.id: question for question in asked}.values())
