"""Owns the monthly certificate: it says what was destroyed, once, and each receipt is in it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kyc.audit import OPERATOR, SYSTEM, Action, record
from kyc.audit.signer import Signer, load_or_make_signer, public_key_file
from kyc.audit.verify import Tree
from kyc.cli.purge import purge_command
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.models import Certificate, FlowVersion, KeyEpoch, Receipt
from kyc.retention.certificate_format import (
    CertificateError,
    check_proof,
    read_certificate,
    sign_certificate,
)
from kyc.retention.certificates import make_certificate, month_before, proof_of
from kyc.retention.inclusion import path_to, root_by, root_of
from kyc.retention.receipt_format import ReceiptError
from kyc.retention.receipts import sign_complete
from tests.core.kit import START
from tests.workers.hands import Outbox, open_house
from workers.certifying import certify

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

MONTH = "2026-03"


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return load_or_make_signer(tmp_path / "audit.pem")


@pytest.fixture
def march(kit: "Kit", make: "Make", signer: Signer) -> "Kit":
    """A month that is over, with five signed receipts; another was of the month after."""
    with kit.transaction() as db:
        record(db, Action.SYSTEM_PROCESS_STARTED, actor=SYSTEM, now=kit.now)
        for _ in range(5):
            make.receipt(db, absent_at=kit.now)
    kit.later(days=31)
    with kit.transaction() as db:
        make.receipt(db, key_destroyed_at=kit.now, absent_at=kit.now)
        db.flush()
        sign_complete(db, signer)
    return kit


def _made(kit: "Kit", signer: Signer, month: str = MONTH) -> Certificate:
    with kit.transaction() as db:
        return make_certificate(db, signer, month, by=OPERATOR, now=kit.now)


def _said(kit: "Kit", signer: Signer) -> dict[str, Any]:
    return read_certificate(_made(kit, signer).line, signer.trusted)


def test_it_counts_the_receipts_of_its_month(march: "Kit", signer: Signer) -> None:
    content = _said(march, signer)
    assert (content["month"], content["receipts"]["count"]) == (MONTH, 5)
    assert sum(one["count"] for one in content["counts"]) == 5
    assert (content["not_given_up"], content["overdue"]) == ([], 0)


def test_it_is_made_once(march: "Kit", signer: Signer) -> None:
    first = _made(march, signer).line
    march.later(days=1)
    assert _made(march, signer).line == first
    assert march.actions().count("operator:certificate:made") == 1


def test_every_receipt_of_the_month_is_proven_to_be_in_it(march: "Kit", signer: Signer) -> None:
    content = _said(march, signer)
    mine = march.all(Receipt, Receipt.absent_at < START + timedelta(days=20))
    with march.reading() as db:
        proofs = [proof_of(db, receipt) for receipt in mine]
    proven = {check_proof(proof, content, signer.trusted) for proof in proofs}
    assert proven == {receipt.id for receipt in mine}


def test_a_receipt_of_another_month_is_in_no_certificate_yet(march: "Kit", signer: Signer) -> None:
    _made(march, signer)
    (later,) = march.all(Receipt, Receipt.absent_at > START + timedelta(days=20))
    with march.reading() as db, pytest.raises(NotFoundError, match="after each month"):
        proof_of(db, later)


@pytest.mark.parametrize("change", ["index", "path", "certificate", "receipt"])
def test_a_proof_that_is_changed_proves_nothing(march: "Kit", signer: Signer, change: str) -> None:
    content = _said(march, signer)
    with march.reading() as db:
        rows = march.all(Receipt, Receipt.absent_at < START + timedelta(days=20))
        proofs = [json.loads(proof_of(db, row)) for row in rows[:2]]
    proof, other = proofs
    proof[change] = {"certificate": "cert_0"}.get(change, other[change])
    with pytest.raises(ReceiptError):
        check_proof(json.dumps(proof), content, signer.trusted)


def test_a_certificate_that_is_changed_is_not_sound(march: "Kit", signer: Signer) -> None:
    line = _made(march, signer).line
    for wrong, code in (
        (line.replace('"overdue":0', '"overdue":1'), "wrong_signature"),
        (line[:-2], "malformed"),
        (line.replace('"month"', '"mont"'), "malformed"),
        ("[]", "malformed"),
    ):
        with pytest.raises(CertificateError) as caught:
            read_certificate(wrong, signer.trusted)
        assert caught.value.code == code


def test_a_signed_thing_of_another_form_is_no_certificate(signer: Signer) -> None:
    with pytest.raises(CertificateError) as caught:
        read_certificate(sign_certificate({"v": 1}, signer), signer.trusted)
    assert caught.value.code == "malformed"


def test_a_key_that_nobody_trusts_signs_nothing(
    march: "Kit", signer: Signer, tmp_path: Path
) -> None:
    other = load_or_make_signer(tmp_path / "other.pem")
    with pytest.raises(CertificateError) as caught:
        read_certificate(_made(march, signer).line, other.trusted)
    assert caught.value.code == "unknown_key"


@pytest.mark.parametrize(
    ("month", "error"),
    [
        ("2026-04", ConflictError),
        ("2026-02", ConflictError),
        ("2026-13", InvalidInputError),
        ("March", InvalidInputError),
    ],
)
def test_it_is_made_of_no_other_month(
    march: "Kit", signer: Signer, month: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        _made(march, signer, month)


def test_it_waits_for_receipts_that_are_not_signed(
    march: "Kit", make: "Make", signer: Signer
) -> None:
    with march.transaction() as db:
        make.receipt(db, absent_at=START)
    with pytest.raises(ConflictError, match="wait for their signature"):
        _made(march, signer)


def test_it_names_what_the_store_kept_and_the_keys_that_went(
    march: "Kit", make: "Make", signer: Signer
) -> None:
    with march.transaction() as db:
        kept = make.receipt(db, key_destroyed_at=START, left="1 version").id
        db.add(KeyEpoch(name="2026-01", made_at=START, destroyed_at=START))
        db.add(KeyEpoch(name="2025-12", made_at=START, destroyed_at=START - timedelta(days=9)))
        detail = {"due": 700, "live": 900}
        record(db, Action.OPERATOR_PURGE_RESUMED, actor=OPERATOR, now=START, detail=detail)
    content = _said(march, signer)
    assert content["not_given_up"] == [kept]
    assert [epoch["name"] for epoch in content["key_epochs"]] == ["2026-01"]
    assert [(one["due"], one["live"]) for one in content["let_through"]] == [(700, 900)]


def test_it_names_each_version_of_the_rules_that_was_in_force(march: "Kit", signer: Signer) -> None:
    days = {2: -90, 3: -30, 4: 2, 5: 40}
    with march.transaction() as db:
        for version, since in days.items():
            at = START + timedelta(days=since)
            db.add(
                FlowVersion(
                    name="other",
                    version=version,
                    body="",
                    sha256=f"{version:064}",
                    proposed_by="console",
                    proposed_at=at,
                    in_force_from=at,
                )
            )
    told = [(one["version"], one["sha256"]) for one in _said(march, signer)["flows"]]
    assert told == [(3, f"{3:064}"), (4, f"{4:064}")]


def test_a_worker_makes_that_of_the_month_before_once(march: "Kit", tmp_path: Path) -> None:
    house = open_house(march, tmp_path, Outbox())
    certify(house)
    certify(house)
    assert [one.month for one in march.all(Certificate)] == [MONTH]
    assert march.actions().count("system:certificate:made") == 1


def test_a_worker_makes_none_for_what_was_before_the_beginning(kit: "Kit", tmp_path: Path) -> None:
    certify(open_house(kit, tmp_path, Outbox()))
    assert kit.all(Certificate) == []


def test_it_is_checked_offline(march: "Kit", signer: Signer, tmp_path: Path) -> None:
    certificate, proof = tmp_path / "certificate.json", tmp_path / "proof.json"
    certificate.write_text(_made(march, signer).line)
    with march.reading() as db:
        row = march.all(Receipt, Receipt.absent_at < START + timedelta(days=20))[0]
        proof.write_text(proof_of(db, row))
    keys = ["--public-key", str(public_key_file(tmp_path / "audit.pem"))]
    checked = ["verify-certificate", str(certificate), "--proof", str(proof), *keys]
    answer = CliRunner().invoke(purge_command, checked)
    assert (answer.exit_code, f"in it: {row.id}" in answer.output) == (0, True)
    certificate.write_text(certificate.read_text().replace(MONTH, "2026-02"))
    answer = CliRunner().invoke(purge_command, checked)
    assert (answer.exit_code, "NOT SOUND" in answer.output) == (1, True)


@given(st.lists(st.text(max_size=5), min_size=1, max_size=20), st.integers(0, 25))
def test_the_tree_is_that_of_the_audit_log_and_each_path_leads_to_its_root(
    lines: list[str], place: int
) -> None:
    tree = Tree()
    for line in lines:
        tree.append(bytes.fromhex(_leaf(line)))
    assert tree.root() == root_of(lines)
    index = place % len(lines)
    path = path_to(lines, index)
    assert root_by(lines[index], index, len(lines), path) == root_of(lines)
    assert root_by(lines[index], index, len(lines), [*path, b"x" * 32]) is None
    assert root_by(lines[index], index, len(lines) * 2 + 1, path) != root_of(lines)
    assert root_by(lines[index], place + len(lines), len(lines), path) is None


def _leaf(line: str) -> str:
    return path_to([line, line], 0)[0].hex()


def test_the_month_before_january_is_that_of_the_year_before() -> None:
    assert month_before(START.replace(month=1)) == "2025-12"
