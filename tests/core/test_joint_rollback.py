"""Owns what is seen when rows and objects are put back together to an older state.

No key can tell: what is put back was sealed by us. The exported audit log tells. That a log which
is put back as well is seen is shown in `tests/audit/test_export.py`.
"""

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, inspect

from kyc.audit.checkpoints import advance
from kyc.audit.export import export
from kyc.audit.signer import Signer, load_or_make_signer
from kyc.audit.verify import verify_export
from kyc.evidence import open_artifact
from kyc.intake.receiving import discard
from kyc.lifecycle import ArtifactState, Stage
from kyc.models import Artifact, Receipt, Upload
from kyc.retention.ledger import export_lines, ledger_of_export
from kyc.retention.replaying import replay
from tests.core.kit import jpeg

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return load_or_make_signer(tmp_path / "audit.pem")


def _export(kit: "Kit", signer: Signer, directory: Path) -> None:
    with kit.transaction() as db:
        advance(db, signer, kit.now, at_once=True)
    with kit.reading() as db:
        export(db, directory)


def _columns(row: object) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).columns}


def _put_back(kit: "Kit", row: object, columns: dict[str, Any]) -> None:
    with kit.transaction() as db:
        found = db.get_one(type(row), columns["id"])
        for name, value in columns.items():
            setattr(found, name, value)


def test_row_and_object_put_back_together_open_but_the_log_tells_of_their_destruction(
    kit: "Kit", make: "Make", signer: Signer, tmp_path: Path
) -> None:
    with kit.transaction() as db:
        upload = make.picture(db, make.ready(db))
        artifact = db.get_one(Artifact, upload.artifact_id)
    kept = {row: _columns(row) for row in (artifact, upload)}
    stored = copy.deepcopy(kit.objects.get(artifact.object_name))
    with kit.transaction() as db:
        discard(db, db.get_one(Upload, upload.id), kit.now)
    kit.vault.shred(artifact.object_name)
    _export(kit, signer, tmp_path / "log")

    kit.objects.put(artifact.object_name, stored)
    for row, columns in kept.items():
        _put_back(kit, row, columns)
    with kit.transaction() as db:
        db.execute(delete(Receipt).where(Receipt.subject_id == artifact.id))
    with kit.reading() as db:
        back = db.get_one(Artifact, artifact.id)
        assert (back.state, back.stage) == (ArtifactState.STORED, Stage.REVIEW)
        assert open_artifact(kit.vault, back) == jpeg()  # nothing in it says that it is old

    assert verify_export(tmp_path / "log", [signer.public]).is_sound
    told = ledger_of_export(export_lines(sorted((tmp_path / "log").glob("events-*.jsonl"))))
    assert artifact.id in {entry.subject for entry in told.entries}
    with kit.transaction() as db:
        assert replay(db, told.entries, kit.now) == 1
    assert kit.get(Artifact, artifact.id).wrapped_key is None
    assert kit.get(Artifact, artifact.id).view_key is None
