"""Looking at meetings, at their agenda and at what they agreed. Every look is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.calendar import in_london
from mash.hub import Transaction
from mash.partnerships import Partnership

from enquiry.domain import meeting as rules
from enquiry.domain.enquiry import Enquiry
from enquiry.domain.meeting_records import Action, Item, Meeting
from enquiry.store import agenda_items, meeting_actions, meetings
from enquiry.store.agenda_items import UnknownItem
from enquiry.store.enquiries import list_open_of
from enquiry.usecases.meeting_planning import agenda_so_far

MOST_OPEN = 20


@dataclass(frozen=True)
class WholeMeeting:
    """A meeting with its agenda, as far as the caller may know of it. ``at`` is the moment of the look.

    Of the ``items``, those ``recorded`` are on the agenda; the others would be, were it opened now.
    ``actions`` were agreed in it; ``outstanding`` are those of other meetings that are not done.
    ``enquiries`` are the open ones, by contact.
    """

    meeting: Meeting
    partnership: Partnership
    items: Sequence[Item]
    recorded: frozenset[UUID]
    actions: Sequence[Action]
    outstanding: Sequence[Action]
    enquiries: Mapping[UUID, Enquiry]
    at: datetime

    @property
    def today(self) -> date:
        """The date in London."""
        return in_london(self.at).date()

    def require_item(self, id: UUID) -> None:
        """Raise ``UnknownItem`` for what is not on the agenda, or not for the caller."""
        if id not in self.recorded:
            raise UnknownItem("There is no such item on the agenda.")

    @property
    def agenda(self) -> dict[str, list[Item]]:
        """The items by their section, in the order of the agenda; a section that has none is left out."""
        daily = rules.daily_meeting(self.partnership)
        by_section: dict[str, list[Item]] = {name: [] for name in rules.sections(daily)}
        for item in self.items:
            by_section[rules.section_of(item.because, daily)].append(item)
        return {name: found for name, found in by_section.items() if found}


@dataclass(frozen=True)
class Listed:
    """The meetings that are not over, and some of those that are."""

    coming: Sequence[Meeting]
    held: Sequence[Meeting]
    more: bool


async def list_meetings(tx: Transaction, caller: Caller, *, before: date | None, limit: int) -> Listed:
    """The meetings to come and to close, the first first, and those held, the last first."""
    coming = await meetings.list_meetings(
        tx, caller, states=("planned", "open"), before=None, limit=MOST_OPEN
    )
    held = await meetings.list_meetings(tx, caller, states=("held",), before=before, limit=limit + 1)
    tx.audit(action="meeting.listed", detail={"meetings": _ids([*coming, *held[:limit]])})
    return Listed(list(reversed(coming)), held[:limit], len(held) > limit)


async def look_at_meeting(tx: Transaction, caller: Caller, id: UUID) -> WholeMeeting:
    """One meeting with its agenda: what was recorded, or what is on it so far."""
    meeting = await meetings.get_meeting(tx, caller, id)
    items = await agenda_items.list_items(tx, caller, id)
    recorded = frozenset(item.id for item in items)
    if meeting.state == "planned":
        items = _merged(items, await agenda_so_far(tx, caller, meeting))
    actions = await meeting_actions.list_of_meeting(tx, caller, id)
    outstanding = await meeting_actions.list_outstanding(
        tx, caller, partnership=meeting.partnership, not_of=id
    )
    named = [*(item.contact_id for item in items), *_cases_of([*actions, *outstanding])]
    enquiries = await list_open_of(tx, caller, named)
    _record(tx, "meeting.viewed", named, meeting_id=str(id))
    return WholeMeeting(
        meeting=meeting,
        partnership=partnerships.get(meeting.partnership),
        items=items,
        recorded=recorded,
        actions=actions,
        outstanding=outstanding,
        enquiries={one.contact_id: one for one in enquiries},
        at=tx.now,
    )


async def list_outstanding(
    tx: Transaction, caller: Caller, *, only_overdue: bool
) -> tuple[Sequence[Action], date]:
    """What nobody has said is done, the first due first; and today's date, by which it is overdue or not."""
    today = in_london(tx.now).date()
    found = await meeting_actions.list_outstanding(tx, caller, due_before=today if only_overdue else None)
    _record(tx, "meeting_action.listed", _cases_of(found))
    return found, today


async def look_at_action(tx: Transaction, caller: Caller, id: UUID) -> tuple[Action, date, dict[str, str]]:
    """One action, today's date, and the titles of who may own one."""
    found = await meeting_actions.get_action(tx, caller, id)
    _record(tx, "meeting_action.viewed", _cases_of([found]), action_id=str(id))
    return found, in_london(tx.now).date(), rules.agencies_of(partnerships.get(found.partnership))


def _merged(on_it: Sequence[Item], drawn_up: Sequence[Item]) -> list[Item]:
    """What is on an agenda already keeps its place; nothing is on it twice."""
    there = {item.contact_id for item in on_it}
    return [*on_it, *(item for item in drawn_up if item.contact_id not in there)]


def _cases_of(actions: Iterable[Action]) -> list[UUID]:
    return [action.contact_id for action in actions if action.contact_id is not None]


def _record(tx: Transaction, action: str, contacts: Iterable[UUID], **detail: str) -> None:
    named = sorted({str(contact) for contact in contacts})
    tx.audit(action=action, detail={**detail, "contacts": named})


def _ids(found: Iterable[Meeting]) -> list[str]:
    return [str(meeting.id) for meeting in found]
