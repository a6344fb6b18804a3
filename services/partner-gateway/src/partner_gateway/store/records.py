"""What the agency holds, found by the keys that people are known by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import ARRAY, insert

from partner_gateway.domain.answers import OwnRecord
from partner_gateway.store.tables import record

RecordRow = Mapping[str, Any]

_LOCK_IMPORTS = 7_230_921
# As many as are written well within the time that one statement may take.
_BATCH = 5_000
_SHOWN = [column for column in record.columns if column.name not in ("imported_at", "imported_by")]


async def find_by_keys(
    tx: Transaction, partnerships: Collection[str], keys: Mapping[str, int], limit: int
) -> Sequence[RecordRow]:
    """The records that share one of these keys, those with the strongest (the lowest number) first."""
    names, strengths = list(keys), list(keys.values())
    sought = (
        sa.func.unnest(sa.cast(names, ARRAY(sa.Text)), sa.cast(strengths, ARRAY(sa.Integer)))
        .table_valued(sa.column("key", sa.Text), sa.column("strength", sa.Integer), name="sought")
        .render_derived()
    )
    strength = (
        sa.select(sa.func.min(sought.c.strength))
        .where(sought.c.key == sa.any_(record.c.match_keys))
        .scalar_subquery()
    )
    statement = (
        sa.select(*_SHOWN)
        .where(record.c.match_keys.overlap(sa.cast(names, ARRAY(sa.Text))))
        .where(record.c.partnership.in_(partnerships))
        .order_by(strength, record.c.recorded_on.desc().nulls_last(), record.c.record_id)
        .limit(limit)
    )
    return (await tx.execute(statement)).mappings().all()  # type: ignore[return-value]


async def find_own_records(
    tx: Transaction, partnership: str, record_ids: Collection[str]
) -> dict[str, OwnRecord]:
    """Those of the records that there are, by their ids, as an answer takes from them."""
    if not record_ids:
        return {}
    statement = sa.select(record).where(
        record.c.partnership == partnership, record.c.record_id.in_(record_ids)
    )
    rows = (await tx.execute(statement)).mappings()
    return {row["record_id"]: _own(row) for row in rows}


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
    for start in range(0, len(rows), _BATCH):
        batch = [{**row, "partnership": partnership} for row in rows[start : start + _BATCH]]
        await tx.execute(_PUT, batch)
    return replaced


_new = insert(record)
_PUT = _new.on_conflict_do_update(
    index_elements=["partnership", "record_id"],
    set_={column.name: _new.excluded[column.name] for column in record.columns if not column.primary_key},
)
