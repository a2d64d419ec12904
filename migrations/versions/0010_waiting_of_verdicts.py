"""Owns how long a case had waited when it was taken up, beside each verdict."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True)
    op.add_column("given_verdict", column)


def downgrade() -> None:
    op.drop_column("given_verdict", "waiting_since")
