"""Owns the receipts for everybody: checked in public, downloaded by whose case it is."""

import io
from datetime import UTC, datetime

import pytest

from kyc.audit.signer import Signer, load_or_make_signer, public_key_file
from kyc.models import Receipt
from kyc.retention.receipt_format import Content, check, sign, write
from kyc.retention.receipts import sign_complete
from tests.web.people import Browser
from tests.web.world import World

MULTIPART = "multipart/form-data"
AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
CONTENT = Content(
    "rcpt_" + "0" * 30, "art_" + "1" * 30, "document_front", "review", "rejected", AT, AT, 1
)


@pytest.fixture
def signer(world: World) -> Signer:
    return load_or_make_signer(world.runtime.settings.audit_key_file)


@pytest.fixture
def line(signer: Signer) -> str:
    return write(CONTENT, sign(CONTENT, signer))


def test_anybody_is_told_what_a_sound_receipt_says(browser: Browser, line: str) -> None:
    answer = browser.post("/receipts", {"text": f"{line}\n"})
    assert answer.status_code == 200
    for said in ("1 of 1 are sound", "Front of the document", "the covered copy", CONTENT.subject):
        assert said in answer.text
    assert "Not sound" not in answer.text


def test_a_file_is_checked_line_by_line(browser: Browser, line: str) -> None:
    changed = line.replace("rejected", "approved")
    file = (io.BytesIO(f"{line}\n\n{changed}\nnonsense\n".encode()), "receipts.jsonl")
    answer = browser.post("/receipts", {"file": file}, content_type=MULTIPART)
    assert "1 of 3 are sound" in answer.text
    assert "something in it was changed" in answer.text
    assert "Line 4" in answer.text
    assert "This line is not a receipt" in answer.text


@pytest.mark.usefixtures("signer")
def test_a_receipt_of_somebody_else_is_not_ours(browser: Browser, world: World) -> None:
    other = load_or_make_signer(world.runtime.settings.data_dir / "other.pem")
    answer = browser.post("/receipts", {"text": write(CONTENT, sign(CONTENT, other))})
    assert "0 of 1 are sound" in answer.text
    assert "not signed with one of our keys" in answer.text


@pytest.mark.usefixtures("signer")
def test_nothing_to_check_is_told_with_what_to_do(browser: Browser) -> None:
    answer = browser.post("/receipts", {"text": " "})
    assert answer.status_code == 422
    assert "paste what is in it" in answer.text


@pytest.mark.usefixtures("signer")
def test_it_writes_no_markup_that_a_receipt_brings(browser: Browser) -> None:
    assert "<b>x" not in browser.post("/receipts", {"text": "<b>x</b>"}).text


def test_the_public_keys_are_given_out_as_they_are(browser: Browser, signer: Signer) -> None:
    answer = browser.get("/receipts/key")
    assert answer.text == f"{signer.public}\n"
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("path", ["/receipts", "/receipts/key"])
def test_a_machine_without_the_public_keys_says_so(world: World, path: str) -> None:
    public_key_file(world.runtime.settings.audit_key_file).unlink(missing_ok=True)
    answer = world.browser().get(path)
    assert answer.status_code == 503
    assert "does not have the public keys" in answer.text


@pytest.mark.usefixtures("signer")
def test_it_limits_how_often_an_address_may_check(browser: Browser) -> None:
    answers = [browser.post("/receipts", {"text": "x"}).status_code for _ in range(61)]
    assert answers[-2:] == [200, 429]


def _destroyed(world: World, signer: Signer, session_id: str) -> None:
    with world.runtime.transaction() as db:
        for receipt in db.query(Receipt):
            receipt.absent_at = world.clock()
        db.add(
            Receipt(subject_id=session_id, kind="record", stage="record", rule="record_rejected",
                    key_destroyed_at=world.clock(), absent_at=world.clock())
        )  # fmt: skip
        db.flush()
        sign_complete(db, signer)


def test_customers_see_and_download_the_receipts_of_their_case(
    world: World, signer: Signer
) -> None:
    customer, other = world.customer(), world.customer()
    case = customer.submitted()
    other.submitted()
    assert "Receipts of deletion" not in customer.browser.get("/verify/status").text
    assert customer.browser.get("/verify/receipts").status_code == 404
    _destroyed(world, signer, case)
    page = customer.browser.get("/verify/status").text
    assert "Download the receipts" in page
    lines = customer.browser.get("/verify/receipts").text.splitlines()
    subjects = [check(line, signer.trusted).subject for line in lines]
    assert case in subjects
    assert case not in other.browser.get("/verify/receipts").text
