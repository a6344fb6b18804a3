"""Takes in a file of the agency's records: all that can be read, with a word on each line that cannot."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mash.access import Caller
from mash.calendar.london import in_london
from mash.errors import Invalid, NotFound
from mash.hub import Hub, Transaction

from partner_gateway.domain.csv_file import Refusal, Row, decode, read_rows
from partner_gateway.domain.record_rows import read_record
from partner_gateway.store.records import Held, count_held, put_records


class PartnershipNotSaid(Invalid):
    """The gateway serves more than one partnership, and the file does not say which it is for."""


class UnknownPartnership(NotFound):
    """There is no such partnership, or none that the caller works for."""


@dataclass
class Sorted:
    """The records of a file, and what was refused; lines refused are counted once, whatever is wrong."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def refused_lines(self) -> int:
        return len({refusal.line for refusal in self.refusals})


@dataclass(frozen=True)
class Imported:
    """What became of a file."""

    taken: int
    replaced: int
    refused: int
    refusals: list[Refusal]


def partnership_for(hub: Hub, caller: Caller, name: str | None) -> str:
    """The partnership of that name, or the only one. Raises where it is none of the caller's, or unclear."""
    open_to = caller.partnerships & set(hub.settings.partnerships)
    if name is None and len(open_to) > 1:
        raise PartnershipNotSaid("Say which partnership the records are for.", field="partnership")
    found = name if name is not None else next(iter(open_to), None)
    if found not in open_to:
        raise UnknownPartnership("There is no such partnership, or none that you work for.")
    return found


async def sort_file(content: bytes, today: date) -> Sorted:
    """Read a file, which may take seconds, beside whatever else the gateway does."""
    return await asyncio.to_thread(_sort, content, today)


def _sort(content: bytes, today: date) -> Sorted:
    found = Sorted()
    for row in read_rows(decode(content)):
        if isinstance(row, Refusal):
            found.refusals.append(row)
        else:
            _place(found, row, today)
    return found


def _place(found: Sorted, row: Row, today: date) -> None:
    record = read_record(row, today)
    if isinstance(record, list):
        found.refusals.extend(record)
        return
    first = found.lines.setdefault(record["record_id"], row.line)
    if first != row.line:
        found.refusals.append(Refusal(row.line, "record_id", f"is the same as on line {first}"))
        return
    found.records[record["record_id"]] = record


async def import_records(tx: Transaction, caller: Caller, partnership: str, file: Sorted) -> Imported:
    """Write the records, each in the place of the one with its id, and say what became of every line."""
    made = {"imported_at": tx.now, "imported_by": caller.subject}
    rows = [{**record, **made} for record in file.records.values()]
    replaced = await put_records(tx, partnership, rows)
    counts = {"taken": len(rows) - replaced, "replaced": replaced, "refused": file.refused_lines}
    tx.audit(action="records.imported", caller=caller, detail={"partnership": partnership, **counts})
    return Imported(**counts, refusals=file.refusals)


async def count_records(tx: Transaction, caller: Caller) -> Held:
    """How many records there are; nobody looks at any."""
    return await count_held(tx, caller.partnerships)


def today_in_london(hub: Hub) -> date:
    """The date that a file is read on."""
    return in_london(hub.clock()).date()
