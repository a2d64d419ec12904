"""Owns what `kyc purge` and `kyc storage` say, and what they refuse to do."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from kyc.cli.purge import purge_command
from kyc.cli.storage import storage_group, told
from kyc.clock import real_clock
from kyc.errors import ConflictError
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact, OwedJob
from kyc.retention.differences import Tally
from kyc.retention.reconciling import Outcome
from tests.core.kit import Make

if TYPE_CHECKING:
    from tests.conftest import S3Server
    from tests.core.kit import Kit

Run = Callable[..., Result]


@pytest.fixture
def run(file_kit: "Kit", monkeypatch: pytest.MonkeyPatch) -> Run:
    settings = file_kit.runtime.settings
    monkeypatch.setenv("KYC_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    return lambda command, *arguments: CliRunner().invoke(command, arguments)


@pytest.fixture
def bucket(s3_server: "S3Server", monkeypatch: pytest.MonkeyPatch) -> str:
    name = s3_server.fresh_bucket()
    monkeypatch.setenv("S3_ENDPOINT_URL", s3_server.endpoint_url)
    monkeypatch.setenv("S3_ACCESS_KEY", s3_server.access_key)
    monkeypatch.setenv("S3_SECRET_KEY", s3_server.secret_key)
    monkeypatch.setenv("S3_BUCKET", name)
    return name


def _too_much(kit: "Kit") -> None:
    with kit.transaction() as db:
        for _ in range(501):
            Make(kit).queued(
                db,
                record_rule="record_rejected",
                record_destroy_at=real_clock() - timedelta(days=1),
            )


def test_a_purge_that_is_stopped_says_so_and_how_to_go_on(file_kit: "Kit", run: Run) -> None:
    _too_much(file_kit)
    shown = run(purge_command, "--dry-run")
    assert shown.exit_code == 0
    assert "Nothing is destroyed: 501 of 501" in shown.output
    assert "kyc purge --resume" in shown.output
    refused = run(purge_command)
    assert isinstance(refused.exception, ConflictError)
    assert file_kit.actions() == []


def test_a_person_lets_it_through(file_kit: "Kit", run: Run) -> None:
    _too_much(file_kit)
    answer = run(purge_command, "--resume")
    assert answer.output.endswith(
        "Let through: 501 things; a worker destroys them within minutes.\n"
    )
    assert [job.name for job in file_kit.all(OwedJob)] == ["resume_purge"]
    assert file_kit.actions() == ["operator:purge:resumed"]


@pytest.mark.parametrize(
    ("arguments", "words"), [(("--resume",), "nothing is stopped"), (("--resume", "--dry-run"), "")]
)
def test_there_is_no_resuming_of_what_is_not_stopped(
    file_kit: "Kit", run: Run, arguments: tuple[str, ...], words: str
) -> None:
    answer = run(purge_command, *arguments)
    assert answer.exit_code != 0
    assert words in str(answer.exception)
    assert file_kit.all(OwedJob) == []


@pytest.mark.servers
@pytest.mark.usefixtures("bucket")
def test_a_lost_object_is_told_in_plain_words(file_kit: "Kit", run: Run) -> None:
    with file_kit.transaction() as db:
        make = Make(file_kit)
        artifact = make.artifact(db, make.upload(db, make.ready(db)))
    tried = run(storage_group, "reconcile", "--dry-run")
    assert "0 objects are left over; nothing was removed." in tried.output
    assert "1 stored images have lost their object" in tried.output
    assert "artifact:missing" not in "".join(file_kit.actions())
    assert run(storage_group, "reconcile").exit_code == 0
    assert file_kit.actions()[-2:] == ["system:artifact:missing", "operator:storage:reconciled"]
    assert file_kit.get(Artifact, artifact.id).state == ArtifactState.STORED


def test_agreement_and_each_difference_have_words_of_their_own() -> None:
    assert told(Outcome(Tally(3, 3)), dry_run=False)[-1] == "Bucket and database agree."
    worst = Outcome(Tally(9, 8), orphans=3, removed=2, kept=["sealed/x"], foreign=1)
    assert told(worst, dry_run=False)[1:] == [
        "3 objects are left over; 2 were removed.",
        "0 stored images have lost their object.",
        "could not be removed: sealed/x",
        "1 objects have names that kyc never gives: left alone.",
    ]
