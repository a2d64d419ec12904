"""Owns the tables of people's requests about their data: requests, corrections, mailed codes."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_requests()
    _create_corrections()
    _create_codes()


def _create_requests() -> None:
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("how_identified", sa.String(length=30), nullable=False),
        sa.Column("entered_by", sa.String(length=40), nullable=False),
        sa.Column("assigned_to", sa.String(length=40), nullable=True),
        sa.Column("field_key", sa.LargeBinary(), nullable=True),
        sa.Column("field_key_epoch", sa.String(length=40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("shown_words", sa.LargeBinary(), nullable=True),
        sa.Column("identified", sa.LargeBinary(), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_reason", sa.String(length=40), nullable=True),
        sa.Column("extension", sa.LargeBinary(), nullable=True),
        sa.Column("shown_extension", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("shown_answer", sa.LargeBinary(), nullable=True),
        sa.Column("destroy_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["staff.id"], name=op.f("fk_privacy_request_assigned_to_staff")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_privacy_request_session_id_verification_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
    )
    op.create_index(
        op.f("ix_privacy_request_session_id"), "privacy_request", ["session_id"], unique=False
    )
    op.create_index("ix_request_end", "privacy_request", ["destroy_at"], unique=False)
    op.create_index("ix_request_open", "privacy_request", ["state", "due_at", "id"], unique=False)
    op.create_index("ix_request_received", "privacy_request", ["received_at", "id"], unique=False)


def _create_corrections() -> None:
    op.create_table(
        "correction_item",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=True),
        sa.Column("shown_asked", sa.LargeBinary(), nullable=True),
        sa.Column("former", sa.LargeBinary(), nullable=True),
        sa.Column("shown_former", sa.LargeBinary(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["privacy_request.id"],
            name=op.f("fk_correction_item_request_id_privacy_request"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_correction_item_session_id_verification_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_item")),
    )
    op.create_index(
        op.f("ix_correction_item_request_id"), "correction_item", ["request_id"], unique=False
    )
    op.create_index(
        op.f("ix_correction_item_session_id"), "correction_item", ["session_id"], unique=False
    )


def _create_codes() -> None:
    op.create_table(
        "rights_code",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("mail_id", sa.String(length=40), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proven_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_rights_code_session_id_verification_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_code")),
    )
    op.create_index(op.f("ix_rights_code_mail_id"), "rights_code", ["mail_id"], unique=False)
    op.create_index(op.f("ix_rights_code_session_id"), "rights_code", ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_table("rights_code")
    op.drop_table("correction_item")
    op.drop_table("privacy_request")
