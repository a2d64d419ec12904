"""Owns signed receipts: what is complete is signed once, and anybody can check it offline."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.audit.signer import Signer, load_or_make_signer
from kyc.audit.verify import PublicKey
from kyc.errors import NotFoundError
from kyc.models import Receipt
from kyc.retention.purging import destroy_due_records, mark_absent, mark_due
from kyc.retention.receipt_format import DOMAIN, Content, ReceiptError, check, sign, write
from kyc.retention.receipts import (
    receipt_named,
    receipts_of_case,
    sign_complete,
    unsigned,
    written,
)
from storage.objects import Absence
from tests.core.kit import START, dump, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

VECTORS = sorted((Path(__file__).parents[1] / "vectors" / "receipt").glob("*.json"))
CONTENT = Content(
    id="rcpt_" + "0" * 30,
    subject="art_" + "1" * 30,
    kind="document_front",
    stage="review",
    rule="rejected",
    key_destroyed_at=START,
    absent_at=START,
    versions=1,
)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return load_or_make_signer(tmp_path / "audit.pem")


def _sign(kit: "Kit", signer: Signer, limit: int = 200) -> int:
    with kit.transaction() as db:
        return sign_complete(db, signer, limit)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_it_reads_the_vectors_as_the_format_says(path: Path) -> None:
    case = json.loads(path.read_text())
    keys = [PublicKey.parse(case["public_key"])]
    if case["expect"] != "ok":
        with pytest.raises(ReceiptError) as caught:
            check(case["line"], keys)
        assert caught.value.code == case["expect"]
        return
    content = check(case["line"], keys)
    message = bytes.fromhex(case["message"])
    assert message.startswith(DOMAIN)
    assert json.loads(message.removeprefix(DOMAIN)) == content.members()


def test_there_are_vectors_of_every_finding() -> None:
    findings = {json.loads(path.read_text())["expect"] for path in VECTORS}
    assert findings == {"ok", "malformed", "unknown_key", "wrong_signature"}


def test_what_is_signed_and_written_is_read_again(signer: Signer) -> None:
    line = write(CONTENT, sign(CONTENT, signer))
    assert check(line, signer.trusted) == CONTENT
    assert "\n" not in line


def test_a_key_that_was_replaced_still_vouches_for_its_receipts(
    signer: Signer, tmp_path: Path
) -> None:
    line = write(CONTENT, sign(CONTENT, signer))
    (tmp_path / "audit.pem").unlink()
    later = load_or_make_signer(tmp_path / "audit.pem")
    assert later.public != signer.public
    assert check(line, later.trusted) == CONTENT
    with pytest.raises(ReceiptError, match="trusted"):
        check(line, [later.public])


@given(place=st.integers(0, 400), bit=st.integers(0, 6))
def test_no_flipped_bit_goes_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, place: int, bit: int
) -> None:
    signer = load_or_make_signer(tmp_path_factory.getbasetemp() / "flipped.pem")
    line = write(CONTENT, sign(CONTENT, signer)).encode()
    place %= len(line)
    flipped = line[:place] + bytes([line[place] ^ (1 << bit)]) + line[place + 1 :]
    try:
        told = check(flipped.decode(), signer.trusted)
    except ReceiptError:
        return
    assert told == CONTENT  # another spelling of the same, such as of base64's last bits


def _destroyed(kit: "Kit", make: "Make", *, absent: bool = True) -> tuple[str, str]:
    """The ids of a case and of its image, which is destroyed."""
    with kit.transaction() as db:
        session = make.ready(db)
        image = make.artifact(db, make.upload(db, session), rule="superseded").id
    with kit.transaction() as db:
        mark_due(db, kit.now)
        if absent:
            mark_absent(db, image, Absence(2, 1, 0), kit.now)
    return session.id, image


def test_what_is_verified_to_be_gone_is_signed_once(
    kit: "Kit", make: "Make", signer: Signer
) -> None:
    _, image = _destroyed(kit, make)
    kit.later(minutes=1)
    assert _sign(kit, signer) == 1
    (receipt,) = kit.all(Receipt)
    told = check(written(receipt) or "", signer.trusted)
    assert (told.subject, told.kind, told.rule, told.versions) == (
        image,
        "document_front",
        "superseded",
        2,
    )
    assert (told.key_destroyed_at, told.absent_at) == (START, START)
    before = dump(kit.engine)
    assert _sign(kit, signer) == 0
    assert dump(kit.engine) == before


def test_what_is_not_verified_to_be_gone_is_not_signed(
    kit: "Kit", make: "Make", signer: Signer
) -> None:
    _destroyed(kit, make, absent=False)
    assert _sign(kit, signer) == 0
    assert written(kit.all(Receipt)[0]) is None


def test_the_receipt_of_a_record_is_signed_too(kit: "Kit", make: "Make", signer: Signer) -> None:
    with kit.transaction() as db:
        session = make.ready(db, record_rule="record_approved", record_destroy_at=kit.now)
    with kit.transaction() as db:
        destroy_due_records(db, kit.now)
    assert _sign(kit, signer) == 1
    told = check(written(kit.all(Receipt)[0]) or "", signer.trusted)
    assert (told.subject, told.kind, told.stage) == (session.id, "record", "record")


def test_a_signed_receipt_that_is_changed_in_the_database_is_noticed(
    kit: "Kit", make: "Make", signer: Signer
) -> None:
    _destroyed(kit, make)
    _sign(kit, signer)
    with kit.transaction() as db:
        db.get_one(Receipt, kit.all(Receipt)[0].id).rule = "approved"
    with pytest.raises(ReceiptError, match="does not fit"):
        check(written(kit.all(Receipt)[0]) or "", signer.trusted)


def test_two_signers_at_once_sign_everything_once(kit: "Kit", make: "Make", signer: Signer) -> None:
    with kit.transaction() as db:
        for _ in range(12):
            make.receipt(db, absent_at=kit.now)
    answers = race(2, lambda _: _sign(kit, signer, 12))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    _sign(kit, signer)
    assert None not in {receipt.signature for receipt in kit.all(Receipt)}
    assert sum(int(str(answer)) for answer in answers) == 12


def test_receipts_that_wait_for_long_are_counted(kit: "Kit", make: "Make", signer: Signer) -> None:
    _destroyed(kit, make)
    _destroyed(kit, make, absent=False)
    with kit.reading() as db:
        assert unsigned(db, kit.later(hours=1)) == 0
        assert unsigned(db, kit.later(seconds=1)) == 2
    _sign(kit, signer)
    with kit.reading() as db:
        assert unsigned(db, kit.now) == 1


def test_receipts_are_found_by_their_id_their_subject_and_their_case(
    kit: "Kit", make: "Make"
) -> None:
    case, image = _destroyed(kit, make)
    _destroyed(kit, make)
    with kit.reading() as db:
        (receipt,) = receipts_of_case(db, case)
        assert receipt_named(db, image).id == receipt_named(db, receipt.id).id == receipt.id
        with pytest.raises(NotFoundError):
            receipt_named(db, case)


@pytest.mark.parametrize("change", [{"kind": "Leelo"}, {"rule": "a b"}, {"versions": -1}])
def test_nothing_but_codes_and_counts_is_a_receipt(signer: Signer, change: dict[str, Any]) -> None:
    odd = replace(CONTENT, **change)
    with pytest.raises(ReceiptError, match="version 1"):
        check(write(odd, sign(odd, signer)), signer.trusted)


def test_a_receipt_far_in_time_keeps_its_moments(signer: Signer) -> None:
    late = replace(CONTENT, absent_at=START + timedelta(days=20_000, microseconds=1))
    assert check(write(late, sign(late, signer)), signer.trusted).absent_at == late.absent_at
