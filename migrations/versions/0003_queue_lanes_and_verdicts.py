"""Owns the lanes of the queue, the indexes that keep it quick, and the table of verdicts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STANDS = sa.text("state <> 'taken_back'")
FILLS_A_SEAT = sa.text("state <> 'taken_back' AND outcome <> 'escalate'")

QUEUE_INDEXES = {
    "ix_session_queue": ["status", "review_lane", "waiting_since", "id"],
    "ix_session_country": ["status", "review_lane", "document_country", "waiting_since", "id"],
    "ix_session_kind": ["status", "review_lane", "document_type", "waiting_since", "id"],
    "ix_session_customer": ["status", "created_at", "id"],
    "ix_session_done": ["decided_at", "id"],
}


def upgrade() -> None:
    for name in ("review_lane", "review_seat"):
        column = sa.Column(name, sa.String(length=10), server_default="first", nullable=False)
        op.add_column("verification_session", column)
    op.drop_index("ix_session_queue", "verification_session")
    for name, columns in QUEUE_INDEXES.items():
        op.create_index(name, "verification_session", columns)
    op.create_index("ix_decision_at", "decision", ["at"])
    _create_verdicts()


def _create_verdicts() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "given_verdict",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=10), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("claimed_at", at, nullable=False),
        sa.Column("claim_expires_at", at, nullable=False),
        sa.Column("at", at, nullable=False),
        sa.Column("settled_at", at, nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_given_verdict_session_id_verification_session"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_given_verdict_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_verdict")),
    )
    for name, last, where in (
        ("uq_given_verdict_person", "staff_id", STANDS),
        ("uq_given_verdict_seat", "seat", FILLS_A_SEAT),
    ):
        op.create_index(
            name,
            "given_verdict",
            ["session_id", "attempt", last],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_index("ix_given_verdict_staff", "given_verdict", ["staff_id", "state", "at"])
    op.create_index("ix_given_verdict_at", "given_verdict", ["at"])


def downgrade() -> None:
    op.drop_table("given_verdict")
    op.drop_index("ix_decision_at", "decision")
    for name in QUEUE_INDEXES:
        op.drop_index(name, "verification_session")
    former = ["status", "waiting_since", "id"]
    op.create_index("ix_session_queue", "verification_session", former)
    for name in ("review_seat", "review_lane"):
        op.drop_column("verification_session", name)
