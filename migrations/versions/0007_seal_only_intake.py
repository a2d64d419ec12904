"""Owns the tables of the seal-only intake: published keys, customers' views and what is shown."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_key",
        sa.Column("epoch", sa.String(length=64), nullable=False),
        sa.Column("public_half", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("epoch", name=op.f("pk_intake_key")),
    )
    op.create_table(
        "customer_view",
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("public_half", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("key_epoch", sa.String(length=64), nullable=False),
        *_of_session("customer_view", "session_id"),
    )
    op.create_table(
        "customer_text",
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        *_of_session("customer_text", "session_id", "name"),
    )
    op.add_column("artifact", sa.Column("view_key", sa.LargeBinary(), nullable=True))
    for table in ("customer_link", "customer_browser"):
        # What was let in before can be shown nothing: these customers ask for a new link.
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - the two names above
        with op.batch_alter_table(table) as change:
            change.add_column(sa.Column("view_grant", sa.LargeBinary(), nullable=False))


def downgrade() -> None:
    for table in ("customer_browser", "customer_link"):
        op.drop_column(table, "view_grant")
    op.drop_column("artifact", "view_key")
    for table in ("customer_text", "customer_view", "intake_key"):
        op.drop_table(table)


def _of_session(table: str, *key: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f(f"fk_{table}_session_id_verification_session"),
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    ]
