"""Owns the tests of `kyc audit` on a data directory of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from kyc.cli.audit import audit_group

Sessions = sessionmaker[Session]
Write = Callable[[Sessions, int], None]


@pytest.fixture
def run(
    sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    with sessions() as db:
        address = db.get_bind().engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("KYC_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("S3_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("S3_ACCESS_KEY", "a")
    monkeypatch.setenv("S3_SECRET_KEY", "b")
    return lambda *arguments: CliRunner().invoke(audit_group, [str(a) for a in arguments])


def test_an_export_verifies_and_so_does_the_database(
    run: Callable[..., Result], sessions: Sessions, write_events: Write, tmp_path: Path
) -> None:
    write_events(sessions, 4)
    exported = run("export")
    assert exported.exit_code == 0, exported.output
    assert exported.output.startswith(f"5 events added to {tmp_path / 'audit'}\n")
    for place in ([], ["--export", tmp_path / "audit"]):
        checked = run("verify", *place, "--kept", tmp_path / "audit" / "checkpoint")
        assert (checked.exit_code, checked.output) == (0, "sound: 5 events, 5 signed\n")


@pytest.mark.parametrize("sessions", ["sqlite"], indirect=True)
def test_verify_fails_where_an_event_was_changed(
    run: Callable[..., Result], sessions: Sessions, write_events: Write
) -> None:
    write_events(sessions, 4)
    run("export")
    with sessions() as db:
        db.execute(text("DROP TRIGGER audit_outbox_no_change"))
        db.execute(text("UPDATE audit_outbox SET body = replace(body, '2', '3') WHERE pos = 3"))
        db.commit()
    checked = run("verify")
    assert checked.exit_code == 1
    assert checked.output.startswith("broken at 2..3: ")


@pytest.mark.parametrize("sessions", ["sqlite"], indirect=True)
def test_verify_does_not_trust_another_key(
    run: Callable[..., Result], sessions: Sessions, write_events: Write, tmp_path: Path
) -> None:
    write_events(sessions, 1)
    run("export")
    other = tmp_path / "other.pub"
    other.write_text("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n")
    checked = run("verify", "--public-key", other)
    assert checked.exit_code == 1
    assert "checkpoint at 1..2" in checked.output
