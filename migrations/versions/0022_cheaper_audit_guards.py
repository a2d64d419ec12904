"""Owns the guards of the audit log on PostgreSQL anew: cheaper for a waiting event."""

from alembic import op

from kyc.models.audit_guard import guard_statements, unguard_statements

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Old and new guards refuse the same, so that there is nothing to take back."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for statement in [*unguard_statements("postgresql"), *guard_statements("postgresql")]:
        op.execute(statement)


def downgrade() -> None:
    """The guards stay."""
