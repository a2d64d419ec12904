"""Owns the signing of receipts: apart from the purge, which needs no key."""

import structlog

from kyc.retention.receipts import SLICE, sign_complete, unsigned
from kyc.retention.telling import tell_of_receipts
from workers.house import House

log = structlog.get_logger("kyc.receipts")


def sign_receipts(house: House) -> None:
    """Everything that is complete, then tells customers; says so when receipts wait for long."""
    runtime = house.runtime
    while True:
        with runtime.transaction() as db:
            count = sign_complete(db, house.signer)
        if count < SLICE:
            break
    with runtime.transaction() as db:
        tell_of_receipts(db, runtime.now())
    with runtime.reading() as db:
        late = unsigned(db, runtime.now())
    if late:
        log.warning("receipts_unsigned", count=late)
