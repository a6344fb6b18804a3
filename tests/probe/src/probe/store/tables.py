"""The shared tables, one to see effects in, and one of words."""

import sqlalchemy as sa
from mash.db import metadata as shared_metadata
from mash.db.tables import Sealed, Time

metadata = shared_metadata()

effect = sa.Table(
    "effect",
    metadata,
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("at", Time, nullable=False),
)

remark = sa.Table(
    "remark",
    metadata,
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("contact_id", sa.Uuid, nullable=False),
    sa.Column("words", Sealed),
    sa.Column("scan", Sealed),
    info={"case": "contact_id"},
)
