"""The agency's own systems that are told by webhook, found through the caller's partnerships.

The secrets that webhooks are signed with are kept sealed, and are opened to sign and for nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.errors import NotFound
from mash.hub import Transaction
from mash.web import StaleVersion

from partner_gateway.domain.webhooks import State
from partner_gateway.store.tables import subscription as table

# All but the secrets, so that no look at a subscription can show them.
_SHOWN = tuple(column for column in table.c if column.name != "secrets")
_NAMES = tuple(column.name for column in _SHOWN)
_LOCK_ADDING = 7_230_922


class UnknownSubscription(NotFound):
    """There is no such subscription, or none that the caller may know of."""


@dataclass(frozen=True)
class Subscription:
    """One system, what it is told of, and until when its former secret signs too."""

    id: UUID
    partnership: str
    address: str
    events: Sequence[str]
    state: State
    ended_because: str | None
    former_secret_until: datetime | None
    made_at: datetime
    made_by: str
    changed_at: datetime
    version: int


async def add_subscription(tx: Transaction, new: Subscription, secret: str) -> None:
    """Write a new subscription with the secret that its webhooks are signed with."""
    rows = await tx.sealed(table, [{**_row(new), "secrets": [secret]}])
    await tx.execute(sa.insert(table), rows)


async def save_subscription(tx: Transaction, after: Subscription) -> None:
    """Write a subscription's new state; once it has ended its secrets are gone."""
    values = _row(after)
    if after.state == "ended":
        values |= {"secrets": None, "former_secret_until": None}
    await tx.execute(sa.update(table).where(table.c.id == after.id).values(values))


async def put_secret(tx: Transaction, after: Subscription, secret: str) -> None:
    """Write a subscription with a new secret before the one it had."""
    before, _ = await _secrets(tx, after.id)
    [row] = await tx.sealed(table, [{**_row(after), "secrets": [secret, *before[:1]]}])
    await tx.execute(sa.update(table).where(table.c.id == after.id).values(row))


async def find_signing_secrets(tx: Transaction, id: UUID) -> list[str]:
    """The secrets to sign with now: the newest, and for a while the one before. An ended one has none."""
    secrets, former_until = await _secrets(tx, id)
    return secrets if former_until is not None and tx.now < former_until else secrets[:1]


async def _secrets(tx: Transaction, id: UUID) -> tuple[list[str], datetime | None]:
    wanted = sa.select(table.c.id, table.c.secrets, table.c.former_secret_until).where(table.c.id == id)
    [row] = await tx.opened(table, (await tx.execute(wanted)).mappings().all())
    return row["secrets"] or [], row["former_secret_until"]


async def get_subscription(tx: Transaction, caller: Caller, id: UUID) -> Subscription:
    """A subscription of the caller's partnerships. Raises :class:`UnknownSubscription`."""
    return await _get(tx, caller, id, lock=False)


async def get_for_change(
    tx: Transaction, caller: Caller, id: UUID, version: int | None = None
) -> Subscription:
    """The same, held until the commit. Raises ``StaleVersion`` where it is not what the caller read."""
    found = await _get(tx, caller, id, lock=True)
    if version is not None and found.version != version:
        raise StaleVersion("The subscription", current=found.version)
    return found


async def list_subscriptions(tx: Transaction, caller: Caller, limit: int) -> list[Subscription]:
    """The newest subscriptions of the caller's partnerships, those that have ended among them."""
    statement = (
        sa.select(*_SHOWN)
        .where(table.c.partnership.in_(caller.partnerships))
        .order_by(table.c.made_at.desc(), table.c.id)
        .limit(limit)
    )
    return [read(row) for row in (await tx.execute(statement)).mappings()]


async def hold_live(tx: Transaction, partnership: str) -> list[str]:
    """The addresses of a partnership's live subscriptions; until the commit nobody adds another."""
    await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_ADDING, sa.func.hashtext(partnership))))
    statement = sa.select(table.c.address).where(table.c.partnership == partnership, table.c.state != "ended")
    return list((await tx.execute(statement)).scalars())


async def find_telling(tx: Transaction, partnership: str, event: str) -> list[UUID]:
    """The subscriptions that are to be told of an event, also those that wait to be taken up again."""
    statement = (
        sa.select(table.c.id)
        .where(
            table.c.partnership == partnership,
            table.c.state != "ended",
            table.c.events.contains([event]),
        )
        .order_by(table.c.id)
    )
    return list((await tx.execute(statement)).scalars())


async def end_gone(tx: Transaction, id: UUID) -> bool:
    """End a subscription because its system wants no more; False where it had ended before."""
    ended = await tx.execute(
        sa.update(table)
        .where(table.c.id == id, table.c.state != "ended")
        .values(
            state="ended",
            ended_because="gone",
            secrets=None,
            former_secret_until=None,
            changed_at=tx.now,
            version=table.c.version + 1,
        )
    )
    return bool(ended.rowcount)


async def _get(tx: Transaction, caller: Caller, id: UUID, *, lock: bool) -> Subscription:
    statement = sa.select(*_SHOWN).where(table.c.id == id, table.c.partnership.in_(caller.partnerships))
    row = (await tx.execute(statement.with_for_update() if lock else statement)).mappings().one_or_none()
    if row is None:
        raise UnknownSubscription("There is no such subscription.")
    return read(row)


def read(row: Mapping[Any, Any]) -> Subscription:
    """A row of the table as a subscription."""
    return Subscription(**{name: row[name] for name in _NAMES})


def _row(one: Subscription) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _NAMES} | {"events": list(one.events)}
