"""Owns the column that says who acted, for the filters of the audit page, and the verifications."""

import sqlalchemy as sa
from alembic import op

from kyc.models.audit_guard import guard_statements, unguard_statements

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS_BEFORE = ("id", "at", "action", "case_id", "body")
COLUMNS = ("id", "at", "action", "actor", "case_id", "body")
ACTOR = {"sqlite": "json_extract(body, '$.actor')", "postgresql": "body::json ->> 'actor'"}
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _run(unguard_statements(dialect))
    op.add_column(
        "audit_outbox", sa.Column("actor", sa.String(length=80), server_default="", nullable=False)
    )
    op.execute(f"UPDATE audit_outbox SET actor = {ACTOR[dialect]}")  # noqa: S608 - of this file
    op.create_index("ix_audit_outbox_action", "audit_outbox", ["action", "id"])
    op.create_index("ix_audit_outbox_actor", "audit_outbox", ["actor", "id"])
    op.create_table(
        "audit_verification",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("signed", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_verification")),
        sqlite_autoincrement=True,
    )
    _run(guard_statements(dialect, COLUMNS))


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    _run(unguard_statements(dialect))
    op.drop_table("audit_verification")
    op.drop_index("ix_audit_outbox_actor", "audit_outbox")
    op.drop_index("ix_audit_outbox_action", "audit_outbox")
    op.drop_column("audit_outbox", "actor")
    _run(guard_statements(dialect, COLUMNS_BEFORE))


def _run(statements: list[str]) -> None:
    for statement in statements:
        op.execute(statement)
