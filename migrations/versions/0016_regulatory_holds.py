"""Owns the tables of holds under an order (Regulation (EU) 2021/784, Art. 6)."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regulatory_hold",
        sa.Column("hold_id", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_reference", sa.LargeBinary(), nullable=False),
        sa.Column("readers", sa.JSON(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("extension", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["legal_hold.id"], name=op.f("fk_regulatory_hold_hold_id_legal_hold")
        ),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_regulatory_hold")),
    )
    op.create_table(
        "regulatory_access",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("hold_id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hold_id"],
            ["regulatory_hold.hold_id"],
            name=op.f("fk_regulatory_access_hold_id_regulatory_hold"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_regulatory_access_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulatory_access")),
    )
    op.create_index(
        op.f("ix_regulatory_access_hold_id"), "regulatory_access", ["hold_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("regulatory_access")
    op.drop_table("regulatory_hold")
