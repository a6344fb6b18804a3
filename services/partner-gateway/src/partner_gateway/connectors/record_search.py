"""The connector to the records that the agency keeps in, or imports into, its own gateway."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mash.hub import Transaction

from partner_gateway.connectors.connector import Candidate
from partner_gateway.domain.identity import Identity, matches, sought_keys
from partner_gateway.store.records import find_by_keys


class RecordSearch:
    """Searches the gateway's own table of records."""

    async def search(
        self, tx: Transaction, partnerships: Collection[str], people: Sequence[Identity], limit: int
    ) -> list[Candidate]:
        """Records that share an NHS number, a name or a home with somebody sought."""
        rows = await find_by_keys(tx, partnerships, sought_keys(people), limit)
        return [Candidate(row, tuple(matches(row["match_keys"], people))) for row in rows]
