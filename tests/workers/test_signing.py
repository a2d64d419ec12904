"""Owns the signing of receipts by a worker: apart from the purge, and told when it is late."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from structlog.testing import capture_logs

from kyc.models import Receipt
from kyc.retention.receipt_format import check
from kyc.retention.receipts import written
from tests.workers.hands import Outbox, open_house
from workers.purging import purge
from workers.signing import sign_receipts

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make
    from workers.house import House


@pytest.fixture
def house(kit: "Kit", tmp_path: Path) -> "House":
    return open_house(kit, tmp_path, Outbox())


def test_a_purge_leaves_receipts_that_a_later_step_signs(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    with kit.transaction() as db:
        make.artifact(db, make.upload(db, make.ready(db)), rule="superseded")
    purge(house)
    assert kit.all(Receipt)[0].signature is None
    sign_receipts(house)
    (receipt,) = kit.all(Receipt)
    assert check(written(receipt) or "", house.signer.trusted).subject == receipt.subject_id


def test_more_receipts_than_a_slice_are_all_signed(
    kit: "Kit", make: "Make", house: "House"
) -> None:
    with kit.transaction() as db:
        for _ in range(201):
            make.receipt(db, absent_at=kit.now)
    sign_receipts(house)
    assert None not in {receipt.signature for receipt in kit.all(Receipt)}


def test_receipts_that_wait_for_long_are_logged(
    kit: "Kit", make: "Make", house: "House", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.signing.log", structlog.get_logger("test"))
    with kit.transaction() as db:
        make.receipt(db)
    kit.later(hours=2)
    with capture_logs() as logs:
        sign_receipts(house)
    assert [(line["event"], line["count"]) for line in logs] == [("receipts_unsigned", 1)]
