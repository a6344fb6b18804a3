"""What crosses the boundary between the hub and an agency, always sealed to its receiver.

The hub asks with an ``InformationRequest``; the agency answers with an ``AgencyMessage``. Before an item goes
to anybody else, the hub asks its owner with a ``ReleaseAsked``, and the owner answers with a ``Release``; a
``Product`` is what an agency is sent of the others' information. Who a message comes from is the stream it
arrived on and the key that signed it, never a word in its body.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel, StringConstraints

from mash.contracts.base import Rating, Slug
from mash.contracts.enquiry import Answer

Text = Annotated[str, StringConstraints(max_length=20_000)]
Name = Annotated[str, StringConstraints(max_length=200)]
# As the partnership's files spell it, such as ``police.known``.
QuestionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=64)]

# The one lawful basis that needs no rationale beside it, as it is cited.
AGREEMENT = "UK GDPR articles 6(1)(a) and 9(2)(a)"
# Why information is not disclosed. Children Act 2004, section 16LA.
RefusalReason = Literal["more_detrimental", "not_relevant", "privileged", "other"]
DiscussionOutcome = Literal["section_47", "no_section_47"]
Conduct = Literal["joint", "single_agency"]
ReceiverKind = Literal[
    "agency",
    "social_work_team",
    "early_help",
    "school",
    "health_practitioner",
    "other_professional",
    "family",
    "public",
]


class SealedMessage(BaseModel):
    """A message between the hub and one agency. ``message_id`` makes a repeat harmless."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    message_id: UUID
    partnership: Slug


class BoundaryMessage(SealedMessage):
    """A message about one enquiry."""

    enquiry_id: UUID


class RequestMessage(BoundaryMessage):
    """A message about one request."""

    request_id: UUID


class Question(BaseModel):
    """One thing an agency is asked."""

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*$", max_length=100)]
    text: Text


class Person(BaseModel):
    """A person asked about. What is not known is absent."""

    model_config = ConfigDict(frozen=True)

    role: Literal["child", "adult", "household"]
    given: Name | None = None
    family: Name | None = None
    also_known_as: Name | None = None
    dob: date | None = None
    edd: date | None = Field(default=None, description="The expected date of delivery of an unborn child.")
    sex: Literal["female", "male", "other", "unknown"] | None = None
    nhs_number: Annotated[str, StringConstraints(pattern=r"^\d{10}$")] | None = None
    relationship: Name | None = None
    address: Annotated[str, StringConstraints(max_length=500)] | None = None


class InformationRequest(RequestMessage):
    """The hub asks, reminds, chases, changes, cancels or withdraws. The last of a higher version counts.

    ``request`` and ``changed`` name the people asked about and say the basis. Where a ``changed`` names
    nobody, as every other kind, nothing in that has changed. Every kind carries the questions, the rating and
    the due time as they now stand. ``raised`` is the one for the agency's lead.
    """

    kind: Literal["request", "reminder", "chase", "raised", "changed", "cancelled", "withdrawn", "decided"]
    version: int = Field(ge=1)
    agency: Slug
    reference: Name = Field(description="The contact's reference, for people to speak of.")
    rating: Rating
    questions: list[Question] = []
    concerns: list[Slug] = []
    people: list[Person] = []
    lawful_basis: Text = Field(
        default="", description="Why the agency may share, made from what is recorded."
    )
    family_told: Text = Field(default="", description="How the family was told, made from what is recorded.")
    family_agreed: Text = Field(
        default="", description="Whether the family agreed, made from what is recorded."
    )
    requested_at: AwareDatetime
    due_at: AwareDatetime
    asked_by: Name = Field(default="", description="The role that asks, and the line to ring.")
    outcome: Name | None = Field(
        default=None, description="How the answer was used: set when `kind` is decided."
    )


class ReturnedItem(BaseModel):
    """One piece of information, with the basis and the caveat its owner put on it.

    A gateway sends none that lacks any of these. What an agency's own client leaves out is taken in all the
    same, so that nothing about a child is lost; ``missing`` names it.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    text: Text
    recorded_on: date | None = None
    source: Name = Field(default="", description="The agency's system or record it comes from.")
    lawful_basis: Name = ""
    rationale: Text = Field(
        default="",
        description="Why it is necessary, proportionate and relevant to share. Needed wherever the lawful "
        "basis is not the agreement of whom it is about.",
    )
    caveat: Slug | None = Field(
        default=None, description="Such as professionals_only, sensitive or not_to_family."
    )
    about: Name | None = None

    @property
    def missing(self) -> list[str]:
        """The names of what the item should say and does not."""
        needed = {name: getattr(self, name) for name in ("recorded_on", "source", "lawful_basis", "caveat")}
        if self.lawful_basis != AGREEMENT:
            needed["rationale"] = self.rationale
        return [name for name, value in needed.items() if not value]


class Searched(BaseModel):
    """What was looked in, by what, and how fresh it was; without it a nil return means nothing."""

    model_config = ConfigDict(frozen=True)

    systems: list[Name] = []
    identifiers: list[Name] = []
    period_from: date | None = None
    period_to: date | None = None
    source_fresh_on: date | None = None


class AgencyMessage(RequestMessage):
    """An agency acknowledges a request, answers it, corrects its answer or withdraws it."""

    kind: Literal["receipt", "return", "correction", "withdrawal"]
    version: int = Field(
        ge=1,
        description="The version of the answer, a correction has a higher one; of the request on a receipt.",
    )
    receipt_of: UUID | None = Field(
        default=None, description="On a receipt: the `message_id` of what lies in the agency's own store."
    )
    answer: Answer | None = Field(default=None, description="Absent only on a receipt and a withdrawal.")
    items: list[ReturnedItem] = []
    searched: Searched | None = None
    reason: Text = Field(default="", description="Why refused, not covered, corrected or withdrawn.")
    refused_because: RefusalReason | None = Field(
        default=None, description="On a refusal: which of the law's reasons. What lies behind it stays there."
    )
    sent_at: AwareDatetime
    sent_by: Name = Field(default="", description="The researcher's subject id at the agency's sign-in.")


class Receiver(BaseModel):
    """Who is to get a product: a kind, and a role or organisation. ``agency`` is one of the partnership's."""

    model_config = ConfigDict(frozen=True)

    kind: ReceiverKind
    name: Name
    agency: Slug | None = None


class SharedItem(BaseModel):
    """One item of a product, in the very words that its receiver gets. ``id`` is its own in the product."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    text: Text
    owner: Slug | None = Field(default=None, description="Whose it is; absent on the hub's own words.")
    recorded_on: date | None = None
    caveat: Slug | None = None


class ItemToRelease(SharedItem):
    """The same, with which of the owner's returned items it was made from."""

    item_id: UUID
    request_id: UUID
    answer_version: int = Field(ge=1)


class _AboutProduct(BoundaryMessage):
    product_id: UUID


class _Shown(_AboutProduct):
    """What a product says of itself, to its items' owners and to its receiver."""

    agency: Slug = Field(description="Whom the message is addressed to.")
    reference: Name
    receiver: Receiver
    purpose: Text
    lawful_basis: Text
    necessity: Text = Field(description="Why it is necessary, proportionate and relevant for the receiver.")


class ReleaseAsked(_Shown):
    """The hub asks an agency to let items of its own go to a receiver, in exactly these words.

    ``version`` is the product's; where an item is asked about again, the message of the higher one counts.
    """

    kind: Literal["release_asked"] = "release_asked"
    version: int = Field(ge=1)
    items: list[ItemToRelease]
    asked_at: AwareDatetime
    asked_by: Name


class ReleaseOutcome(_AboutProduct):
    """The hub tells an agency what became of items that it was asked to release.

    ``not_sent`` says that they are no longer asked about either.
    """

    kind: Literal["release_outcome"] = "release_outcome"
    agency: Slug
    became: Literal["sent", "not_sent"]
    items: list[UUID] = Field(description="The items' ids in the product.")
    at: AwareDatetime


class Product(_Shown):
    """An information product for one agency of the partnership: what it needs and may have, and no more."""

    kind: Literal["product"] = "product"
    people: list[Person] = []
    family_told: Text
    family_agreed: Text
    items: list[SharedItem]
    sent_at: AwareDatetime
    sent_by: Name


class ReleasedItem(BaseModel):
    """Whether one item of a product may go; a refusal says which of the law's reasons."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    decision: Literal["released", "refused"]
    refused_because: RefusalReason | None = None


class Release(_AboutProduct):
    """An agency releases or refuses items of its own, as it was asked in the message ``asked_in``.

    Of two answers to one asking, the one with the higher ``version`` counts.
    """

    kind: Literal["release"] = "release"
    asked_in: UUID
    version: int = Field(ge=1)
    items: list[ReleasedItem] = Field(min_length=1)
    sent_at: AwareDatetime
    sent_by: Name = ""


class ProductReceipt(_AboutProduct):
    """An agency says that what the hub sent about a product lies in its own store."""

    kind: Literal["product_receipt"] = "product_receipt"
    receipt_of: UUID
    sent_at: AwareDatetime


class Attendant(BaseModel):
    """Who must attend, or attended: a role, of an agency of the partnership or of somebody else."""

    model_config = ConfigDict(frozen=True)

    role: Name
    agency: Slug | None = None


class Discussion(BoundaryMessage):
    """The hub asks an agency to attend a strategy discussion, calls it off, or tells what came of it."""

    kind: Literal["discussion"] = "discussion"
    discussion_id: UUID
    agency: Slug = Field(description="Whom the message is addressed to.")
    version: int = Field(ge=1, description="The last of a higher version counts.")
    state: Literal["asked", "called_off", "held"]
    reference: Name
    reason: Text
    meets_at: AwareDatetime | None = None
    attend: list[Attendant]
    asked_at: AwareDatetime
    asked_by: Name
    outcome: DiscussionOutcome | None = None
    conduct: Conduct | None = Field(default=None, description="Who makes the section 47 enquiry.")


class DiscussionReceipt(BoundaryMessage):
    """An agency says that what the hub sent about a strategy discussion lies in its own store."""

    kind: Literal["discussion_receipt"] = "discussion_receipt"
    discussion_id: UUID
    receipt_of: UUID
    sent_at: AwareDatetime


class CaseErased(BoundaryMessage):
    """The time to keep a case is over: the agency destroys what the hub sent it, and its answers' words.

    What the agency holds in its own records is its own to keep.
    """

    kind: Literal["erased"] = "erased"
    agency: Slug
    rule: Slug = Field(description="The partnership's rule by which its time was over.")
    erased_at: AwareDatetime


class SignedHead(BaseModel):
    """How far the audit of one service had come for one case, as that service signed it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    contact_id: UUID
    service: Slug
    seq: int = Field(ge=1, description="The place of the newest line of the case.")
    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    jws: Annotated[str, StringConstraints(max_length=2000)]
    signed_at: AwareDatetime


class AuditHeads(SealedMessage):
    """The hub gives an agency the signed heads of the audits of cases that it was asked in, to keep."""

    kind: Literal["audit_heads"] = "audit_heads"
    agency: Slug
    heads: list[SignedHead]
    sent_at: AwareDatetime


ToAgency = InformationRequest | ReleaseAsked | ReleaseOutcome | Product | Discussion | CaseErased | AuditHeads


class FromHub(RootModel[ToAgency]):
    """Whatever the hub may send an agency; ``kind`` tells which."""

    root: ToAgency = Field(discriminator="kind")


class FromAgency(RootModel[AgencyMessage | Release | ProductReceipt | DiscussionReceipt]):
    """Whatever an agency may send the hub; ``kind`` tells which."""

    root: AgencyMessage | Release | ProductReceipt | DiscussionReceipt = Field(discriminator="kind")
