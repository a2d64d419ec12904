"""Owns the tables of restrictions, of tombstones and of bundles; a bundle has no upload."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_IN_FORCE = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    _create_restrictions()
    _create_tombstones()
    _create_bundles()
    _upload_may_be_missing(nullable=True)


def downgrade() -> None:
    # What has no upload cannot be told in the former table; its object is an orphan from now on.
    op.execute("DELETE FROM artifact WHERE upload_id IS NULL")
    _upload_may_be_missing(nullable=False)
    for table in ("bundle", "tombstone", "restriction"):
        op.drop_table(table)


def _upload_may_be_missing(*, nullable: bool) -> None:
    with op.batch_alter_table("artifact") as change:
        change.alter_column("upload_id", existing_type=sa.String(length=40), nullable=nullable)


def _create_restrictions() -> None:
    op.create_table(
        "restriction",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=True),
        sa.Column("ground", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("hold_id", sa.String(length=40), nullable=True),
        sa.Column("set_by", sa.String(length=40), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_by", sa.String(length=40), nullable=True),
        sa.Column("lift_reason", sa.LargeBinary(), nullable=True),
        sa.Column("mail_id", sa.String(length=40), nullable=True),
        sa.Column("told_how", sa.LargeBinary(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_restriction_session_id_verification_session"),
        ),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["legal_hold.id"], name=op.f("fk_restriction_hold_id_legal_hold")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
    )
    op.create_index("ix_restriction_session", "restriction", ["session_id"])
    op.create_index(
        "uq_restriction_in_force",
        "restriction",
        ["session_id"],
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )


def _create_tombstones() -> None:
    op.create_table(
        "tombstone",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
    )
    op.create_index("ix_tombstone_hash", "tombstone", ["hash"])
    op.create_index("ix_tombstone_end", "tombstone", ["ends_at"])


def _create_bundles() -> None:
    op.create_table(
        "bundle",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("artifact_id", sa.String(length=40), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(length=40), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_by", sa.String(length=40), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_bundle_session_id_verification_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    op.create_index(op.f("ix_bundle_session_id"), "bundle", ["session_id"])
    op.create_index(op.f("ix_bundle_request_id"), "bundle", ["request_id"])
