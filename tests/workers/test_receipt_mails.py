"""Owns that receipts reach the customer: one mail for a case, brought once, to somebody known."""

import email
import email.policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kyc.delivery.sending import MaildirPost
from kyc.lifecycle import ItemKind, Status
from kyc.models import OutgoingMail, Receipt, VerificationSession
from kyc.origins import HONEY
from kyc.retention.checking import MOST, UnreadableReceiptsError, check_receipts
from kyc.retention.receipt_format import check
from tests.workers.hands import Outbox, work_off
from workers.purging import purge
from workers.signing import sign_receipts

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make
    from workers.house import House


def _case(kit: "Kit", make: "Make", status: Status = Status.REJECTED, **values: Any) -> str:
    """A case of which two pictures are due."""
    with kit.transaction() as db:
        session = make.ready(db, status=status, **values)
        for kind in (ItemKind.DOCUMENT_FRONT, ItemKind.SELFIE_STATEMENT):
            make.artifact(db, make.upload(db, session, kind=kind), rule="superseded")
        return session.id


def _mails(kit: "Kit") -> list[str]:
    return [mail.session_id for mail in kit.all(OutgoingMail, OutgoingMail.kind == "receipts")]


def _destroyed(house: "House") -> None:
    purge(house)
    sign_receipts(house)


def test_each_customer_gets_one_mail_for_all_that_was_destroyed(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    cases = {_case(kit, make), _case(kit, make)}
    _destroyed(house)
    assert set(_mails(kit)) == cases
    assert len(_mails(kit)) == 2
    sign_receipts(house)
    assert len(_mails(kit)) == 2


def test_the_mail_brings_the_receipts_and_they_are_sound(
    kit: "Kit", make: "Make", house: "House", post: Outbox
) -> None:
    _case(kit, make, locale="et")
    _destroyed(house)
    work_off(kit, house)
    (letter,) = [letter for letter, _id in post.letters if letter.receipts]
    lines = letter.receipts.splitlines()
    told = {check(line, house.signer.trusted).subject for line in lines}
    assert told == {receipt.subject_id for receipt in kit.all(Receipt)}
    assert "/receipts" in letter.body
    assert "Tere" in letter.body


def test_the_file_arrives_as_it_was_signed(
    kit: "Kit", make: "Make", house: "House", post: Outbox, tmp_path: Path
) -> None:
    _case(kit, make)
    _destroyed(house)
    work_off(kit, house)
    (letter,) = [letter for letter, _id in post.letters if letter.receipts]
    MaildirPost(tmp_path / "mail").send(letter, "kyc@example.org", "<1@kyc.invalid>")
    (path,) = (tmp_path / "mail" / "new").iterdir()
    arrived = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    (attached,) = arrived.iter_attachments()
    assert attached.get_filename() == "receipts.jsonl"
    assert attached.get_content() == letter.receipts


def test_what_is_destroyed_later_comes_with_a_mail_of_its_own(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    case = _case(kit, make)
    _destroyed(house)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        make.artifact(db, make.upload(db, session), rule="superseded")
    _destroyed(house)
    assert _mails(kit) == [case, case]


@pytest.mark.parametrize("status", [Status.REQUIRES_INPUT, Status.PROCESSING])
def test_nobody_is_written_to_before_their_case_is_decided(
    kit: "Kit", make: "Make", house: "House", status: Status
) -> None:
    case = _case(kit, make, status)
    _destroyed(house)
    assert _mails(kit) == []
    with kit.transaction() as db:
        db.get_one(VerificationSession, case).status = Status.VERIFIED
    sign_receipts(house)
    assert _mails(kit) == [case]


def test_nobody_is_written_to_whose_details_are_destroyed(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    _case(kit, make, record_rule="record_rejected", record_destroy_at=kit.now)
    _destroyed(house)
    assert _mails(kit) == []
    assert {receipt.mail_id for receipt in kit.all(Receipt)} == {""}


def test_nobody_is_written_to_whom_the_program_invented(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    _case(kit, make, origin=HONEY)
    _destroyed(house)
    assert _mails(kit) == []


@pytest.mark.parametrize(
    ("untrusted", "code"),
    [
        (b" \n\n", "empty"),
        (b"{}\n" * (MOST + 1), "too_many"),
        (b"x" * 100_001, "too_large"),
        (b"\xff\xd8\xff", "not_text"),
    ],
)
def test_what_is_no_file_of_receipts_is_refused_whole(untrusted: bytes, code: str) -> None:
    with pytest.raises(UnreadableReceiptsError) as caught:
        check_receipts(untrusted, [])
    assert caught.value.code == code
