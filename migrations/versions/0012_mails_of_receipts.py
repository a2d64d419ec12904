"""Owns which mail brings a receipt to the customer; those signed before are not mailed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNTOLD = sa.text("mail_id IS NULL AND signature IS NOT NULL")


def upgrade() -> None:
    op.add_column("receipt", sa.Column("mail_id", sa.String(length=40), nullable=True))
    op.execute("UPDATE receipt SET mail_id = '' WHERE signature IS NOT NULL")
    op.create_index(
        "ix_receipt_untold", "receipt", ["id"], sqlite_where=UNTOLD, postgresql_where=UNTOLD
    )
    op.create_index("ix_receipt_mail", "receipt", ["mail_id"])


def downgrade() -> None:
    op.drop_index("ix_receipt_mail", "receipt")
    op.drop_index("ix_receipt_untold", "receipt")
    op.drop_column("receipt", "mail_id")
