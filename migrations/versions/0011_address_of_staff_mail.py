"""Owns the address that a mail to staff goes to: the one they had when it was owed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff_mail", sa.Column("address", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("staff_mail", "address")
