"""Owns the table of keyed hashes by which the same file, number or person is seen elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seen_hash",
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_seen_hash_session_id_verification_session"),
        ),
        sa.PrimaryKeyConstraint("session_id", "kind", "source", "hash", name=op.f("pk_seen_hash")),
    )
    op.create_index("ix_seen_hash", "seen_hash", ["hash", "session_id"])


def downgrade() -> None:
    op.drop_index("ix_seen_hash", "seen_hash")
    op.drop_table("seen_hash")
