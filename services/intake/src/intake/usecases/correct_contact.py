"""A contact officer completes or corrects what was read or sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mash.access import Caller
from mash.calendar import in_london
from mash.contracts.intake import ContactCompleted
from mash.hub import Transaction
from mash.ids import new_id
from mash.partnerships import get
from mash.vault import OpenedRow
from mash.web import StaleVersion

from intake.domain.allegation import require_adult_only
from intake.domain.dates import REPEAT_MONTHS, months_before
from intake.domain.derived import derive
from intake.domain.history import changed_sections, corrected, previous
from intake.domain.identity import match_keys
from intake.domain.tidying import Document, tidy
from intake.store import match_keys as keys_store
from intake.store.contacts import change_contact, get_contact, list_changes
from intake.store.endings import count_again
from intake.store.match_keys import Counts
from intake.usecases.add_information import note_change
from intake.usecases.alleging import require_still_apart
from intake.usecases.compare_people import compare_soon
from intake.usecases.own_family import note_corrected
from intake.usecases.receive import refuse_impossible_dates, refuse_unknown_request
from intake.usecases.view_contact import full_view


async def correct_contact(
    tx: Transaction,
    caller: Caller,
    reference: str,
    version: int,
    sections: Mapping[str, Any],
    *,
    needs_person: bool,
) -> dict[str, Any]:
    """Put sections in place of a contact's own, where nobody else has changed it since ``version``.

    What was there before is kept. Raises ``StaleVersion``, which names what changed meanwhile.
    """
    row = await get_contact(tx, caller, reference, for_change=True)
    await _refuse_stale(tx, row, version)
    refuse_impossible_dates(sections, in_london(tx.now).date())
    refuse_unknown_request(sections, get(row.partnership))
    require_adult_only(row.kind, sections)
    said = {name: part for name, part in sections.items() if name != "referrer"}
    await require_still_apart(tx, row.id, row.kind, said, "concern")
    document = tidy(corrected(row.document, sections), lambda: str(new_id()))
    changed = changed_sections(row.document, document)
    await note_change(tx, caller, row, version + 1, changed, previous(row.document, changed))
    counts = await _match_again(tx, row, document)
    values = {
        "version": version + 1,
        "document": document,
        "needs_person": needs_person,
        "completed_at": None if needs_person else tx.now,
        "repeat_count_6_months": counts.six_months,
        "repeat_count_ever": counts.ever,
        **derive(document, get(row.partnership), row.kind),
    }
    await note_corrected(tx, row.partnership, row.id, document)
    compare_soon(tx, row.partnership, [row.id])
    await count_again(tx, row.id)
    after = await change_contact(tx, row.id, **values)
    tx.emit(_event(after, tx))
    tx.audit(action="contact.completed", case=row.id, detail={"version": version + 1, "fields": changed})
    return await full_view(tx, caller, after)


async def _refuse_stale(tx: Transaction, row: OpenedRow, version: int) -> None:
    if row.version == version:
        return
    changes = await list_changes(tx, row.id, since_version=version)
    fields = sorted({field for change in changes for field in change.fields})
    raise StaleVersion(f"Contact {row.reference}", current=row.version, changed=fields)


async def _match_again(tx: Transaction, row: OpenedRow, document: Document) -> Counts:
    today = in_london(row.received_at).date()
    keys = match_keys(row.partnership, document, today, tx.vault.digest)
    await keys_store.lock(tx, keys)
    await keys_store.drop(tx, row.id)
    await keys_store.keep(
        tx,
        row.partnership,
        {row.id: keys},
        received_at=row.received_at,
        occasion=row.follows_contact_id,
    )
    since = months_before(row.received_at, REPEAT_MONTHS)
    return await keys_store.count_earlier(tx, row.id, row.seq, since=since)


def _event(row: OpenedRow, tx: Transaction) -> ContactCompleted:
    return ContactCompleted(
        partnership=row.partnership,
        contact_id=row.id,
        contact_version=row.version,
        child_count=row.child_count,
        unborn=row.unborn,
        repeat_count=row.repeat_count_6_months,
        missing=row.missing,
        completed_at=tx.now,
    )
