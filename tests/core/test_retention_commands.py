"""Owns `kyc receipt`, `kyc hold` and `kyc relationship` on a data directory of its own."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from kyc.audit.signer import load_or_make_signer, public_key_file
from kyc.cli import kyc
from kyc.clock import real_clock
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.lifecycle import Status
from kyc.models import LegalHold, Receipt, VerificationSession
from kyc.retention.purging import mark_absent, mark_due
from kyc.retention.receipts import sign_complete
from storage.objects import Absence
from tests.core.kit import Make

if TYPE_CHECKING:
    from tests.core.kit import Kit

Run = Callable[..., Result]


@pytest.fixture
def deployment(file_kit: "Kit", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Kit":
    """Its commands run by the real clock."""
    monkeypatch.setenv("KYC_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("S3_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("S3_ACCESS_KEY", "a")
    monkeypatch.setenv("S3_SECRET_KEY", "b")
    monkeypatch.setenv("KYC_KEK_DIR", str(tmp_path / "kek"))
    file_kit.moment = real_clock()
    return file_kit


@pytest.fixture
def run(deployment: "Kit") -> Run:
    return lambda *arguments, **options: CliRunner().invoke(kyc, list(arguments), **options)


@pytest.fixture
def destroyed(deployment: "Kit") -> VerificationSession:
    """A case whose one image is gone."""
    make = Make(deployment)
    with deployment.transaction() as db:
        session = make.ready(db)
        image = make.artifact(db, make.upload(db, session), rule="superseded").id
    with deployment.transaction() as db:
        mark_due(db, deployment.now)
        mark_absent(db, image, Absence(1, 0, 0), deployment.now)
    return session


def _sign(deployment: "Kit") -> Receipt:
    signer = load_or_make_signer(deployment.runtime.settings.audit_key_file)
    with deployment.transaction() as db:
        sign_complete(db, signer)
    return deployment.all(Receipt)[0]


def _approved(deployment: "Kit", reference: str) -> VerificationSession:
    with deployment.transaction() as db:
        return Make(deployment).ready(
            db,
            status=Status.VERIFIED,
            decided_at=deployment.now - timedelta(days=30),
            client_reference_id=reference,
        )


def test_a_receipt_is_printed_and_verified_without_a_database(
    deployment: "Kit", run: Run, destroyed: VerificationSession, tmp_path: Path
) -> None:
    receipt = _sign(deployment)
    shown = run("receipt", "show", receipt.id)
    assert (shown.exit_code, run("receipt", "show", "--case", destroyed.id).output) == (
        0,
        shown.output,
    )
    assert run("receipt", "show", receipt.subject_id).output == shown.output
    file = tmp_path / "receipts.jsonl"
    file.write_text(shown.output * 2)
    deployment.engine.dispose()
    (tmp_path / "kyc.db").unlink()
    keys = public_key_file(deployment.runtime.settings.audit_key_file)
    for options in ([], ["--public-key", str(keys)]):
        checked = run("receipt", "verify", str(file), *options)
        assert checked.exit_code == 0, checked.output
        assert checked.output.count(f"sound: {receipt.id}: document_front (review)") == 2


def test_a_forged_receipt_is_not_sound(
    deployment: "Kit", run: Run, destroyed: VerificationSession, tmp_path: Path
) -> None:
    line = run("receipt", "show", _sign(deployment).id).output
    file = tmp_path / "receipts.jsonl"
    file.write_text(line + line.replace("superseded", "approved"))
    checked = run("receipt", "verify", str(file))
    assert checked.exit_code == 1
    assert "NOT SOUND: line 2: the signature does not fit" in checked.output
    assert "sound: rcpt_" in checked.output


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe"])
def test_a_file_without_a_receipt_is_refused(
    deployment: "Kit", run: Run, tmp_path: Path, content: bytes
) -> None:
    load_or_make_signer(deployment.runtime.settings.audit_key_file)
    (tmp_path / "receipts").write_bytes(content)
    checked = run("receipt", "verify", str(tmp_path / "receipts"))
    assert isinstance(checked.exception, InvalidInputError)


def test_a_receipt_that_is_not_signed_is_not_given_out(
    run: Run, destroyed: VerificationSession
) -> None:
    shown = run("receipt", "show", "--case", destroyed.id)
    assert isinstance(shown.exception, ConflictError)
    assert shown.output == ""


def test_a_receipt_that_is_not_there_is_refused(run: Run) -> None:
    assert isinstance(run("receipt", "show", "rcpt_0").exception, NotFoundError)


def test_receipts_that_wait_are_counted(
    deployment: "Kit", run: Run, destroyed: VerificationSession
) -> None:
    assert run("receipt", "waiting").exit_code == 0
    with deployment.transaction() as db:
        for receipt in deployment.all(Receipt):
            db.get_one(Receipt, receipt.id).key_destroyed_at -= timedelta(hours=2)
    waiting = run("receipt", "waiting")
    assert (waiting.exit_code, waiting.output[:10]) == (1, "1 receipts")


def test_a_hold_is_set_listed_and_lifted(deployment: "Kit", run: Run) -> None:
    with deployment.transaction() as db:
        session = Make(deployment).ready(db, client_reference_id="C-7")
    day = f"{deployment.now + timedelta(days=9):%Y-%m-%d}"
    given = ("hold", "set", "C-7", "--reason", "authority", "--until", day, "--note", "a letter")
    answer = run(*given)
    assert answer.exit_code == 0, answer.output
    assert isinstance(run(*given).exception, ConflictError)
    (hold,) = deployment.all(LegalHold)
    assert answer.output == f"{hold.id} holds {session.id} until the end of {day} (UTC).\n"
    listed = run("hold", "list").output
    assert listed.startswith(f"{hold.id}\t{session.id}\tC-7\tauthority\t")
    assert listed.endswith(f"\tuntil {day}\tconsole\n")
    assert "letter" not in listed
    assert run("hold", "lift", hold.id).exit_code == 2
    assert run("hold", "lift", hold.id, "--note", "withdrawn").exit_code == 0
    assert run("hold", "list").output == ""
    assert "\tlifted " in run("hold", "list", "--past").output
    assert deployment.actions(session.id)[-2:] == ["operator:hold:set", "operator:hold:lifted"]


@pytest.mark.parametrize("options", [[], ["--until", "2099-01-01"], ["--until", "tomorrow"]])
def test_a_hold_needs_a_reason_and_a_last_day(run: Run, options: list[str]) -> None:
    assert run("hold", "set", "C-7", *options).exit_code == 2


def test_the_end_of_a_relationship_is_reported(deployment: "Kit", run: Run) -> None:
    session = _approved(deployment, "C-7")
    yesterday = deployment.now.date() - timedelta(days=1)
    answers = [run("relationship", "end", "C-7", "--on", str(yesterday)) for _ in range(2)]
    assert [answer.exit_code for answer in answers] == [0, 0]
    destroy_at = deployment.get(VerificationSession, session.id).record_destroy_at
    assert destroy_at is not None
    rest = f"on {yesterday}, the details are destroyed on {destroy_at:%Y-%m-%d}\n"
    assert [answer.output for answer in answers] == [
        f"C-7: ended {rest}",
        f"C-7: was known to have ended {rest}",
    ]


def test_a_deployment_may_keep_details_for_other_years(
    deployment: "Kit", run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYC_RECORD_YEARS", "3")
    _approved(deployment, "C-7")
    answer = run("relationship", "end", "C-7")
    assert f"destroyed on {deployment.now.year + 3}" in answer.output


def test_a_file_of_ends_tells_each_line_and_fails_when_one_did(deployment: "Kit", run: Run) -> None:
    for reference in ("C-1", "C-2"):
        _approved(deployment, reference)
    day = deployment.now.date() - timedelta(days=3)
    lines = f"C-1\n\nC-9\nC-2\t{day}\nC-2\tyesterday\nC-1\t2999-01-01\n"
    answer = run("relationship", "end", "--file", "-", input=lines)
    assert answer.exit_code == 1
    told = answer.stdout.splitlines()
    assert [line.split(" ")[:2] for line in told] == [
        ["C-1:", "ended"],
        ["C-9:", "refused:"],
        ["C-2:", "ended"],
        ["C-2:", "refused:"],
        ["C-1:", "refused:"],
    ]
    assert "3 refused" in answer.stderr


def test_a_file_of_good_ends_succeeds(deployment: "Kit", run: Run, tmp_path: Path) -> None:
    _approved(deployment, "C-1")
    (tmp_path / "ends").write_text("C-1\n")
    assert run("relationship", "end", "--file", str(tmp_path / "ends")).exit_code == 0


@pytest.mark.parametrize("arguments", [[], ["C-7", "--file", "-"]])
def test_one_customer_or_a_file_must_be_named(run: Run, arguments: list[str]) -> None:
    assert run("relationship", "end", *arguments).exit_code == 2


@pytest.mark.parametrize("arguments", [[], ["rcpt_0", "--case", "vs_0"]])
def test_one_receipt_or_a_case_must_be_named(run: Run, arguments: list[str]) -> None:
    assert run("receipt", "show", *arguments).exit_code == 2
