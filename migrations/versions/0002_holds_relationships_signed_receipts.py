"""Owns the table of legal holds, the end of a relationship, and the signatures of receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UNSIGNED = sa.text("signature IS NULL")


def upgrade() -> None:
    op.add_column("receipt", sa.Column("signature", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_receipt_unsigned",
        "receipt",
        ["absent_at"],
        sqlite_where=UNSIGNED,
        postgresql_where=UNSIGNED,
    )
    op.add_column(
        "verification_session",
        sa.Column("relationship_ended_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_session_reference", "verification_session", ["client_reference_id"])
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("set_by", sa.String(length=40), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=40), nullable=True),
        sa.Column("lift_note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_legal_hold_session_id_verification_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_session_id"), "legal_hold", ["session_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_legal_hold_session_id"), "legal_hold")
    op.drop_table("legal_hold")
    op.drop_index("ix_session_reference", "verification_session")
    op.drop_column("verification_session", "relationship_ended_at")
    op.drop_index("ix_receipt_unsigned", "receipt")
    op.drop_column("receipt", "signature")
