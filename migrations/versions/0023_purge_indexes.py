"""Owns the indexes by which the purge finds its work, however much was purged before."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_PARTIAL = (
    ("ix_artifact_purging", "artifact", ["object_name"], "state = 'purging'"),
    ("ix_receipt_left", "receipt", ["key_destroyed_at"], '"left" IS NOT NULL'),
    (
        "ix_session_record",
        "verification_session",
        ["record_destroy_at", "id"],
        "record_destroyed_at IS NULL",
    ),
)


def upgrade() -> None:
    op.drop_index("ix_session_record", "verification_session")
    for name, table, columns, where in _PARTIAL:
        only = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    for name, table, _columns, _where in _PARTIAL:
        op.drop_index(name, table)
    op.create_index("ix_session_record", "verification_session", ["record_destroy_at"])
