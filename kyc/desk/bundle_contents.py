"""Owns what a person is given of their data, as JSON by docs/formats/bundle.md (Art. 15 and 20)."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kyc.clock import written
from kyc.desk.bundle_account import account_of
from kyc.desk.bundle_looks import looks_of
from kyc.desk.corrections import corrections_of
from kyc.fields import read_details
from kyc.models import Artifact, VerificationSession
from kyc.policy.bundles import FORMAT
from kyc.settings import Settings
from storage.vault import Vault

Json = dict[str, Any]


def contents_of(
    db: Session, vault: Vault, settings: Settings, session: VerificationSession, now: datetime
) -> Json:
    """Everything but the pictures (Art. 15(1) and (3)); no names of staff, no keyed hash."""
    return {
        **provided_by(db, vault, session, now),
        "kind": "access",
        **account_of(db, vault, settings, session, now),
        "read_by_program": session.facts or {},
        "looks": looks_of(db, session.id),
    }


def provided_by(db: Session, vault: Vault, session: VerificationSession, now: datetime) -> Json:
    """What the person gave themselves, which is what Art. 20 lets them take elsewhere."""
    details = read_details(vault, session)
    return {
        "format": FORMAT,
        "kind": "portability",
        "made_at": written(now),
        "case": {
            "id": session.id,
            "reference": session.reference,
            "status": session.status,
            "attempts": session.attempt,
            "language": session.locale,
            "began_at": written(session.created_at),
            "sent_at": written(session.submitted_at),
            "decided_at": written(session.decided_at),
        },
        "details": _plain(asdict(details)) if details else None,
        "document": {"type": session.document_type, "country": session.document_country},
        "notice": {
            "version": session.notice_version,
            "acknowledged_at": written(session.notice_seen_at),
            "sha256": session.notice_sha256,
        },
        "corrections": _corrections(db, vault, session),
    }


def picture(artifact: Artifact, file: str | None) -> Json:
    """What is said of one picture; `file` is its name in the zip, None where it did not open."""
    return {
        "file": file,
        "shows": artifact.kind,
        "copy": artifact.stage,
        "made_at": written(artifact.created_at),
        "destroyed_at": written(artifact.destroy_at),
        "rule": artifact.destroy_rule,
        "covered": sorted({str(region.get("class", "")) for region in artifact.regions} - {""}),
    }


def _corrections(db: Session, vault: Vault, session: VerificationSession) -> list[Json]:
    return [
        {
            "field": one.item.field,
            "state": one.item.state,
            "asked": one.asked,
            "before": one.former,
            "decided_at": written(one.item.decided_at),
        }
        for one in corrections_of(db, vault, session)
    ]


def _plain(values: Json) -> Json:
    return {name: value if value is None else str(value) for name, value in values.items()}
