"""Owns the indexes of the queue's tabs, which answer what a filter asks of each case."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE = "verification_session"
TABS = {
    "ix_session_queue": ["status", "review_lane", "waiting_since", "id"],
    "ix_session_customer": ["status", "created_at", "id"],
    "ix_session_done": ["decided_at", "id"],
}
NARROWED_BY = ["document_country", "document_type", "attempt"]
ALONE = {
    "ix_session_country": ["status", "review_lane", "document_country", "waiting_since", "id"],
    "ix_session_kind": ["status", "review_lane", "document_type", "waiting_since", "id"],
}


def upgrade() -> None:
    for name in ALONE:
        op.drop_index(name, TABLE)
    for name, columns in TABS.items():
        op.drop_index(name, TABLE)
        op.create_index(name, TABLE, [*columns, *NARROWED_BY])


def downgrade() -> None:
    for name, columns in TABS.items():
        op.drop_index(name, TABLE)
        op.create_index(name, TABLE, columns)
    for name, columns in ALONE.items():
        op.create_index(name, TABLE, columns)
