"""Owns the table of key epochs, the columns of the quarantine, when a receipt was ledgered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WRAPPED = sa.text("wrapped_key IS NOT NULL")
UNLEDGERED = sa.text("ledger_at IS NULL")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "key_epoch",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("idle_since", AT, nullable=True),
        sa.Column("destroy_begun_at", AT, nullable=True),
        sa.Column("destroyed_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_key_epoch")),
    )
    op.add_column("artifact", sa.Column("quarantined_at", AT, nullable=True))
    op.add_column("artifact", sa.Column("quarantine_code", sa.String(length=40), nullable=True))
    _index("ix_artifact_key_epoch", "artifact", ["key_epoch", "id"], WRAPPED)
    op.add_column("receipt", sa.Column("left", sa.String(length=200), nullable=True))
    op.add_column("receipt", sa.Column("ledger_at", AT, nullable=True))
    _index("ix_receipt_unledgered", "receipt", ["key_destroyed_at", "id"], UNLEDGERED)


def downgrade() -> None:
    op.drop_index("ix_receipt_unledgered", "receipt")
    op.drop_column("receipt", "ledger_at")
    op.drop_column("receipt", "left")
    op.drop_index("ix_artifact_key_epoch", "artifact")
    op.drop_column("artifact", "quarantine_code")
    op.drop_column("artifact", "quarantined_at")
    op.drop_table("key_epoch")


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
