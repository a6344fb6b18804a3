"""Where a service keeps which case is whose, as the audit has to know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from mash.db.tables import audit_signature

if TYPE_CHECKING:
    from mash.hub import Transaction


@dataclass(frozen=True)
class Cases:
    """``case`` and ``partnership`` are columns of one table; ``by`` says how routes name what is of a case.

    ``by`` maps the name of a parameter in a route's path to the column it is looked for in and the column of
    the same table that holds the case's id. A gateway's cases are its enquiries, which it names itself.
    """

    case: sa.Column[Any]
    partnership: sa.Column[Any]
    by: Mapping[str, tuple[sa.Column[Any], sa.Column[Any]]] = field(default_factory=dict)

    async def partnerships_of(self, tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, str]:
        """Return whose each of these cases is; of one that is erased, by what was signed of it."""
        wanted = list(ids)
        signed = sa.select(audit_signature.c.chain, audit_signature.c.partnership).where(
            audit_signature.c.chain.in_(wanted), audit_signature.c.partnership.is_not(None)
        )
        known = sa.select(self.case, self.partnership).where(self.case.in_(wanted))
        found: dict[UUID, str] = {}
        for statement in (signed, known):
            found |= dict(tuple(row) for row in (await tx.execute(statement)).all())
        return found

    async def find(self, tx: Transaction, parameters: Mapping[str, Any]) -> UUID | None:
        """Return the case that a request's path names, whether its caller may know of it or not."""
        for name, (column, case) in self.by.items():
            value = _as(column, parameters.get(name))
            if value is not None:
                found: UUID | None = await tx.conn.scalar(sa.select(case).where(column == value).limit(1))
                return found
        return None

    def names(self, parameters: Mapping[str, Any]) -> bool:
        """Return whether a request's path names something that is part of a case."""
        return any(name in parameters for name in self.by)


def _as(column: sa.Column[Any], text: Any) -> Any:
    if text is None or not isinstance(column.type, sa.Uuid):
        return text
    try:
        return UUID(str(text))
    except ValueError:
        return None
