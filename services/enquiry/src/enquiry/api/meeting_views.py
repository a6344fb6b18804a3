"""What a meeting looks like to whoever reads it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from mash.contracts.base import Rating
from pydantic import AwareDatetime, BaseModel, Field

from enquiry.domain.meeting import ItemState, MeetingState, agencies_of, daily_meeting, sections
from enquiry.domain.meeting_records import Action, Item, Meeting
from enquiry.usecases.meeting_looking import WholeMeeting


class Attendee(BaseModel):
    """Who came, or sent apologies."""

    agency: str
    who: str
    present: bool


class ItemView(BaseModel):
    """A case on the agenda. Until the meeting is opened, what is on it so far has no id yet."""

    agenda_item_id: UUID | None
    contact_id: UUID
    reference: str
    because: list[str] = Field(description="Why it is on the agenda: names of its sections.")
    state: ItemState
    rating_before: Rating | None = Field(description="What it stood at when it came onto the agenda.")
    rating_after: Rating | None
    applied: bool = Field(
        description="Whether the rating after is its enquiry's; else a manager takes it up in screening."
    )
    said: str
    good_practice: str
    learning: str
    rationale: str
    put_off: str = Field(description="Why it was left to the next meeting.")
    enquiry_id: UUID | None = Field(description="Its open enquiry.")
    enquiry_version: int | None
    enquiry_due_at: AwareDatetime | None
    version: int


class SectionView(BaseModel):
    """One section of the agenda."""

    section: str
    title: str
    cases: list[ItemView]


class ActionView(BaseModel):
    """Who is to do what by when."""

    meeting_action_id: UUID
    meeting_id: UUID
    agenda_item_id: UUID | None
    contact_id: UUID | None
    agency: str
    what: str
    due_on: date
    overdue: bool
    done_at: AwareDatetime | None
    done_by: str | None
    done: str = Field(description="What came of it.")
    version: int


class MeetingSummary(BaseModel):
    """A meeting in a list."""

    meeting_id: UUID
    partnership: str
    held_on: date
    agenda_closes_at: AwareDatetime
    starts_at: AwareDatetime
    state: MeetingState
    opened_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    version: int


class MeetingDetail(MeetingSummary):
    """A meeting with its agenda and what was recorded in it."""

    title: str
    expected: dict[str, str] = Field(description="Who may attend and own an action, with their titles.")
    attendance: list[Attendee]
    outstanding: list[ActionView] = Field(description="Actions of other meetings that are not done.")
    titles: dict[str, str] = Field(description="What each reason to be on the agenda is called.")
    sections: list[SectionView]
    actions: list[ActionView]
    good_practice: str
    learning: str


class MeetingList(BaseModel):
    """The meetings to come and to close, and those that were held."""

    coming: list[MeetingSummary]
    held: list[MeetingSummary]
    more: bool = Field(description="Whether earlier ones were held.")


class MeetingReceipt(BaseModel):
    """What a change of a meeting led to."""

    meeting_id: UUID
    state: MeetingState
    version: int


class ItemReceipt(BaseModel):
    """What a change of an item led to."""

    agenda_item_id: UUID
    state: ItemState
    rating_after: Rating | None
    applied: bool
    version: int


class ActionReceipt(BaseModel):
    """An action that was agreed, or is done."""

    meeting_action_id: UUID
    version: int


def summary(meeting: Meeting) -> MeetingSummary:
    """A meeting in a list."""
    return MeetingSummary.model_validate({**vars(meeting), "meeting_id": meeting.id})


def detail(whole: WholeMeeting) -> MeetingDetail:
    """A meeting with all that the caller may know of it."""
    daily, words = daily_meeting(whole.partnership), whole.meeting.content
    titles = sections(daily)
    return MeetingDetail.model_validate(
        {
            **vars(whole.meeting),
            "meeting_id": whole.meeting.id,
            "title": daily.title,
            "expected": agencies_of(whole.partnership),
            "titles": titles,
            "attendance": words.get("attendance", []),
            "outstanding": [action(one, whole.today) for one in whole.outstanding],
            "sections": [
                SectionView(section=name, title=titles[name], cases=[item(one, whole) for one in found])
                for name, found in whole.agenda.items()
            ],
            "actions": [action(one, whole.today) for one in whole.actions],
            "good_practice": words.get("good_practice", ""),
            "learning": words.get("learning", ""),
        }
    )


def item(one: Item, whole: WholeMeeting) -> ItemView:
    """A case on the agenda."""
    enquiry = whole.enquiries.get(one.contact_id)
    words = ("said", "good_practice", "learning", "rationale", "put_off")
    return ItemView.model_validate(
        {
            **vars(one),
            **{name: one.content.get(name, "") for name in words},
            "agenda_item_id": one.id if one.id in whole.recorded else None,
            "because": list(one.because),
            "enquiry_id": enquiry.id if enquiry else None,
            "enquiry_version": enquiry.version if enquiry else None,
            "enquiry_due_at": enquiry.due_at if enquiry else None,
        }
    )


def action(one: Action, today: date) -> ActionView:
    """What somebody is to do."""
    return ActionView.model_validate(
        {
            **vars(one),
            "meeting_action_id": one.id,
            "what": one.content["what"],
            "done": one.content.get("done", ""),
            "overdue": one.is_overdue(today),
        }
    )


def item_receipt(one: Item) -> ItemReceipt:
    """What a change of an item led to."""
    return ItemReceipt.model_validate({**vars(one), "agenda_item_id": one.id})


def meeting_receipt(one: Meeting) -> MeetingReceipt:
    """What a change of a meeting led to."""
    return MeetingReceipt.model_validate({**vars(one), "meeting_id": one.id})
