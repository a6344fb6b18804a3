"""A professional's form that is begun now and sent later: kept, listed, changed, sent once, or let go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mash.access import Caller
from mash.calendar import in_london
from mash.errors import Conflict, Invalid
from mash.hub import Transaction
from mash.ids import new_id
from mash.partnerships import Partnership, get
from mash.vault import OpenedRow
from mash.web.concurrency import StaleVersion
from mash.web.idempotency import fingerprint, once

from intake.domain.completeness import Missing, labels
from intake.domain.derived import derive
from intake.domain.tidying import Document, tidy
from intake.settings import Settings
from intake.store import attachments, drafts
from intake.store.drafts import NoSuchDraft as NoSuchDraft
from intake.usecases.receive import refuse_impossible_dates, refuse_unknown_request
from intake.usecases.submit_form import submit_form

DRAFT_OVER = "draft_over"
FOLLOWS_CALL = "follows_call"


class TooManyDrafts(Conflict):
    """Somebody has as many drafts as are kept of one person."""


class NothingSaid(Invalid):
    """A draft is to be sent that tells of no child and of no concern."""


@dataclass(frozen=True)
class Keeping:
    """Whose drafts these are, for how long one is kept after its last change, and how many one may have."""

    public: bool
    lasts: timedelta
    most: int | None

    @classmethod
    def of_professionals(cls, settings: Settings) -> Keeping:
        return cls(public=False, lasts=timedelta(days=settings.draft_days), most=settings.most_drafts)

    @classmethod
    def of_public(cls, settings: Settings) -> Keeping:
        return cls(public=True, lasts=timedelta(hours=settings.public_draft_hours), most=None)


async def start(
    tx: Transaction, caller: Caller, keeping: Keeping, partnership: Partnership, document: Document
) -> UUID:
    """Keep what somebody has begun; return the draft's id. Raises :class:`TooManyDrafts`."""
    _refuse_impossible(tx, partnership, document)
    if keeping.most is not None and await drafts.count_own(tx, caller) >= keeping.most:
        raise TooManyDrafts(
            f"You have {keeping.most} drafts, which is the most that are kept. Send or delete one first."
        )
    draft_id = new_id()
    row = {
        "id": draft_id,
        "partnership": partnership.name,
        "public": keeping.public,
        "sent_by": caller.subject,
        "version": 1,
        "begun_at": tx.now,
        "changed_at": tx.now,
        "document": document,
    }
    await drafts.add(tx, row)
    _keep_until(tx, draft_id, keeping)
    tx.audit(action="draft.begun", detail={"draft": str(draft_id)})
    return draft_id


async def view(tx: Transaction, caller: Caller, keeping: Keeping, draft_id: UUID) -> dict[str, Any]:
    """Show somebody a draft of their own, with what a good referral holds and this one does not yet."""
    row = await drafts.get(tx, caller, draft_id, public=keeping.public)
    tx.audit(action="draft.viewed", detail={"draft": str(draft_id)})
    return {
        **line(row, keeping),
        "document": row.document,
        "missing": [asdict(item) for item in _missing(row)],
        "attachments": list(await attachments.list_of_draft(tx, draft_id)),
    }


async def list_own(tx: Transaction, caller: Caller, keeping: Keeping) -> list[dict[str, Any]]:
    """List somebody's drafts, the last changed first."""
    rows = await drafts.list_own(tx, caller, keeping.most or 1)
    tx.audit(action="drafts.listed", detail={"drafts": [str(row.id) for row in rows]})
    return [line(row, keeping) | {"document": row.document} for row in rows]


def line(row: OpenedRow, keeping: Keeping) -> dict[str, Any]:
    """Return what a list says of a draft."""
    names = ("id", "partnership", "version", "begun_at", "changed_at")
    return {name: row[name] for name in names} | {"kept_until": row.changed_at + keeping.lasts}


async def replace(
    tx: Transaction, caller: Caller, keeping: Keeping, draft_id: UUID, version: int, document: Document
) -> None:
    """Put a document in the place of the draft's. Raises ``StaleVersion`` where it was changed since."""
    row = await drafts.get(tx, caller, draft_id, public=keeping.public, for_change=True)
    if row.version != version:
        names = sorted({*document, *row.document})
        changed = [name for name in names if document.get(name) != row.document.get(name)]
        raise StaleVersion("The draft", current=row.version, changed=changed)
    await _write(tx, keeping, row, document)


async def change(
    tx: Transaction,
    caller: Caller,
    keeping: Keeping,
    draft_id: UUID,
    alter: Callable[[Document], Document],
) -> Document:
    """Change a part of a draft as it is now, and return it whole."""
    row = await drafts.get(tx, caller, draft_id, public=keeping.public, for_change=True)
    document = alter(row.document)
    await _write(tx, keeping, row, document)
    return document


async def _write(tx: Transaction, keeping: Keeping, row: OpenedRow, document: Document) -> None:
    _refuse_impossible(tx, get(row.partnership), document)
    await drafts.change(tx, row, document=document)
    _keep_until(tx, row.id, keeping)
    tx.audit(action="draft.changed", detail={"draft": str(row.id)})


def _refuse_impossible(tx: Transaction, partnership: Partnership, document: Document) -> None:
    refuse_impossible_dates(document, in_london(tx.now).date())
    refuse_unknown_request(document, partnership)


async def touch(tx: Transaction, keeping: Keeping, row: OpenedRow) -> None:
    """A draft that is held was changed in something beside its document."""
    await drafts.change(tx, row)
    _keep_until(tx, row.id, keeping)


async def discard(tx: Transaction, caller: Caller, keeping: Keeping, draft_id: UUID) -> None:
    """Delete a draft of one's own, for good."""
    await drafts.get(tx, caller, draft_id, public=keeping.public, for_change=True)
    await end(tx, draft_id)
    tx.audit(action="draft.deleted", detail={"draft": str(draft_id)})


async def send(
    tx: Transaction, caller: Caller, keeping: Keeping, draft_id: UUID, whole: Callable[[Document], Document]
) -> tuple[dict[str, Any], bool]:
    """Make a draft a contact, once however often it is sent; return the receipt, and if it is a repeat's.

    ``whole`` gives a document what the form takes where nothing is said.
    """
    return await once(tx, caller, *once_key(draft_id), lambda: _send(tx, caller, keeping, draft_id, whole))


def once_key(draft_id: UUID) -> tuple[str, str]:
    """Return by what the sending of a draft is known again, and what tells it from other requests."""
    key = f"draft.{draft_id}"
    return key, fingerprint(key.encode())


async def _send(
    tx: Transaction, caller: Caller, keeping: Keeping, draft_id: UUID, whole: Callable[[Document], Document]
) -> dict[str, Any]:
    row = await drafts.get(tx, caller, draft_id, public=keeping.public, for_change=True)
    require_something_said(row.document)
    document = whole({name: part for name, part in row.document.items() if name != FOLLOWS_CALL})
    follows = row.document.get(FOLLOWS_CALL)
    receipt = await submit_form(tx, caller, get(row.partnership), document, follows)
    await attachments.hand_over(tx, draft_id, UUID(receipt["contact_id"]))
    await end(tx, draft_id)
    tx.audit(action="draft.sent", detail={"draft": str(draft_id)})
    return receipt


def require_something_said(document: Mapping[str, Any]) -> None:
    """Refuse what tells of nobody and of nothing. Raises :class:`NothingSaid`."""
    concern = document.get("concern", {})
    if not (document.get("children") or concern.get("narrative") or concern.get("worries")):
        raise NothingSaid("Tell us of a child, or of what worries you, before you send this.")


async def end(tx: Transaction, draft_id: UUID) -> None:
    """Take a draft away that was sent or is not wanted."""
    await drafts.delete(tx, draft_id)
    tx.cancel_timer(DRAFT_OVER, str(draft_id))


async def let_go(tx: Transaction, draft_id: UUID, changed_at: datetime) -> None:
    """Erase a draft that nobody has changed since then: its time is over."""
    if await drafts.lock_unchanged_since(tx, draft_id, changed_at):
        await drafts.delete(tx, draft_id)
        tx.audit(action="draft.erased", detail={"draft": str(draft_id)})


def _keep_until(tx: Transaction, draft_id: UUID, keeping: Keeping) -> None:
    facts = {"changed_at": tx.now.isoformat()}
    tx.schedule(DRAFT_OVER, str(draft_id), tx.now + keeping.lasts, facts)


def _missing(row: OpenedRow) -> list[Missing]:
    partnership = get(row.partnership)
    document = tidy(row.document, lambda: "")
    return labels(derive(document, partnership)["missing"], partnership.completeness)
