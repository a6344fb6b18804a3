"""The shared tables, `effect` and `remark`."""

import sqlalchemy as sa
from alembic import op
from mash.db.migrations import create_shared_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_shared_tables(op, version=1)
    op.create_table(
        "effect",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
    )
    op.create_table(
        "remark",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("words", sa.LargeBinary),
        sa.Column("scan", sa.LargeBinary),
    )
