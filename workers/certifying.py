"""Owns the job that makes the certificate of the month that ended last, once it is complete."""

import structlog

from kyc.audit import SYSTEM
from kyc.errors import ConflictError
from kyc.retention.certificates import certificate_of, make_certificate, month_before
from workers.house import House

log = structlog.get_logger("kyc.certificates")


def certify(house: House) -> None:
    """Comes round every hour; what is not complete yet is made by the next round."""
    runtime = house.runtime
    now = runtime.now()
    month = month_before(now)
    with runtime.reading() as db:
        if certificate_of(db, month) is not None:
            return
    try:
        with runtime.transaction() as db:
            made = make_certificate(db, house.signer, month, by=SYSTEM, now=now)
    except ConflictError as error:
        log.info("certificate_not_made", month=month, reason=str(error))
        return
    log.info("certificate_made", month=month, certificate=made.id)
