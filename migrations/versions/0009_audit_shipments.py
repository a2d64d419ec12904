"""Owns the table of what was copied to the audit bucket."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_shipment",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_shipment")),
        sa.UniqueConstraint("first", name=op.f("uq_audit_shipment_first")),
        sa.UniqueConstraint("last", name=op.f("uq_audit_shipment_last")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("audit_shipment")
