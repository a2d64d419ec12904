"""Owns that a worker killed at any step ends in the same state as one that was not."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kyc.lifecycle import ArtifactState, Stage, Status, UploadState
from kyc.mails import owe_mail
from kyc.models import Artifact, OutgoingMail, OwedJob, Receipt, Upload, VerificationSession
from tests.core.kit import Kit, Make, open_kit
from tests.workers.hands import (
    Fuse,
    FusedObjects,
    Killed,
    Outbox,
    arm,
    new_upload,
    open_house,
    work_off,
)
from workers.house import House
from workers.narrowing import narrow_due
from workers.owed import run
from workers.purging import purge


@dataclass
class Scene:
    kit: Kit
    house: House
    fuse: Fuse
    post: Outbox


@pytest.fixture
def set_scene(tmp_path: Path, sqlite_template: Path) -> Callable[[int], Scene]:
    """A deployment of its own whose worker dies at the given step; 0 means never."""

    def make(blows_at: int) -> Scene:
        directory = tmp_path / str(blows_at)
        directory.mkdir()
        shutil.copy(sqlite_template, directory / "kyc.db")
        fuse = Fuse()
        post = Outbox(fuse)
        kit = open_kit(directory, f"sqlite:///{directory / 'kyc.db'}", FusedObjects(fuse))
        return Scene(kit, open_house(kit, directory, post), fuse, post)

    return make


def _survive(scene: Scene, act: Callable[[], None], blows_at: int) -> int:
    """Acts, dies at that step, and is begun again by somebody else. The steps of the act."""
    arm(scene.kit, scene.fuse)
    scene.fuse.steps, scene.fuse.blows_at = 0, blows_at
    try:
        act()
        assert not blows_at
    except Killed:
        pass
    steps, scene.fuse.blows_at = scene.fuse.steps, 0
    scene.kit.woken.clear()
    work_off(scene.kit, scene.house)
    return steps


def _walk(set_scene: Callable[[int], Scene], play: Callable[[Scene, int], int], least: int) -> None:
    """Plays once without a fault to count the steps, then once for each of them."""
    scene = set_scene(0)
    steps = play(scene, 0)
    scene.kit.engine.dispose()
    assert steps >= least
    for blows_at in range(1, steps + 1):
        scene = set_scene(blows_at)
        play(scene, blows_at)
        scene.kit.engine.dispose()


def test_a_redaction_killed_anywhere_ends_as_any_other(
    set_scene: Callable[[int], Scene],
) -> None:
    def play(scene: Scene, blows_at: int) -> int:
        kit = scene.kit
        upload_id = new_upload(kit)
        job_id = kit.woken[0]
        steps = _survive(scene, lambda: run(scene.house, job_id), blows_at)
        upload = kit.get(Upload, upload_id)
        (copy,) = kit.all(Artifact, Artifact.state == ArtifactState.STORED)
        assert (upload.state, upload.artifact_id) == (UploadState.CONFIRM, copy.id), blows_at
        assert copy.stage == Stage.REVIEW
        assert kit.vault.names() == [copy.object_name], blows_at
        assert kit.all(Artifact, Artifact.state != "stored", Artifact.state != "purged") == []
        assert kit.get(OwedJob, job_id).state == "done"
        assert kit.actions().count("system:artifact:confirm_needed") == 1
        assert len(kit.all(Receipt)) == len(kit.all(Artifact)) - 1
        return steps

    _walk(set_scene, play, least=12)


def test_a_purge_killed_anywhere_ends_as_any_other(set_scene: Callable[[int], Scene]) -> None:
    def play(scene: Scene, blows_at: int) -> int:
        kit = scene.kit
        with kit.transaction() as db:
            session = Make(kit).waiting(db)
            session.record_rule, session.record_destroy_at = "record_rejected", kit.now
        kit.woken.clear()
        kit.later(days=100)
        steps = _survive(scene, lambda: purge(scene.house), blows_at)
        assert kit.vault.names() == []
        artifacts = kit.all(Artifact)
        assert {(a.state, a.wrapped_key) for a in artifacts} == {("purged", None)}
        receipts = kit.all(Receipt)
        assert len(receipts) == len(artifacts) + 1
        assert all(receipt.absent_at for receipt in receipts)
        assert kit.get(VerificationSession, session.id).field_key is None
        assert kit.actions().count("system:purge:verified") == len(artifacts)
        assert kit.actions().count("system:record:destroyed") == 1
        return steps

    _walk(set_scene, play, least=10)


def test_a_narrowing_killed_anywhere_ends_as_any_other(
    set_scene: Callable[[int], Scene],
) -> None:
    def play(scene: Scene, blows_at: int) -> int:
        kit = scene.kit
        with kit.transaction() as db:
            make = Make(kit)
            session = make.ready(db, status=Status.VERIFIED, decided_at=kit.now)
            upload = make.upload(db, session, state=UploadState.CONFIRMED)
            places = [{"class": "name", "quad": [[8, 8], [40, 8], [40, 20], [8, 20]], "shown": 1}]
            former = make.artifact(db, upload, rule="approved", regions=places)
            upload.artifact_id = former.id
        kit.later(days=180)
        narrow_due(scene.house)
        (job_id,) = kit.woken
        steps = _survive(scene, lambda: run(scene.house, job_id), blows_at)
        (copy,) = kit.all(Artifact, Artifact.state == ArtifactState.STORED)
        assert copy.stage == Stage.RETAINED, blows_at
        assert kit.get(Upload, upload.id).artifact_id == copy.id
        assert kit.vault.names() == [copy.object_name], blows_at
        assert kit.all(Artifact, Artifact.state != "stored", Artifact.state != "purged") == []
        assert kit.get(Artifact, former.id).wrapped_key is None
        assert kit.actions().count("system:artifact:narrowed") == 1
        assert len(kit.all(Receipt)) == len(kit.all(Artifact)) - 1
        assert kit.get(OwedJob, job_id).state == "done"
        return steps

    _walk(set_scene, play, least=12)


def test_a_mail_killed_anywhere_is_sent_and_noted_once(set_scene: Callable[[int], Scene]) -> None:
    def play(scene: Scene, blows_at: int) -> int:
        kit = scene.kit
        with kit.transaction() as db:
            owe_mail(db, Make(kit).ready(db), "link", kit.now)
        job_id = kit.woken[0]
        steps = _survive(scene, lambda: run(scene.house, job_id), blows_at)
        (mail,) = kit.all(OutgoingMail)
        assert mail.sent_at is not None
        assert 1 <= len(scene.post.letters) <= 2
        assert len({message_id for _, message_id in scene.post.letters}) == 1
        assert kit.actions().count("system:mail:sent") == 1
        return steps

    _walk(set_scene, play, least=8)
