"""Owns the table of the notices that customers acknowledged, and which one each of them did."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_text",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_notice_text")),
    )
    op.add_column(
        "verification_session", sa.Column("notice_sha256", sa.String(length=64), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("verification_session", "notice_sha256")
    op.drop_table("notice_text")
