"""Owns the tests of the exported log: complete, only added to, checkable by itself."""

import ast
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from kyc.audit import verify
from kyc.audit.checkpoints import advance
from kyc.audit.export import ExportDiffersError, export
from kyc.audit.signer import Signer
from kyc.models.audit_guard import unguard_statements

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

Sessions = sessionmaker[Session]
Write = Callable[[Sessions, int], None]


@pytest.fixture
def step(
    sessions: Sessions, write_events: Write, signer: Signer, tmp_path: Path
) -> Callable[[int], int]:
    """Writes so many events, signs and exports them."""

    def run(count: int) -> int:
        write_events(sessions, count)
        with sessions() as db:
            advance(db, signer, NOW, at_once=True)
            db.commit()
            return export(db, tmp_path / "out")

    return run


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def test_an_export_is_added_to_and_sound_each_time(
    step: Callable[[int], int], tmp_path: Path, signer: Signer
) -> None:
    for total, count in ((3, 3), (4, 1), (4, 0), (9, 5)):
        assert step(count) == count
        report = verify.verify_export(tmp_path / "out", signer.trusted)
        assert report == verify.Report(total, total, ())


def test_nothing_unsigned_is_exported(
    sessions: Sessions, write_events: Write, tmp_path: Path
) -> None:
    write_events(sessions, 3)
    with sessions() as db:
        assert export(db, tmp_path / "out") == 0
    assert list(contents(tmp_path / "out")) == [".lock"]


def test_what_a_killed_export_left_half_written_is_made_good(
    step: Callable[[int], int], sessions: Sessions, tmp_path: Path
) -> None:
    step(20)
    whole = contents(tmp_path / "out")
    for name in ("events-000000000001.jsonl", "checkpoints.jsonl"):
        for kept in (0, 1, 400, len(whole[name]) - 1):
            (tmp_path / "out" / name).write_bytes(whole[name][:kept])
            (tmp_path / "out" / "checkpoint").unlink()
            with sessions() as db:
                export(db, tmp_path / "out")
            assert contents(tmp_path / "out") == whole


def test_it_refuses_a_database_that_no_longer_holds_what_was_exported(
    step: Callable[[int], int], sessions: Sessions, tmp_path: Path
) -> None:
    step(3)
    before = contents(tmp_path / "out")
    with sessions() as db:
        for statement in unguard_statements(db.get_bind().dialect.name):
            db.execute(text(statement))
        db.execute(text("DELETE FROM audit_outbox WHERE pos = 3"))
        db.commit()
        with pytest.raises(ExportDiffersError):
            export(db, tmp_path / "out")
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("sessions", ["sqlite"], indirect=True)
def test_a_long_log_is_cut_into_files(
    sessions: Sessions, write_events: Write, tmp_path: Path, signer: Signer
) -> None:
    for count in (8, 5, 17, 1):
        write_events(sessions, count)
        with sessions() as db:
            advance(db, signer, NOW, at_once=True)
            assert export(db, tmp_path / "out", segment=10) == count
            db.commit()
    names = [name for name in contents(tmp_path / "out") if name.startswith("events-")]
    assert names == [f"events-{first:012d}.jsonl" for first in (1, 11, 21, 31)]
    assert verify.verify_export(tmp_path / "out", signer.trusted).is_sound


def run_verifier(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", verify.__file__, *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_verifier_runs_alone_and_says_what_it_found(
    step: Callable[[int], int], tmp_path: Path, signer: Signer
) -> None:
    step(5)
    out, key = tmp_path / "out", tmp_path / "key.pub"
    key.write_text(f"{signer.public}\n")
    kept = tmp_path / "kept"
    kept.write_bytes((out / "checkpoint").read_bytes())
    sound = run_verifier(out, key, kept)
    assert (sound.returncode, sound.stdout) == (0, "sound: 5 events, 5 signed\n")

    events = out / "events-000000000001.jsonl"
    events.write_bytes(events.read_bytes().replace(b'"number":2', b'"number":7'))
    spoilt = run_verifier(out, key)
    assert spoilt.returncode == 1
    assert spoilt.stdout.startswith("broken at 2..3: ")
    assert spoilt.stdout.endswith("NOT SOUND: 5 events, 5 signed\n")


def test_the_verifier_knows_a_rollback_by_a_kept_checkpoint(
    step: Callable[[int], int], tmp_path: Path, signer: Signer
) -> None:
    step(5)
    early = contents(tmp_path / "out")
    step(5)
    kept = (tmp_path / "out" / "checkpoint").read_text()
    for name, content in early.items():
        (tmp_path / "out" / name).write_bytes(content)
    assert verify.verify_export(tmp_path / "out", signer.trusted).is_sound
    report = verify.verify_export(tmp_path / "out", signer.trusted, [kept])
    assert [(f.kind, f.first, f.last) for f in report.findings] == [("truncated", 6, 10)]


@pytest.mark.parametrize("missing", ["checkpoint", "checkpoints.jsonl", "key"])
def test_the_verifier_says_when_it_cannot_check(
    step: Callable[[int], int], tmp_path: Path, signer: Signer, missing: str
) -> None:
    step(1)
    key = tmp_path / "key.pub"
    key.write_text("" if missing == "key" else f"{signer.public}\n")
    (tmp_path / "out" / missing).unlink(missing_ok=True)
    done = run_verifier(tmp_path / "out", key)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("cannot check: ")


def test_a_checkpoint_that_nobody_trusted_signed_is_found(
    step: Callable[[int], int], tmp_path: Path, signer: Signer
) -> None:
    step(2)
    notes = tmp_path / "out" / "checkpoints.jsonl"
    notes.write_text(notes.read_text() + '"nonsense"\nnonsense\n')
    report = verify.verify_export(tmp_path / "out", signer.trusted)
    assert [f.kind for f in report.findings] == ["checkpoint", "checkpoint"]


def test_the_verifier_imports_nothing_of_the_program() -> None:
    tree = ast.parse(Path(verify.__file__).read_text())
    names = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert names - sys.stdlib_module_names == {"cryptography", "rfc8785"}
