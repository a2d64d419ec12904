"""Owns that a backup brings the living back and never what was purged since: real parts only."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from kyc.audit.signer import load_or_make_signer, public_key_file
from kyc.audit.signer import load_public_keys as known_keys
from kyc.cli import kyc
from kyc.clock import real_clock
from kyc.errors import ConfigurationError, NotFoundError
from kyc.evidence import open_artifact, sealed_of
from kyc.fields import read_details
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact, AuditEvent, KeyEpoch, Receipt, VerificationSession
from kyc.retention.ledger import PREFIX, read_ledger
from kyc.runtime import Runtime, open_runtime
from kyc.settings import RESTORING_MARK, load_settings
from storage.errors import KeyGoneError
from storage.memory import MemoryObjects
from tests.core.kit import Kit, Make, details
from tests.workers.hands import Fuse, Outbox, open_house
from workers.keeping import keep_keys
from workers.purging import purge

if TYPE_CHECKING:
    from tests.conftest import S3Server

pytestmark = pytest.mark.servers

OLD = "2020-01"


@dataclass
class Place:
    """A data directory and its database, reached by the commands that `run` calls."""

    directory: Path
    variables: dict[str, str]

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(kyc, list(arguments), env=self.variables)

    def done(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output

    def open(self) -> Kit:
        runtime = open_runtime(load_settings(self.variables))
        return Kit(runtime, MemoryObjects(), moment=real_clock())


@dataclass
class Story:
    """Two cases; one was purged after the backup, and the key of its month destroyed."""

    live: Place
    backup: Path
    keys_file: Path
    identity: Path
    gone: str
    kept: str
    former: Artifact

    def restored(self, place: Place, *more: str) -> Result:
        return place.run(
            "restore", str(self.backup), "--keys", str(self.keys_file),
            "--key", str(self.identity), *more,
        )  # fmt: skip


NewPlace = Callable[[str], Place]
ON_SQLITE = pytest.mark.parametrize("new_place", ["sqlite"], indirect=True)
"""For what says nothing about the database: once is enough."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, s3_server: "S3Server"
) -> NewPlace:
    """A place with an empty database; all are on one bucket, as before and after a restore."""
    bucket, root, numbers = s3_server.fresh_bucket(), tmp_path_factory.mktemp("places"), count()

    def make(name: str) -> Place:
        directory = root / f"{name}-{next(numbers)}"
        url = f"sqlite:///{directory / 'kyc.db'}"
        if request.param == "postgresql":
            url = request.getfixturevalue("new_postgres_url")()
        return Place(
            directory,
            {
                "KYC_DATA_DIR": str(directory),
                "DATABASE_URL": url,
                "REDIS_URL": "redis://127.0.0.1:1/0",
                "S3_ENDPOINT_URL": s3_server.endpoint_url,
                "S3_ACCESS_KEY": s3_server.access_key,
                "S3_SECRET_KEY": s3_server.secret_key,
                "S3_BUCKET": bucket,
            },
        )

    return make


def _case(kit: Kit, reference: str) -> tuple[str, str]:
    make = Make(kit)
    with kit.transaction() as db:
        session = make.ready(db, client_reference_id=reference)
        upload = make.picture(db, session)
        return session.id, str(upload.artifact_id)


def _wrap_in_old_month(kit: Kit, artifact_id: str) -> None:
    with kit.transaction() as db:
        row = db.get_one(Artifact, artifact_id)
        names = {"session_id": row.session_id, "artifact_id": row.id}
        moved = kit.vault.rewrap(sealed_of(row), **names, epoch=OLD)
        row.wrapped_key, row.key_epoch = moved.wrapped_key, moved.key_epoch


def _purge(place: Place, kit: Kit, session_id: str) -> None:
    """Its image and its details are due; the purge and the hourly job run, the month's key goes."""
    house = open_house(kit, place.directory, Outbox(Fuse()))
    house = replace(house, signer=load_or_make_signer(kit.runtime.settings.audit_key_file))
    with kit.transaction() as db:
        due = real_clock() - timedelta(minutes=1)
        db.execute(update(Artifact).where(Artifact.session_id == session_id).values(destroy_at=due))
        session = db.get_one(VerificationSession, session_id)
        session.record_rule, session.record_destroy_at = "record_rejected", due
    purge(house)
    keep_keys(house)
    with kit.transaction() as db:
        idle = db.get_one(KeyEpoch, OLD)
        assert idle.idle_since is not None
        idle.idle_since -= timedelta(days=36)
    place.done("keys", "destroy-epoch", OLD, "--yes")
    keep_keys(house)


@pytest.fixture(scope="module")
def story(new_place: NewPlace, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Told once; each test restores it to a place of its own and leaves it as it was."""
    tmp_path = tmp_path_factory.mktemp("story")
    live = new_place("live")
    live.done("db", "upgrade")
    kit = live.open()
    gone, gone_image = _case(kit, "C-gone")
    kept, _ = _case(kit, "C-kept")
    _wrap_in_old_month(kit, gone_image)
    former = kit.get(Artifact, gone_image)
    recipient = live.done("backup", "key", str(tmp_path / "operator.key")).strip()
    backup, keys_file = tmp_path / "backup", tmp_path / "elsewhere" / "keys.kycb"
    live.done(
        "backup", "make", str(backup), "--keys", str(keys_file), "--objects", "--to", recipient
    )
    _purge(live, kit, gone)
    kit.engine.dispose()
    return Story(live, backup, keys_file, tmp_path / "operator.key", gone, kept, former)


def _row(runtime: Runtime, artifact_id: str) -> Artifact:
    with runtime.reading() as db:
        return db.get_one(Artifact, artifact_id)


def test_what_was_purged_cannot_be_read_by_any_means_and_the_living_can(
    story: Story, new_place: NewPlace
) -> None:
    second = new_place("second")
    told = story.restored(second)
    assert told.exit_code == 0, (told.output, told.exception)
    assert "2 done again" in told.output
    kit = second.open()
    _the_purged_is_gone(kit, story)
    _the_living_is_there(kit, story)
    assert kit.actions()[-1] == "operator:backup:restored"
    assert "system:purge:replayed" in kit.actions()
    assert "sound" in second.done("audit", "verify")
    kit.engine.dispose()


def _the_purged_is_gone(kit: Kit, story: Story) -> None:
    row = _row(kit.runtime, story.former.id)
    assert (row.state, row.wrapped_key) == (ArtifactState.PURGED, None)
    with pytest.raises(NotFoundError):
        open_artifact(kit.vault, row)
    with pytest.raises(KeyGoneError):  # the row of the backup, over the keys of the backup
        open_artifact(kit.vault, story.former)
    assert kit.vault.objects.list_names(row.object_name) == []
    session = kit.get(VerificationSession, story.gone)
    assert (session.field_key, session.details, session.client_reference_id) == (None, None, None)
    receipts = kit.all(Receipt, Receipt.subject_id.in_([story.former.id, story.gone]))
    live = story.live.open()
    given_out = live.all(Receipt, Receipt.subject_id.in_([story.former.id, story.gone]))
    assert {(r.id, r.subject_id) for r in receipts} == {(r.id, r.subject_id) for r in given_out}
    live.engine.dispose()


def _the_living_is_there(kit: Kit, story: Story) -> None:
    (image,) = kit.all(Artifact, Artifact.session_id == story.kept)
    assert open_artifact(kit.vault, image).startswith(b"\xff\xd8")
    assert read_details(kit.vault, kit.get(VerificationSession, story.kept)) == details()


@ON_SQLITE
def test_objects_that_were_lost_with_the_bucket_come_back_with_the_living_only(
    story: Story, new_place: NewPlace
) -> None:
    kit = story.live.open()
    sealed = kit.vault.names()
    kit.vault.shred_all(sealed)
    kit.engine.dispose()
    second = new_place("second")
    told = story.restored(second)
    assert "1 put back" in told.output
    kit = second.open()
    _the_living_is_there(kit, story)
    assert kit.vault.names() == sealed
    kit.engine.dispose()


@ON_SQLITE
def test_an_exported_audit_log_is_a_second_ledger(
    story: Story, new_place: NewPlace, tmp_path: Path
) -> None:
    story.live.done("audit", "export", str(tmp_path / "log"))
    kit = story.live.open()
    objects = kit.vault.objects
    pages = {name: objects.get(name) for name in objects.list_names(PREFIX)}
    objects.shred_all(pages)
    kit.engine.dispose()
    second = new_place("second")
    told = story.restored(second, "--ledger", str(tmp_path / "log"))
    for name, page in pages.items():
        objects.put(name, page)
    assert told.exit_code == 0, (told.output, told.exception)
    kit = second.open()
    assert _row(kit.runtime, story.former.id).state == ArtifactState.PURGED
    with pytest.raises(KeyGoneError):
        open_artifact(kit.vault, story.former)
    kit.engine.dispose()


@ON_SQLITE
def test_a_page_that_nobody_of_ours_signed_destroys_nothing(
    story: Story, new_place: NewPlace
) -> None:
    kit = story.live.open()
    objects = kit.vault.objects
    pages = [json.loads(objects.get(name)) for name in objects.list_names(PREFIX)]
    page = next(page for page in pages if page["page"]["entries"])
    page["page"]["entries"] = [{**page["page"]["entries"][0], "subject": story.kept}]
    objects.put(f"{PREFIX}forged", json.dumps(page).encode())
    keys = known_keys(public_key_file(kit.runtime.settings.audit_key_file))
    assert read_ledger(objects, keys).unsound == [f"{PREFIX}forged"]
    kit.engine.dispose()
    second = new_place("second")
    assert f"nobody of ours signed it: {PREFIX}forged" in story.restored(second).output
    objects.shred(f"{PREFIX}forged")
    kit = second.open()
    _the_living_is_there(kit, story)
    kit.engine.dispose()


@ON_SQLITE
def test_a_place_in_use_is_never_overwritten(story: Story) -> None:
    told = story.restored(story.live)
    assert "never overwrites one" in str(told.exception)
    assert not (story.live.directory / RESTORING_MARK).exists()
    kit = story.live.open()
    _the_living_is_there(kit, story)
    kit.engine.dispose()


@ON_SQLITE
def test_an_intact_key_store_is_kept_with_its_tombstones(story: Story, new_place: NewPlace) -> None:
    second = new_place("second")
    shutil.copytree(story.live.directory / "keys", second.directory / "keys")
    assert story.restored(second).exit_code == 0
    assert (second.directory / "keys" / "kek" / f"{OLD}.gone").exists()
    assert not (second.directory / "keys" / "kek" / f"{OLD}.key").exists()


@ON_SQLITE
def test_a_test_restore_leaves_nothing_behind_but_its_event(story: Story) -> None:
    before = sorted(path.name for path in story.live.directory.iterdir())
    told = story.live.done(
        "backup", "test", str(story.backup), "--keys", str(story.keys_file),
        "--key", str(story.identity),
    )  # fmt: skip
    assert "Everything that should open does" in told
    assert sorted(path.name for path in story.live.directory.iterdir()) == before
    kit = story.live.open()
    with kit.reading() as db:
        last = db.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert last.action == "operator:backup:tested"
    assert json.loads(last.body)["detail"]["failed"] == 0
    kit.engine.dispose()


@ON_SQLITE
def test_a_restore_that_was_cut_short_lets_nothing_open(story: Story, new_place: NewPlace) -> None:
    second = new_place("second")
    log = second.directory / "nowhere"
    assert story.restored(second, "--ledger", str(log)).exit_code != 0
    assert (second.directory / RESTORING_MARK).exists()
    with pytest.raises(ConfigurationError, match="was not finished"):
        second.open()
    assert story.restored(second).exit_code == 0
    kit = second.open()
    _the_purged_is_gone(kit, story)
    kit.engine.dispose()


@ON_SQLITE
@pytest.mark.parametrize("name", ["manifest.json", "database.kycb", "keys.kycb"])
def test_an_altered_backup_is_refused_before_anything_is_changed(
    story: Story, new_place: NewPlace, tmp_path: Path, name: str
) -> None:
    backup, keys_file = tmp_path / "backup", tmp_path / "keys.kycb"
    shutil.copytree(story.backup, backup)
    shutil.copy(story.keys_file, keys_file)
    path = keys_file if name == "keys.kycb" else backup / name
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(bytes(data))
    second = new_place("second")
    told: Any = replace(story, backup=backup, keys_file=keys_file).restored(second).exception
    assert told is not None
    assert told.code == "backup"
    assert not (second.directory / RESTORING_MARK).exists()
