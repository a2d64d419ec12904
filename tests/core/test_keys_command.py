"""Owns `kyc keys` on a data directory of its own."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from kyc.cli import kyc
from kyc.clock import month_epoch, real_clock
from kyc.errors import ConflictError
from kyc.evidence import open_artifact
from kyc.fields import read_details
from kyc.models import Artifact, KeyEpoch, VerificationSession
from storage.errors import WrongKeyError
from storage.keys_file import FileKeys
from storage.recipients import WorkerKeys
from storage.vault import Vault
from tests.core.kit import Make

if TYPE_CHECKING:
    from tests.core.kit import Kit

Run = Callable[..., Result]


@pytest.fixture
def deployment(file_kit: "Kit", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Kit":
    monkeypatch.setenv("KYC_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("S3_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("KYC_KEK_DIR", str(tmp_path / "kek"))
    file_kit.moment = real_clock()
    return file_kit


@pytest.fixture
def run(deployment: "Kit") -> Run:
    return lambda *arguments, **options: CliRunner().invoke(kyc, ["keys", *arguments], **options)


@pytest.fixture
def session(deployment: "Kit") -> VerificationSession:
    """A case whose image is due in 70 days, in another month; nothing was moved yet."""
    make, due = Make(deployment), deployment.now + timedelta(days=70)
    with deployment.transaction() as db:
        session = make.ready(db)
        make.artifact(db, make.upload(db, session), rule="superseded", destroy_at=due)
    return session


def test_it_lists_what_needs_each_key(run: Run, deployment: "Kit", session: object) -> None:
    told = run("list")
    assert told.exit_code == 0, told.output
    month = month_epoch(deployment.now)
    assert (
        f"{month}\t{deployment.now:%Y-%m-%d}\tneeded by 1 artifact, 1 record, 1 view\tkept"
        in told.output
    )
    assert "1 keys are to be moved" in told.output


def test_it_moves_keys_and_says_how_many(run: Run, deployment: "Kit", session: object) -> None:
    told = run("rotate")
    assert told.exit_code == 0, told.output
    assert "1 keys were moved." in told.output
    (picture,) = deployment.all(Artifact)
    assert picture.key_epoch == month_epoch(deployment.now + timedelta(days=70))
    assert deployment.actions()[-1] == "operator:keys:moved"
    assert "0 keys were moved." in run("rotate").output


def test_it_names_what_does_not_open(run: Run, deployment: "Kit", session: object) -> None:
    (picture,) = deployment.all(Artifact)
    with deployment.transaction() as db:
        db.get_one(Artifact, picture.id).wrapped_key = bytes(60)
    told = run("rotate")
    assert f"does not open: artifact {picture.id}" in told.output
    assert isinstance(told.exception, ConflictError)


def test_it_says_that_a_key_is_lost(
    run: Run, deployment: "Kit", session: object, tmp_path: Path
) -> None:
    month = month_epoch(deployment.now)
    assert run("list").exit_code == 0
    (tmp_path / "kek" / f"{month}.key").unlink()
    told = run("list")
    assert "LOST: 3 rows need it" in told.output
    assert "key-loss.md" in str(told.exception)


def test_destroying_asks_first_and_refuses_what_is_needed(
    run: Run, deployment: "Kit", session: object
) -> None:
    month = month_epoch(deployment.now)
    assert run("destroy-epoch", month, input="n\n").exit_code == 1
    told = run("destroy-epoch", month, "--yes")
    assert isinstance(told.exception, ConflictError)
    assert "rows need the key" in str(told.exception)


def test_it_destroys_a_key_that_is_long_idle(run: Run, deployment: "Kit") -> None:
    deployment.vault.keys.wrap(bytes(32), "2020-01", b"x")
    idle = deployment.now - timedelta(days=36)
    with deployment.transaction() as db:
        db.add(KeyEpoch(name="2020-01", made_at=idle, idle_since=idle))
    told = run("destroy-epoch", "2020-01", "--yes")
    assert told.exit_code == 0, told.output
    assert "2020-01" not in deployment.vault.keys.epochs()
    assert f"destroyed {deployment.now:%Y-%m-%d}" in run("list").output


def test_another_provider_takes_over_every_key(
    run: Run,
    deployment: "Kit",
    session: VerificationSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    former = f"file://{tmp_path / 'kek'}"
    refused = run("change-provider", "--from", former)
    assert "still the former one" in str(refused.exception)
    FileKeys(tmp_path / "new").prepare()
    monkeypatch.setenv("KYC_KEYS_URL", f"file://{tmp_path / 'new'}")
    monkeypatch.setenv("KYC_KEK_DIR", str(tmp_path / "new"))
    told = run("change-provider", "--from", former)
    assert told.exit_code == 0, (told.output, told.exception)
    assert "3 keys were moved; 0 had been before." in told.output
    again = run("change-provider", "--from", former)
    assert "0 keys were moved; 3 had been before." in again.output
    vault = Vault(
        deployment.objects, WorkerKeys(FileKeys(tmp_path / "new"), deployment.vault.boxes)
    )
    (picture,) = deployment.all(Artifact)
    assert open_artifact(vault, picture)
    row = deployment.get(VerificationSession, session.id)
    with pytest.raises(WrongKeyError):
        read_details(deployment.vault, row)
    assert read_details(vault, row) is not None


def test_what_neither_provider_opens_is_named(
    run: Run, deployment: "Kit", session: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (picture,) = deployment.all(Artifact)
    with deployment.transaction() as db:
        db.get_one(Artifact, picture.id).wrapped_key = bytes(60)
    FileKeys(tmp_path / "new").prepare()
    monkeypatch.setenv("KYC_KEYS_URL", f"file://{tmp_path / 'new'}")
    monkeypatch.setenv("KYC_KEK_DIR", str(tmp_path / "new"))
    told = run("change-provider", "--from", f"file://{tmp_path / 'kek'}")
    assert f"does not open: artifact {picture.id}" in told.output
    assert "keep the former one" in str(told.exception)


def test_verify_tells_what_does_not_open(run: Run, deployment: "Kit") -> None:
    make = Make(deployment)
    with deployment.transaction() as db:
        person = make.staff(db)
    told = run("verify", "--all")
    assert (told.exit_code, "1 tried, 0 do not open." in told.output) == (0, True)
    with deployment.transaction() as db:
        db.merge(person).field_key = bytes(60)
    told = run("verify")
    assert (told.exit_code, f"staff {person.id}: wrong_key" in told.output) == (1, True)
    assert deployment.actions()[-1] == "operator:keys:verified"
