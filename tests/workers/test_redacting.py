"""Owns the tests of a redaction that comes late: nothing lives longer for it."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kyc.lifecycle import ArtifactState, Stage, UploadState
from kyc.models import Artifact, OwedJob, Upload
from tests.workers.hands import Outbox, new_upload, open_house
from workers.owed import run
from workers.purging import purge

if TYPE_CHECKING:
    from tests.core.kit import Kit


def test_a_copy_that_is_made_late_is_kept_from_the_day_of_the_upload(
    kit: "Kit", tmp_path: Path
) -> None:
    upload_id = new_upload(kit)
    sent = kit.get(Upload, upload_id).created_at
    kit.later(hours=23)
    run(open_house(kit, tmp_path, Outbox()), kit.woken.pop())
    copy = kit.get(Artifact, str(kit.get(Upload, upload_id).artifact_id))
    assert (copy.stage, copy.destroy_rule) == (Stage.REVIEW, "abandoned")
    assert copy.destroy_at == sent + timedelta(days=7)


def test_a_raw_upload_is_not_opened_once_its_time_is_over(kit: "Kit", tmp_path: Path) -> None:
    upload_id = new_upload(kit)
    house = open_house(kit, tmp_path, Outbox())
    kit.later(hours=24)
    run(house, kit.woken.pop())
    [artifact] = kit.all(Artifact)
    assert (artifact.stage, artifact.state) == (Stage.RAW, ArtifactState.STORED)
    assert kit.all(OwedJob)[0].state == "done"
    purge(house)
    assert kit.get(Artifact, artifact.id).state == ArtifactState.PURGED
    assert kit.get(Upload, upload_id).state == UploadState.REFUSED
    assert kit.get(Upload, upload_id).refusal == "timed_out"
