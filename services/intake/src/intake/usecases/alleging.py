"""Takes an allegation about somebody in a position of trust in as two contacts, each closed to the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mash.access import Caller
from mash.calendar import in_london
from mash.hub import Transaction
from mash.partnerships import Partnership

from intake.domain.allegation import (
    NotKeptApart,
    adult_document,
    child_document,
    name_parts,
    names_somebody,
    require_apart,
    words_in,
)
from intake.domain.restriction import ALLEGATION
from intake.store.access import find_linked, link
from intake.store.contacts import find_documents
from intake.usecases.receipts import receipt
from intake.usecases.receive import Arrival, Draft, receive, refuse_impossible_dates


@dataclass(frozen=True)
class Allegation:
    """What is alleged, in two parts that say nothing of each other."""

    referrer: Mapping[str, Any]
    initials: str
    role: str
    setting: str
    alleged: str
    child: Mapping[str, Any] | None
    told: str | None
    danger: bool


async def take_allegation(
    tx: Transaction, caller: Caller, partnership: Partnership, said: Allegation
) -> dict[str, Any]:
    """Take an allegation in. Returns a receipt of each contact. Raises ``NotKeptApart``."""
    drafts = [
        Draft(
            ALLEGATION,
            adult_document(
                said.referrer, said.initials, said.role, said.setting, said.alleged, danger=said.danger
            ),
        )
    ]
    if said.child is not None:
        drafts.append(_child(said, said.child, in_london(tx.now).date()))
    arrival = Arrival(channel="portal", received_at=tx.now, sent_by=caller.subject)
    rows = await receive(tx, partnership, arrival, drafts)
    if len(rows) > 1:
        await link(tx, rows[0]["id"], rows[1]["id"])
    receipts = [receipt(row, partnership) for row in rows]
    return {"adult": receipts[0], "child": receipts[1] if len(receipts) > 1 else None}


def _child(said: Allegation, child: Mapping[str, Any], today: Any) -> Draft:
    told = said.told or ""
    of_adult = {"alleged": said.alleged, "adult.role": said.role, "adult.setting": said.setting}
    require_apart(said.initials, said.setting, of_adult, child, {"told_of_child": told})
    refuse_impossible_dates({"children": [child]}, today)
    document = child_document(said.referrer, child, told, danger=said.danger)
    return Draft("form", document, restricted=True)


async def require_still_apart(tx: Transaction, contact_id: UUID, kind: str, words: Any, field: str) -> None:
    """Refuse words for one contact of an allegation that name who is on the other.

    Raises ``NotKeptApart``.
    """
    other = await find_linked(tx, contact_id)
    if other is None:
        return
    texts = list(words_in(words))
    for document in await find_documents(tx, other):
        if kind == ALLEGATION:
            parts = set().union(*map(name_parts, document.get("children", ())))
            if any(names_somebody(text, parts) for text in texts):
                raise NotKeptApart("This names the child, who is on a contact of their own.", field=field)
            continue
        for adult in document.get("adults", ()):
            setting = (adult.get("relationship") or "").partition(", ")[2]
            joined = {field: "\n".join(texts)}
            require_apart(adult.get("also_known_as") or "", setting, {}, {}, joined)
