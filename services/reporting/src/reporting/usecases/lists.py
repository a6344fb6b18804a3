"""The lists that inspectors and the national data set ask for, cut from the rows that all figures have.

Reporting knows of no child: no name, no date of birth, sex or ethnicity, and no number of the council's.
Those columns are there and empty, and each row has the reference by which the hub can fill them in. What is
restricted is not listed, for it answers as what does not exist.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from mash.hub import Transaction

from reporting.domain.flags import Ended, outcome_flags
from reporting.domain.months import LONDON
from reporting.domain.tables import Cell, Column, Table
from reporting.store.lists import list_contacts_by_child
from reporting.usecases.asked import Asked
from reporting.usecases.monthly import source_titles

EMPTY = (
    "Reporting knows nothing of any child: the columns on the child are empty, and the reference finds the "
    "contact in the hub. Restricted contacts are not listed."
)


def _text(*columns: tuple[str, str]) -> list[Column]:
    return [Column(name, title, "text") for name, title in columns]


ANNEX_A_LIST_1 = _text(
    ("child_unique_id", "Child Unique ID"),
    ("gender", "Gender"),
    ("ethnicity", "Ethnicity"),
    ("date_of_birth", "Date of Birth"),
    ("age_of_child", "Age of Child (Years)"),
    ("date_of_contact", "Date of Contact"),
    ("contact_source", "Contact Source"),
    ("contact_reference", "Contact reference"),
)
DATASET_CONTACTS = _text(
    *(
        (name, name)
        for name in (
            "cont_contact_id",
            "cont_person_id",
            "cont_contact_date",
            "cont_contact_source_code",
            "cont_contact_source_desc",
            "cont_contact_outcome_json",
        )
    )
)


async def annex_a_tables(tx: Transaction, asked: Asked) -> list[Table]:
    """Return Annex A's List 1: a row for each child in each contact. Inspectors ask for six months of it."""
    sources = source_titles(asked.profile)
    rows = [
        _annex_a(row, sources) for row in await list_contacts_by_child(tx, asked.profile.name, asked.span)
    ]
    return [Table("list_1", "Annex A, List 1: contacts", ANNEX_A_LIST_1, rows, EMPTY)]


def _annex_a(row: sa.RowMapping, sources: dict[str, str]) -> list[Cell]:
    # An unborn child's age is minus one; with several children it is not known which one that is.
    age: Cell = -1 if row["unborn"] and (row["child_count"] or 0) <= 1 else ""
    day = row["received_at"].astimezone(LONDON).strftime("%d/%m/%Y")
    return ["", "", "", "", age, day, _source(row, sources), row["reference"]]


async def dataset_tables(tx: Transaction, asked: Asked) -> list[Table]:
    """Return the contacts of the Standard Safeguarding Dataset, with its ten flags of outcomes."""
    sources = source_titles(asked.profile)
    rows = [
        _dataset_row(row, sources) for row in await list_contacts_by_child(tx, asked.profile.name, asked.span)
    ]
    return [Table("ssd_contacts", "Standard Safeguarding Dataset: contacts", DATASET_CONTACTS, rows, EMPTY)]


def _dataset_row(row: sa.RowMapping, sources: dict[str, str]) -> list[Cell]:
    flags: dict[str, Any] = outcome_flags(
        Ended(row["pathway"], row["outcome"], tuple(row["concerns"] or ()), row["decided_at"] is not None)
    )
    day = row["received_at"].astimezone(LONDON).date().isoformat()
    child = f"{row['contact_id']}-{row['child']}"
    return [child, "", day, row["source_code"], _source(row, sources), json.dumps(flags)]


def _source(row: sa.RowMapping, sources: dict[str, str]) -> str:
    code = row["source_code"] or ""
    return f"{code}: {sources[code]}" if code in sources else code
