"""What the agency holds, found by the keys that people are known by.

A record says who it is about in its sealed content alone. What it is found by are digests of those keys, made
with a secret of the gateway's, so that nobody who has only the database can try names on it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from mash.hub import Transaction
from mash.ids import new_id
from mash.vault import OpenedRow
from sqlalchemy.dialects.postgresql import ARRAY, insert

from partner_gateway.domain.answers import OwnRecord
from partner_gateway.store.tables import record

RecordRow = Mapping[str, Any]

_LOCK_IMPORTS = 7_230_921
# As many as are written well within the time that one statement may take.
_BATCH = 5_000
_PERSON = ("family", "given", "also_known_as", "dob", "nhs_number", "address", "postcode")
_WORDS = (*_PERSON, "source", "category", "text")
_SHOWN = ("partnership", "record_id", "recorded_on", "sensitive", "match_keys")
_DIGEST_BYTES = 16


async def find_by_keys(
    tx: Transaction, partnerships: Collection[str], keys: Mapping[str, int], limit: int
) -> Sequence[RecordRow]:
    """The records that share one of these keys, those with the strongest (the lowest number) first."""
    names = {_digest(tx, key): key for key in keys}
    digests, strengths = list(names), list(keys.values())
    sought = (
        sa.func.unnest(sa.cast(digests, ARRAY(sa.LargeBinary)), sa.cast(strengths, ARRAY(sa.Integer)))
        .table_valued(sa.column("key", sa.LargeBinary), sa.column("strength", sa.Integer), name="sought")
        .render_derived()
    )
    strength = (
        sa.select(sa.func.min(sought.c.strength))
        .where(sought.c.key == sa.any_(record.c.match_keys))
        .scalar_subquery()
    )
    statement = (
        sa.select(record)
        .where(record.c.match_keys.overlap(sa.cast(digests, ARRAY(sa.LargeBinary))))
        .where(record.c.partnership.in_(partnerships))
        .order_by(strength, record.c.recorded_on.desc().nulls_last(), record.c.record_id)
        .limit(limit)
    )
    rows = [_read(row) for row in await tx.opened(record, (await tx.execute(statement)).all())]
    return [{**row, "match_keys": [names[one] for one in row["match_keys"] if one in names]} for row in rows]


async def find_own_records(
    tx: Transaction, partnership: str, record_ids: Collection[str]
) -> dict[str, OwnRecord]:
    """Those of the records that there are, by their ids, as an answer takes from them."""
    if not record_ids:
        return {}
    statement = sa.select(record).where(
        record.c.partnership == partnership, record.c.record_id.in_(record_ids)
    )
    rows = await tx.opened(record, (await tx.execute(statement)).all())
    return {row["record_id"]: _own(_read(row)) for row in rows}


def _own(row: Mapping[Any, Any]) -> OwnRecord:
    about = " ".join(part for part in (row["given"], row["family"]) if part)
    return OwnRecord(
        text=row["text"], recorded_on=row["recorded_on"], source=row["source"], about=about or None
    )


async def put_records(tx: Transaction, partnership: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Write records, each in the place of the one with its id; return how many took such a place.

    One import of a partnership's records waits for another, so that the count is true.
    """
    await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_IMPORTS, sa.func.hashtext(partnership))))
    ids = [row["record_id"] for row in rows]
    there = sa.select(sa.func.count()).where(
        record.c.partnership == partnership, record.c.record_id == sa.any_(sa.cast(ids, ARRAY(sa.Text)))
    )
    replaced = int((await tx.execute(there)).scalar_one())
    common = {"partnership": partnership, "import_id": new_id()}
    for start in range(0, len(rows), _BATCH):
        batch = [{**_row(tx, row), **common} for row in rows[start : start + _BATCH]]
        await tx.execute(_PUT, await tx.sealed(record, batch))
    return replaced


@dataclass(frozen=True)
class Held:
    """How many records there are, and when and by whom the last were taken in."""

    count: int
    last_at: datetime | None
    last_by: str | None


async def count_held(tx: Transaction, partnerships: Collection[str]) -> Held:
    """Of some partnerships' records: how many, and the last to be taken in."""
    mine = record.c.partnership.in_(partnerships)
    count = (await tx.execute(sa.select(sa.func.count()).select_from(record).where(mine))).scalar_one()
    last = sa.select(record.c.imported_at, record.c.imported_by).where(mine)
    row = (await tx.execute(last.order_by(record.c.imported_at.desc()).limit(1))).one_or_none()
    return Held(count, row.imported_at if row else None, row.imported_by if row else None)


def _digest(tx: Transaction, key: str) -> bytes:
    return tx.vault.digest(key)[:_DIGEST_BYTES]


def _row(tx: Transaction, given: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(given)
    content = {name: row.pop(name) for name in _WORDS}
    return {**row, "content": content, "match_keys": [_digest(tx, key) for key in row["match_keys"]]}


def _read(row: OpenedRow) -> dict[str, Any]:
    content: dict[str, Any] = row["content"]
    born = date.fromisoformat(content["dob"]) if content["dob"] else None
    return {name: row[name] for name in _SHOWN} | content | {"dob": born}


_new = insert(record)
_PUT = _new.on_conflict_do_update(
    index_elements=["partnership", "record_id"],
    set_={column.name: _new.excluded[column.name] for column in record.columns if not column.primary_key},
)
