"""What of a table's rows is words, and whose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mash.db.tables import Sealed


class OpenedRow(dict[str, Any]):
    """A row whose words were opened, read as ``row.text`` or as ``row["text"]``."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def _mapping(self) -> Mapping[str, Any]:
        return self


@cache
def sealed_columns(table: sa.Table) -> tuple[str, ...]:
    """Return the names of the columns of words."""
    return tuple(column.name for column in table.c if isinstance(column.type, Sealed))


def case_column(table: sa.Table) -> str:
    """Return the name of the column that says whose the words of a row are."""
    return str(table.info["case"])


def has_words(table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Whether a row holds anything that is encrypted."""
    return any(row.get(name) is not None for name in sealed_columns(table))


def case_of(table: sa.Table, row: Mapping[str, Any]) -> UUID:
    """Return whose the words of a row are; a row that is sealed or opened has to say it."""
    case = row[case_column(table)]
    assert isinstance(case, UUID)
    return case
