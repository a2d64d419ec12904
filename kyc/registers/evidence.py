"""Owns what an evidence pack holds: every proof that a controller can give, and no person."""

import json
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import metadata
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc import __version__
from kyc.access import PERMISSIONS, Permission, Role
from kyc.audit import Action
from kyc.audit.checkpoints import last_checkpoint
from kyc.audit.database import verify_database
from kyc.audit.signer import Signer
from kyc.flows import flow_in_force
from kyc.migration import revision_of
from kyc.models import AuditEvent, Certificate, Disclosure, Incident, KeyEpoch
from kyc.privacy.documents import documents
from kyc.registers.processors import lists
from kyc.settings import Settings

LIBRARIES = (
    "argon2-cffi", "boto3", "cryptography", "Flask", "Jinja2", "onnxruntime", "Pillow", "psycopg",
    "rq", "SQLAlchemy", "webauthn", "Werkzeug",
)  # fmt: skip
"""Whose versions an auditor asks for first; the lock file names all of them."""

RESTORES = (
    Action.OPERATOR_BACKUP_MADE,
    Action.OPERATOR_BACKUP_TESTED,
    Action.OPERATOR_BACKUP_RESTORED,
)


class ShownSetting(Protocol):
    """One setting as the console shows it: a secret has no value here."""

    @property
    def variable(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def is_secret(self) -> bool: ...
    @property
    def is_set(self) -> bool: ...


def files_of(
    db: Session, settings: Settings, shown: Sequence[ShownSetting], signer: Signer, now: datetime
) -> dict[str, bytes]:
    """Name and content of each file. Checks the whole audit log: this takes its time."""
    return {name: content.encode() for name, content in _files(db, settings, shown, signer, now)}


def _files(
    db: Session, settings: Settings, shown: Sequence[ShownSetting], signer: Signer, now: datetime
) -> Iterator[tuple[str, str]]:
    flow = flow_in_force(db)
    yield "README.txt", README
    for one in documents(flow, settings):
        yield f"documents/{one.name}.md", one.text
    yield "access.json", _json(_access())
    yield "restores.json", _json(_restores(db))
    yield "key-epochs.json", _json(_epochs(db))
    for row in db.scalars(select(Certificate).order_by(Certificate.month)):
        yield f"certificates/{row.month}.json", f"{row.line}\n"
    yield "audit/verification.json", _json(_verification(db, signer, now))
    checkpoint = last_checkpoint(db)
    if checkpoint is not None:
        yield "audit/checkpoint", checkpoint.note
    yield "audit/public-keys", "".join(f"{key}\n" for key in signer.trusted)
    yield "settings.json", _json([_setting(one) for one in shown])
    yield "registers.json", _json(_registers(db))
    versions = {"flow": [flow.name, flow.version, flow.sha256], **_versions(db)}
    yield "versions.json", _json(versions)


def _access() -> dict[str, Any]:
    return {
        str(permission): [str(role) for role in Role if permission in PERMISSIONS[role]]
        for permission in Permission
    }


def _restores(db: Session) -> dict[str, Any]:
    """The last time each was done; None where nobody ever did it, which an auditor should know."""
    return {str(action): _last(db, action) for action in RESTORES}


def _last(db: Session, action: Action) -> dict[str, Any] | None:
    newest = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id.desc())
    event = db.scalar(newest.limit(1))
    if event is None:
        return None
    told = json.loads(event.body)
    return {"at": _moment(event.at), "backup": told["object"], **told["detail"]}


def _epochs(db: Session) -> list[dict[str, Any]]:
    rows = db.scalars(select(KeyEpoch).order_by(KeyEpoch.name))
    return [
        {
            "name": row.name,
            "made_at": _moment(row.made_at),
            "idle_since": _moment(row.idle_since),
            "destroyed_at": _moment(row.destroyed_at),
        }
        for row in rows
    ]


def _verification(db: Session, signer: Signer, now: datetime) -> dict[str, Any]:
    report = verify_database(db, signer.trusted)
    return {
        "at": _moment(now),
        "events": report.events,
        "signed": report.signed,
        "sound": report.is_sound,
        "findings": [str(finding) for finding in report.findings],
    }


def _setting(one: ShownSetting) -> dict[str, Any]:
    said = "" if one.is_secret else one.value
    return {"name": one.variable, "value": said, "is_set": one.is_set, "from": one.source}


def _registers(db: Session) -> dict[str, Any]:
    """Counts alone of what is about people; processors are none."""
    kinds = select(Disclosure.kind, func.count()).where(Disclosure.struck_at.is_(None))
    closed = Incident.closed_at.is_not(None)
    processors = lists(db)
    return {
        "disclosures": dict(db.execute(kinds.group_by(Disclosure.kind)).all()),
        "breaches": {
            "open": db.scalar(select(func.count()).where(~closed)) or 0,
            "closed": db.scalar(select(func.count()).where(closed)) or 0,
        },
        "processors": [
            {
                "since": _moment(one.since),
                "until": _moment(one.until),
                "names": [processor.name for processor in one.processors],
            }
            for one in processors
        ],
    }


def _versions(db: Session) -> dict[str, Any]:
    return {
        "kyc": __version__,
        "python": platform.python_version(),
        "database": db.get_bind().dialect.name,
        "revision": revision_of(db.connection()),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }


def _moment(at: datetime | None) -> str | None:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else None


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


README = """Evidence for an audit of identity verification.

documents/      the documents of data protection law, written from the settings in force
access.json     each permission, and the roles that have it
restores.json   when a backup was made, tried and restored last, and what came of it
key-epochs.json each key by month: made, idle since, destroyed
certificates/   the signed certificate of what each month destroyed
audit/          a check of the whole audit log, its latest signed checkpoint, the public keys
settings.json   the settings in force; of a secret only whether it is set
registers.json  processors; counts of disclosures and breaches
versions.json   of the program, its database and libraries

Checking this pack with nothing but standard tools:

  openssl pkeyutl -verify -pubin -inkey PUBLIC_KEY.pem -rawin -in MANIFEST -sigfile MANIFEST.sig
  sha256sum --check SHA256SUMS

MANIFEST names the SHA-256 of every file, SHA256SUMS among them. PUBLIC_KEY.pem came with this pack,
so it proves nothing by itself: compare it with the key that the business published before,

  openssl pkey -pubin -in PUBLIC_KEY.pem -outform DER | tail -c 32 | base64

which is the end of a line of audit.pem.pub: its last part in base64, without the first byte.
"""
