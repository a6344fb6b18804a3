"""The same request sent twice starts nothing twice.

A caller that may repeat itself sends an ``Idempotency-Key``. The key, what was asked and what was answered
are kept with the change, in one transaction. A repeat gets the first answer; the same key with another
body is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Header
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import insert

from mash.access.callers import Caller
from mash.db.tables import idempotency
from mash.errors import Conflict
from mash.hub import Transaction

IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$"),
]


class KeyUsedForAnotherRequest(Conflict):
    """The key was used before, with another body."""


def fingerprint(body: BaseModel | bytes) -> str:
    """Return what tells one request from another."""
    content = (
        body if isinstance(body, bytes) else json.dumps(body.model_dump(mode="json"), sort_keys=True).encode()
    )
    return hashlib.sha256(content).hexdigest()


async def once(
    tx: Transaction,
    caller: Caller,
    key: str | None,
    print: str,
    work: Callable[[], Awaitable[dict[str, Any]]],
) -> tuple[dict[str, Any], bool]:
    """Do ``work`` unless this caller has done it under ``key``; return its answer and whether it is a repeat.

    The answer must be JSON and hold no personal data: it is kept for a month. Two requests with one key at
    the same moment wait for each other. Raises :class:`KeyUsedForAnotherRequest`.
    """
    if key is None:
        return await work(), False
    claimed = await tx.execute(
        insert(idempotency)
        .values(subject=caller.subject, key=key, fingerprint=print, created_at=tx.now)
        .on_conflict_do_nothing()
    )
    mine = (idempotency.c.subject == caller.subject) & (idempotency.c.key == key)
    if not claimed.rowcount:
        row = (await tx.execute(sa.select(idempotency).where(mine))).one()
        if row.fingerprint != print:
            raise KeyUsedForAnotherRequest(
                "This was sent before with other words, under the same Idempotency-Key. "
                "What was sent then is kept."
            )
        return row.answer, True
    answer = await work()
    await tx.execute(sa.update(idempotency).where(mine).values(answer=answer))
    return answer, False
