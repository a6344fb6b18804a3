"""Somebody asks what is held about them: found, gathered from every service, decided on, and given.

Nothing that is gathered is kept: it is asked for afresh each time, and what was decided of it counts for as
long as it says the same.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from mash.access import Caller
from mash.calendar import in_london
from mash.contracts.queries import HeldRecords
from mash.errors import Conflict, Invalid, NotFound
from mash.http import RemoteNotFound
from mash.hub import Hub, Transaction
from mash.ids import new_id
from mash.partnerships import get as get_partnership
from mash.retention import list_held
from mash.vault import OpenedRow
from pydantic import TypeAdapter

from intake.domain.identity import identifiers, match_keys
from intake.domain.subject_access import (
    LONGEST_EXTENSION_MONTHS,
    Decision,
    ExtendedTooLong,
    Item,
    due_on,
    items_of,
    require_whole,
)
from intake.store import subject_access as store
from intake.store import tables
from intake.store.attachments import find_of_contact
from intake.store.contacts import get_contact

MOST_LISTED: Final = 200
OTHERS: Final = ("screening", "enquiry", "notifications")
_OF_THE_CHILD: Final = ("nhs", "name")
# What a contact's own row says is shown part by part; these hold no words and are for the hub's own work.
_NOT_SHOWN: Final = (
    tables.contact,
    tables.match_key,
    tables.person_key,
    tables.mention,
    tables.mention_key,
    tables.match,
    tables.ending,
    tables.challenge,
    tables.access_contact,
    tables.access_decision,
    tables.attachment,
)
_json: TypeAdapter[Any] = TypeAdapter(Any)
_WHOSE: Final = {"addition": "whoever added it", "change": "what was said before"}

Others = Mapping[UUID, Mapping[str, HeldRecords]]


class NobodyToLookFor(Invalid):
    """Too little is said to know a person again: an NHS number, or a whole name with a date of birth."""


class SayWhichChild(Invalid):
    """The contact is about several children, and which of them asks is not said."""


class NoSuchItem(NotFound):
    """Nothing of that name is held about the person."""


class StillUndecided(Conflict):
    """Something that is held waits for a decision, so that the person has not been given the answer."""


class SaysSomethingElse(Conflict):
    """What is held has changed since it was looked at."""


@dataclass(frozen=True)
class Shown:
    """One thing that is held, with what was decided of it; none while it waits."""

    contact_id: UUID
    reference: str
    item: Item
    digest: str
    decision: Decision | None
    exemption: str | None
    cut: str | None


@dataclass(frozen=True)
class Answer:
    """A request with all that is held, and the restricted contacts whose words its reader may not see."""

    request: OpenedRow
    items: Sequence[Shown]
    left_out: Sequence[str]
    files: Mapping[str, tuple[str, bytes]]


async def take_request(
    tx: Transaction,
    caller: Caller,
    partnership: str,
    who: Mapping[str, Any] | None,
    reference: str | None,
    received_on: date | None,
) -> dict[str, Any]:
    """Keep that somebody asks, and find every contact that they are in; return when it is due."""
    if who is None:
        who = await _child_of(tx, caller, reference or "")
    if not list(identifiers(who)):
        raise NobodyToLookFor("Give an NHS number, or the whole name and the date of birth.", field="person")
    today = in_london(tx.now).date()
    received = received_on or today
    if received > today:
        raise Invalid("It cannot have come later than today.", field="received_on")
    id = new_id()
    hours = get_partnership(partnership).hours
    row = {
        "id": id,
        "partnership": partnership,
        "received_on": received,
        "due_on": due_on(received, 1, hours),
        "made_at": tx.now,
        "made_by": caller.subject,
        "extended_by_months": 0,
        "answered_at": None,
        "who": dict(who),
        "extension_reason": None,
    }
    found = await _find(tx, partnership, who)
    await store.add(tx, row, found)
    tx.audit(action="access.asked", detail={"request": str(id), "contacts": [str(one) for one in found]})
    return {"id": id, "due_on": row["due_on"], "contacts": len(found)}


async def _child_of(tx: Transaction, caller: Caller, reference: str) -> dict[str, Any]:
    row = await get_contact(tx, caller, reference)
    children = row.document.get("children", [])
    if len(children) != 1:
        raise SayWhichChild("Say which child it is: give the name and the date of birth.", field="person")
    return {
        name: value for name, value in children[0].items() if name in ("given", "family", "dob", "nhs_number")
    }


async def _find(tx: Transaction, partnership: str, who: Mapping[str, Any]) -> Sequence[UUID]:
    alone = {"children": [{name: value for name, value in who.items() if name != "address"}]}
    keys = match_keys(partnership, alone, in_london(tx.now).date(), tx.vault.digest)
    return await store.find_about(tx, partnership, [key for key in keys if key.kind in _OF_THE_CHILD])


async def list_requests(tx: Transaction, caller: Caller) -> list[dict[str, Any]]:
    """List the requests, those to be answered first, and whether each is late."""
    today = in_london(tx.now).date()
    rows = await store.list_requests(tx, caller, MOST_LISTED)
    tx.audit(action="access.listed", detail={"requests": [str(row["id"]) for row in rows]})
    return [{**row, "overdue": row["answered_at"] is None and row["due_on"] < today} for row in rows]


async def ask_others(hub: Hub, caller: Caller, request_id: UUID) -> Others:
    """Ask each service what it holds of the contacts that the caller may know of; keep none of it."""
    async with hub.transaction(caller) as tx:
        await store.get(tx, caller, request_id)
        contacts = [row.id for row in await store.list_contacts(tx, caller, request_id)]
    asked = [(contact_id, service) for contact_id in contacts for service in OTHERS]
    held = await asyncio.gather(*(_ask(hub, service, contact_id) for contact_id, service in asked))
    found: dict[UUID, dict[str, HeldRecords]] = {contact_id: {} for contact_id in contacts}
    for (contact_id, service), records in zip(asked, held, strict=True):
        found[contact_id][service] = records
    return found


async def _ask(hub: Hub, service: str, contact_id: UUID) -> HeldRecords:
    try:
        return await hub.http.get(service, f"/v1/held/{contact_id}", schema=HeldRecords)
    except RemoteNotFound:
        return HeldRecords(items=[])


async def show(tx: Transaction, caller: Caller, request_id: UUID, others: Others) -> Answer:
    """Show all that is held, for the data protection officer to decide on; each contact is a look at it."""
    answer = await _gather(tx, caller, request_id, others)
    for contact_id in {one.contact_id for one in answer.items}:
        tx.audit(action="access.viewed", case=contact_id, detail={"request": str(request_id)})
    return answer


async def export(tx: Transaction, caller: Caller, request_id: UUID, others: Others) -> Answer:
    """The same to be given to who asked. What may not go is taken out by whoever writes it down."""
    answer = await _gather(tx, caller, request_id, others)
    for contact_id in {one.contact_id for one in answer.items}:
        tx.audit(action="access.exported", case=contact_id, detail={"request": str(request_id)})
    tx.audit(action="access.exported", detail={"request": str(request_id)})
    return answer


async def _gather(tx: Transaction, caller: Caller, request_id: UUID, others: Others) -> Answer:
    request = await store.get(tx, caller, request_id)
    await store.add_contacts(tx, request_id, await _find(tx, request.partnership, request.who))
    decisions = await store.list_decisions(tx, request_id)
    shown: list[Shown] = []
    files: dict[str, tuple[str, bytes]] = {}
    for row in await store.list_contacts(tx, caller, request_id):
        for item in await _items(tx, caller, row, request.who, others.get(row.id, {})):
            shown.append(_shown(tx, row, item, decisions.get((row.id, item.name))))
        for file in await _files(tx, row):
            files[f"file.{file.id}"] = (file.name, bytes(file.content))
            shown.append(_shown(tx, row, _file(file), decisions.get((row.id, _file(file).name))))
    return Answer(request, shown, await store.list_left_out(tx, caller, request_id), files)


async def _items(
    tx: Transaction,
    caller: Caller,
    row: OpenedRow,
    who: Mapping[str, Any],
    others: Mapping[str, HeldRecords],
) -> list[Item]:
    items = list(items_of(row, who))
    own = await list_held(tx, caller, tables.metadata, row.id, _WHOSE, apart_from=_NOT_SHOWN)
    for service, records in [("intake", own), *others.items()]:
        items += [
            Item(service, one.id, one.part, one.whose, {**one.facts, **one.words}) for one in records.items
        ]
    if row.message_id is not None:
        mail = await _mail(tx, row)
        items.append(Item("intake", "message", "The e-mail as it came", "whoever sent it", mail))
    return items


async def _files(tx: Transaction, row: OpenedRow) -> Sequence[OpenedRow]:
    return (
        await find_of_contact(tx, row.id)
        if row.message_id is None
        else await store.list_files(tx, row.message_id)
    )


def _file(file: OpenedRow) -> Item:
    content = {"name": file.name, "sha256": hashlib.sha256(file.content).hexdigest()}
    return Item("intake", f"file.{file.id}", "A file that came with it", "whoever sent it", content)


async def _mail(tx: Transaction, row: OpenedRow) -> str:
    message = await store.get_message(tx, row.message_id)
    return bytes(message.raw).decode("utf-8", "replace")


def _shown(tx: Transaction, row: OpenedRow, item: Item, decided: OpenedRow | None) -> Shown:
    digest = tx.vault.digest(_json.dump_json([item.part, item.content]))
    if decided is not None and bytes(decided.digest) == digest:
        decision, exemption, cut = decided.decision, decided.exemption, decided.cut
    else:
        decision, exemption, cut = ("give" if item.given_unless else None), None, None
    return Shown(row.id, row.reference, item, digest.hex(), decision, exemption, cut)


async def decide(
    tx: Transaction,
    caller: Caller,
    request_id: UUID,
    others: Others,
    *,
    contact_id: UUID,
    item: str,
    digest: str,
    decision: Decision,
    cut: str | None,
    exemption: str | None,
) -> None:
    """Decide on one thing, as it was looked at. Raises ``NoSuchItem``, ``SaysSomethingElse``."""
    require_whole(decision, cut, exemption)
    await store.get(tx, caller, request_id, for_change=True)
    answer = await _gather(tx, caller, request_id, others)
    names = {(one.contact_id, one.item.name): one for one in answer.items}
    shown = names.get((contact_id, item))
    if shown is None:
        raise NoSuchItem("Nothing of that name is held about the person.")
    if shown.digest != digest:
        raise SaysSomethingElse("This has changed since you looked at it. Look again before you decide.")
    await store.decide(
        tx,
        {
            "access_request_id": request_id,
            "contact_id": contact_id,
            "item": item,
            "digest": bytes.fromhex(digest),
            "decision": decision,
            "exemption": exemption,
            "decided_at": tx.now,
            "decided_by": caller.subject,
            "cut": cut,
        },
    )
    detail = {"request": str(request_id), "item": item, "decision": decision, "exemption": exemption}
    tx.audit(action="access.decided", case=contact_id, detail=detail)


async def extend(tx: Transaction, caller: Caller, request_id: UUID, months: int, reason: str) -> date:
    """Put the answer off, before it is due. Raises ``ExtendedTooLong``."""
    row = await store.get(tx, caller, request_id, for_change=True)
    in_time = in_london(tx.now).date() <= row.due_on
    if not in_time or row.extended_by_months + months > LONGEST_EXTENSION_MONTHS:
        raise ExtendedTooLong("An answer can be put off by two months at most, and before it is due.")
    extended = row.extended_by_months + months
    due = due_on(row.received_on, 1 + extended, get_partnership(row.partnership).hours)
    await store.change(tx, row, extended_by_months=extended, extension_reason=reason, due_on=due)
    tx.audit(action="access.extended", detail={"request": str(request_id), "months": months})
    return due


async def note_answered(tx: Transaction, caller: Caller, request_id: UUID, others: Others) -> None:
    """Keep that the answer was given, which ends the request. Raises ``StillUndecided``."""
    row = await store.get(tx, caller, request_id, for_change=True)
    if row.answered_at is None:
        answer = await _gather(tx, caller, request_id, others)
        _require_decided(answer.items)
        await store.change(tx, row, answered_at=tx.now)
    tx.audit(action="access.answered", detail={"request": str(request_id)})


def _require_decided(items: Sequence[Shown]) -> None:
    waiting = sum(one.decision is None for one in items)
    if waiting:
        raise StillUndecided(
            f"{waiting} of {len(items)} things wait for a decision. Decide on them, and give the person "
            "the whole answer, before you say so."
        )
