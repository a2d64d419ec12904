"""Owns the tables of staff access: keys, mails to staff, break-glass, budgets, conflicts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "break_glass",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=40), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"], ["staff.id"], name=op.f("fk_break_glass_acknowledged_by_staff")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["staff.id"], name=op.f("fk_break_glass_answered_by_staff")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_break_glass_session_id_verification_session"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_break_glass_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    op.create_index(op.f("ix_break_glass_asked_at"), "break_glass", ["asked_at"], unique=False)
    op.create_index(op.f("ix_break_glass_session_id"), "break_glass", ["session_id"], unique=False)
    op.create_index(op.f("ix_break_glass_staff_id"), "break_glass", ["staff_id"], unique=False)
    op.create_table(
        "conflict",
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_conflict_session_id_verification_session"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_conflict_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("session_id", "staff_id", name=op.f("pk_conflict")),
    )
    op.create_table(
        "image_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_image_look_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image_look")),
    )
    op.create_index("ix_look_budget", "image_look", ["staff_id", "at"], unique=False)
    op.create_table(
        "security_key",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_security_key_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_key")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_security_key_credential_id")),
    )
    op.create_index(op.f("ix_security_key_staff_id"), "security_key", ["staff_id"], unique=False)
    op.create_table(
        "staff_alarm",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=40), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"], ["staff.id"], name=op.f("fk_staff_alarm_acknowledged_by_staff")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["verification_session.id"],
            name=op.f("fk_staff_alarm_session_id_verification_session"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_alarm_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_alarm")),
    )
    op.create_index("ix_alarm_person", "staff_alarm", ["staff_id", "kind", "at"], unique=False)
    op.create_table(
        "staff_mail",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_mail_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_mail")),
    )
    op.create_index(op.f("ix_staff_mail_staff_id"), "staff_mail", ["staff_id"], unique=False)
    op.add_column("staff", sa.Column("email", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("email_hash", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff", sa.Column("compromised_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_staff_email_hash"), "staff", ["email_hash"], unique=False)
    op.add_column("staff_invitation", sa.Column("staff_id", sa.String(length=40), nullable=True))
    op.add_column("staff_invitation", sa.Column("challenge", sa.LargeBinary(), nullable=True))
    op.add_column(
        "staff_invitation", sa.Column("challenge_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("staff_session", sa.Column("factor", sa.String(length=20), nullable=True))
    op.add_column("staff_session", sa.Column("client", sa.String(length=60), nullable=True))
    op.add_column(
        "staff_session", sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("staff_session", sa.Column("challenge", sa.LargeBinary(), nullable=True))
    op.add_column(
        "staff_session", sa.Column("challenge_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("staff_session", "challenge_at")
    op.drop_column("staff_session", "challenge")
    op.drop_column("staff_session", "locked_at")
    op.drop_column("staff_session", "client")
    op.drop_column("staff_session", "factor")
    op.drop_column("staff_invitation", "challenge_at")
    op.drop_column("staff_invitation", "challenge")
    op.drop_column("staff_invitation", "staff_id")
    op.drop_index(op.f("ix_staff_email_hash"), table_name="staff")
    op.drop_column("staff", "compromised_at")
    op.drop_column("staff", "password_set_at")
    op.drop_column("staff", "email_hash")
    op.drop_column("staff", "email")
    op.drop_index(op.f("ix_staff_mail_staff_id"), table_name="staff_mail")
    op.drop_table("staff_mail")
    op.drop_index("ix_alarm_person", table_name="staff_alarm")
    op.drop_table("staff_alarm")
    op.drop_index(op.f("ix_security_key_staff_id"), table_name="security_key")
    op.drop_table("security_key")
    op.drop_index("ix_look_budget", table_name="image_look")
    op.drop_table("image_look")
    op.drop_table("conflict")
    op.drop_index(op.f("ix_break_glass_staff_id"), table_name="break_glass")
    op.drop_index(op.f("ix_break_glass_session_id"), table_name="break_glass")
    op.drop_index(op.f("ix_break_glass_asked_at"), table_name="break_glass")
    op.drop_table("break_glass")
