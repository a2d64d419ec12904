"""Owns the tables of the registers: disclosures, processors, incidents, evidence, notices told."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_disclosures()
    _create_incidents()
    _create_others()
    op.add_column(
        "verification_session", sa.Column("notice_told_sha256", sa.String(length=64), nullable=True)
    )
    op.add_column(
        "verification_session",
        sa.Column("notice_told_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_column("verification_session", "notice_told_at")
    op.drop_column("verification_session", "notice_told_sha256")
    for table in (
        "processor_list",
        "notice_in_force",
        "evidence_pack",
        "incident_entry",
        "incident",
        "disclosure_case",
        "disclosure",
    ):
        op.drop_table(table)


def _create_disclosures() -> None:
    op.create_table(
        "disclosure",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("ground", sa.String(length=30), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("disclosed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withheld_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withheld_ground", sa.String(length=30), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=40), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.String(length=40), nullable=True),
        sa.Column("struck_reason", sa.String(length=30), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    op.create_index(op.f("ix_disclosure_entered_at"), "disclosure", ["entered_at"], unique=False)
    op.create_table(
        "disclosure_case",
        sa.Column("disclosure_id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["disclosure_id"],
            ["disclosure.id"],
            name=op.f("fk_disclosure_case_disclosure_id_disclosure"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_disclosure_case_session_id_verification_session"),
        ),
        sa.PrimaryKeyConstraint("disclosure_id", "session_id", name=op.f("pk_disclosure_case")),
    )
    op.create_index(
        op.f("ix_disclosure_case_session_id"), "disclosure_case", ["session_id"], unique=False
    )


def _create_incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("natures", sa.JSON(), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("records", sa.Integer(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("aware_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=40), nullable=False),
        sa.Column("risk", sa.String(length=20), nullable=False),
        sa.Column("authority_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("controller_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("persons_decision", sa.String(length=30), nullable=False),
        sa.Column("persons_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarmed", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=40), nullable=True),
        sa.Column("field_key", sa.LargeBinary(), nullable=False),
        sa.Column("field_key_epoch", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_table(
        "incident_entry",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("incident_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_entry_incident_id_incident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_entry")),
    )
    op.create_index(
        op.f("ix_incident_entry_incident_id"), "incident_entry", ["incident_id"], unique=False
    )


def _create_others() -> None:
    op.create_table(
        "evidence_pack",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_pack")),
    )
    op.create_table(
        "notice_in_force",
        sa.Column("flow_name", sa.String(length=40), nullable=False),
        sa.Column("flow_version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "flow_name", "flow_version", "language", name=op.f("pk_notice_in_force")
        ),
    )
    op.create_table(
        "processor_list",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processor_list")),
    )
