"""Owns the promise that `kyc doctor` finds each thing that is unsafe, and says what to do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from kyc.access import Role
from kyc.audit import OPERATOR, Action, record
from kyc.cli import kyc
from kyc.doctor import CHECKS, Level, examine
from kyc.errors import ConfigurationError
from kyc.migration import unmigrate
from kyc.models import FlowVersion
from kyc.policy.flow import shipped_flow
from kyc.runtime import Runtime
from kyc.settings import DEMO_MARK
from storage.s3_bucket import Capabilities, costs

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

LIVE = {
    "base_url": "https://kyc.example.org",
    "database_url": "postgresql+psycopg://kyc@db/kyc",
    "redis_url": "rediss://queue",
    "s3_endpoint_url": "https://objects.example.org",
    "smtp_url": "smtps://mail",
    "keys_url": "aws-kms://key",
    "audit_bucket": "audit",
    "given": frozenset({"KYC_TIME_ZONE", "KYC_BUSINESS_NAME"}),
}


def live(kit: "Kit", **changes: Any) -> Runtime:
    """A deployment whose settings are as they should be, but for `changes`."""
    return replace(kit.runtime, settings=replace(kit.runtime.settings, **(LIVE | changes)))


def told(runtime: Runtime, check: str) -> list[tuple[str, str]]:
    found = list(examine(runtime, {check: CHECKS[check]}))
    assert all(len(one.todo) > 8 for one in found)
    return [(one.level, one.text) for one in found]


def says(runtime: Runtime, check: str, level: Level, words: str) -> bool:
    return any(found == level and words in text for found, text in told(runtime, check))


@pytest.mark.parametrize(
    ("check", "changes", "level", "words"),
    [
        ("address", {"base_url": "http://kyc.example.org"}, Level.ERROR, "is not https"),
        ("mails", {"smtp_url": ""}, Level.ERROR, "nobody gets one"),
        ("business", {"given": frozenset()}, Level.ERROR, "Example Hosting"),
        ("time zone", {"given": frozenset()}, Level.WARNING, "UTC"),
        ("key store", {"keys_url": "file:///k"}, Level.ERROR, "files on this machine"),
        ("key store", {"keys_url": "file:///k", "accept_file_keys": True}, Level.WARNING, "files"),
        ("parts", {"database_url": "sqlite:///x"}, Level.WARNING, "the database is a file"),
        ("parts", {"redis_url": "unix:///run/v"}, Level.WARNING, "the queue server"),
        ("parts", {"s3_endpoint_url": "http://127.0.0.1:9"}, Level.WARNING, "the object store"),
        ("audit log", {"audit_bucket": ""}, Level.WARNING, "on this machine alone"),
    ],
)
def test_it_finds_a_setting_that_is_unsafe(
    file_kit: "Kit", check: str, changes: dict[str, Any], level: Level, words: str
) -> None:
    assert says(live(file_kit, **changes), check, level, words)
    assert told(live(file_kit), check) == []


def test_it_finds_a_demonstration(file_kit: "Kit") -> None:
    assert told(live(file_kit), "demonstration") == []
    (file_kit.runtime.settings.data_dir / DEMO_MARK).touch()
    assert says(live(file_kit), "demonstration", Level.ERROR, "invented")


def test_it_finds_keys_that_others_can_read(file_kit: "Kit", tmp_path: Path) -> None:
    key = tmp_path / "web.key"
    key.write_text("x")
    key.chmod(0o640)
    runtime = live(file_kit, secret_key_file=key, kek_dir=tmp_path / "none")
    (found,) = examine(runtime, {"key files": CHECKS["key files"]})
    assert (found.level, found.todo) == (Level.ERROR, f"chmod 600 {key}")
    key.chmod(0o600)
    assert told(runtime, "key files") == []


def test_it_finds_a_data_directory_that_is_open(file_kit: "Kit", tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert says(live(file_kit), "data directory", Level.WARNING, "is open to other users")
    tmp_path.chmod(0o700)
    assert told(live(file_kit), "data directory") == []


def test_it_finds_a_database_of_another_version(file_kit: "Kit") -> None:
    assert told(live(file_kit), "database") == []
    unmigrate(file_kit.engine, "0001")
    assert says(live(file_kit), "database", Level.ERROR, "not of this version")


def test_it_finds_images_that_are_kept_for_long_without_a_reason(file_kit: "Kit") -> None:
    assert told(live(file_kit), "flow") == []
    reason = shipped_flow().retention["retained"].reason
    body = shipped_flow().body.replace(f'"reason":"{reason}",', "", 1)
    with file_kit.transaction() as db:
        db.execute(update(FlowVersion).values(body=body))
    (found,) = examine(live(file_kit), {"flow": CHECKS["flow"]})
    assert found.level == Level.ERROR
    assert "kept for more than five years need a reason" in found.todo


def test_it_finds_that_a_second_administrator_is_missing(file_kit: "Kit", make: "Make") -> None:
    runtime = live(make.kit)
    with make.kit.transaction() as db:
        make.staff(db, Role.ADMINISTRATOR)
        make.staff(db, Role.ADMINISTRATOR, disabled_at=make.kit.now)
    assert says(runtime, "administrators", Level.WARNING, "who can sign in: 1")
    with make.kit.transaction() as db:
        make.staff(db, Role.ADMINISTRATOR)
    assert told(runtime, "administrators") == []


def test_it_finds_what_should_be_destroyed_already(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.artifact(db, make.upload(db, make.ready(db)))
    assert told(live(kit), "purge") == []
    kit.later(days=8)
    assert says(live(kit), "purge", Level.ERROR, "1 images should be destroyed already")


def test_it_finds_a_log_that_nobody_signs(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.session(db)
    assert told(live(kit), "audit log") == []
    kit.later(minutes=20)
    assert says(live(kit), "audit log", Level.ERROR, "wait for their signature")
    assert says(live(kit), "audit log", Level.ERROR, "scheduler has not been heard of")


def test_it_finds_that_no_backup_was_made_of_late(file_kit: "Kit") -> None:
    assert says(live(file_kit), "backups", Level.ERROR, "no backup was ever made")
    with file_kit.transaction() as db:
        record(db, Action.OPERATOR_BACKUP_MADE, actor=OPERATOR, now=file_kit.now)
    assert told(live(file_kit), "backups") == []
    file_kit.later(days=3)
    assert says(live(file_kit), "backups", Level.ERROR, "the last backup was made 2026-03-02")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Capabilities("enabled", "off", False, False, True), "versioning is enabled"),
        (Capabilities("off", "governance", False, False, True), "object lock is governance"),
        (Capabilities("off", "off", False, True, True), "life-cycle rules are set"),
    ],
)
def test_what_a_bucket_does_beside_is_told(found: Capabilities, words: str) -> None:
    assert words in " ".join(costs(found))
    assert costs(Capabilities("off", "off", False, False, True)) == []


def test_a_check_that_fails_is_told_and_hides_no_other(file_kit: "Kit") -> None:
    def broken(_runtime: Runtime) -> Iterator[Any]:
        raise OSError("password=secret")

    def refused(_runtime: Runtime) -> Iterator[Any]:
        raise ConfigurationError("set this to that")

    checks = {"one": broken, "two": refused, "three": CHECKS["backups"]}
    one, two, three = examine(live(file_kit), checks)
    assert one.level == Level.ERROR
    assert "secret" not in one.text + one.todo
    assert two.todo == "set this to that"
    assert three.check == "three"


def test_the_command_prints_each_line_and_fails_for_an_error(
    file_kit: "Kit", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYC_DATA_DIR", str(tmp_path))
    answer = CliRunner().invoke(kyc, ["doctor"])
    assert answer.exit_code == 1
    assert "error    address: http://127.0.0.1:8080 is not https" in answer.output
    assert "To do: put a proxy with a certificate in front" in answer.output
    assert f"{len(CHECKS)} checks: " in answer.output


def test_warnings_alone_are_no_failure(
    file_kit: "Kit", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYC_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KYC_BASE_URL", "https://kyc.example.org")
    file_kit.later(days=(file_kit.runtime.real_now() - file_kit.now) / timedelta(days=1))
    answer = CliRunner().invoke(kyc, ["doctor"])
    assert answer.exit_code == 0, answer.output
    assert "0 errors" in answer.output
