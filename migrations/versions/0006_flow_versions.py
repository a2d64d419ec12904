"""Owns the table of flow versions, the version each session began under, and the shipped one."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SHA256 = "5998de7a35c5abb338312e402f68178ecbb53121eb01e33beaeec49a9f18b674"
# fmt: off
BODY = (
    '{"checklist":[{"key":"document_allowed","text":"The document type is '
    'allowed"},{"key":"not_expired","text":"The document has not '
    'expired"},{"key":"readable","text":"Everything that matters is '
    'readable"},{"key":"looks_original","text":"The document looks '
    'original"},{"key":"fields_visible","text":"Name, dates and issuing country are '
    'visible"},{"key":"numbers_covered","text":"Every number that need not be seen is '
    'covered"},{"key":"name_matches","text":"The name matches what the customer '
    'gave"},{"key":"birth_date_matches","text":"The date of birth matches, and the person is of'
    ' age"},{"key":"same_person","text":"Document and photo show the same person, by '
    'eye"},{"key":"same_document","text":"The document in the photo is the same '
    'document"},{"key":"statement_text","text":"The statement has the right '
    'words"},{"key":"statement_code","text":"The statement has the right '
    'code"},{"key":"statement_date","text":"The statement\'s date is fresh"}],"countries":[],"do'
    'cuments":["passport","identity_card","residence_permit","driving_licence"],"four_eyes":{"c'
    'ountries":[],"mode":"off","percent":0,"rules":[]},"languages":["en","et","de","fr","es","p'
    'l","ru"],"name":"standard","redaction_profile":"contract","retention":{"abandoned":{"days"'
    ':7,"legal_basis":"GDPR Art. 5(1)(c) and '
    '(e)","start":"upload"},"approved":{"days":180,"legal_basis":"GDPR Art. 6(1)(f): answering '
    'a dispute about the '
    'decision","start":"decision"},"asked_again":{"days":90,"legal_basis":"GDPR Art. 6(1)(f): '
    'answering a dispute about the '
    'decision","start":"decision"},"raw":{"hours":24,"legal_basis":"GDPR Art. 5(1)(c) and '
    '(e)","start":"upload"},"record_abandoned":{"days":7,"legal_basis":"GDPR Art. 5(1)(c) and '
    '(e)","start":"deadline"},"record_approved":{"legal_basis":"GDPR Art. 6(1)(f): claims until'
    ' they lapse; 6(1)(c) where a law asks for it","start":"end of the '
    'relationship","years":"setting"},"record_rejected":{"days":365,"legal_basis":"GDPR Art. '
    '6(1)(f): answering a dispute about the '
    'decision","start":"decision"},"rejected":{"days":90,"legal_basis":"GDPR Art. 6(1)(f): '
    'answering a dispute about the '
    'decision","start":"decision"},"retained":{"legal_basis":"GDPR Art. 6(1)(f): claims until '
    'they lapse; 6(1)(c) where a law asks for it","reason":"Claims about the contract may be '
    'raised until they lapse; portrait, signature and address are covered in this '
    'copy.","start":"end of the '
    'relationship","years":"setting"},"superseded":{"days":0,"legal_basis":"GDPR Art. 5(1)(c) '
    'and (e)","start":"replacement"},"undecided":{"days":90,"legal_basis":"GDPR Art. 5(1)(c) '
    'and (e)","start":"submission"},"unfinished":{"hours":1,"legal_basis":"GDPR Art. 5(1)(c) '
    'and (e)","start":"upload"}},"statement":["Only for {business}","{date}","Code '
    '{code}"],"statute":""}'
)
# fmt: on
"""The shipped flow as it was: a later release does not change what sessions began under."""


def upgrade() -> None:
    table = _create_table()
    at = datetime.now(UTC)
    shipped = {
        "name": "standard",
        "version": 1,
        "body": BODY,
        "sha256": SHA256,
        "proposed_by": "shipped",
        "proposed_at": at,
        "approved_by": "shipped",
        "approved_at": at,
        "in_force_from": at,
    }
    op.bulk_insert(table, [shipped])
    # The defaults give the sessions there are the shipped version; new ones always name theirs.
    op.add_column(
        "verification_session",
        sa.Column("flow_name", sa.String(length=40), server_default="standard", nullable=False),
    )
    op.add_column(
        "verification_session",
        sa.Column("flow_version", sa.Integer(), server_default="1", nullable=False),
    )


def _create_table() -> sa.Table:
    at = sa.DateTime(timezone=True)
    return op.create_table(
        "flow_version",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", at, nullable=False),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("approved_at", at, nullable=True),
        sa.Column("in_force_from", at, nullable=True),
        sa.Column("closed_as", sa.String(length=20), nullable=True),
        sa.Column("closed_by", sa.String(length=40), nullable=True),
        sa.Column("closed_at", at, nullable=True),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_flow_version")),
    )


def downgrade() -> None:
    op.drop_column("verification_session", "flow_version")
    op.drop_column("verification_session", "flow_name")
    op.drop_table("flow_version")
