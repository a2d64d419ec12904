"""Owns what workers do for the audit log: chain, sign, copy, check, and say that they are alive."""

import structlog

from kyc.audit.checkpoints import advance
from kyc.audit.checkpoints import heartbeat as record_heartbeat
from kyc.audit.database import verify_database
from kyc.audit.export import export
from kyc.audit.shipping import keep_shipment, next_piece, send
from kyc.audit.verifying import keep_verification
from workers.house import House

log = structlog.get_logger("kyc.audit")


def chain_audit(house: House) -> None:
    """Places and signs what waits; exports after the commit."""
    runtime = house.runtime
    with runtime.transaction() as db:
        advance(db, house.signer, runtime.now())
    with runtime.reading() as db:
        export(db, runtime.settings.audit_export_dir)


def ship_audit(house: House) -> None:
    """Copies what is signed to the audit bucket, a piece at a time, where there is one."""
    runtime, bucket = house.runtime, house.audit_bucket
    while bucket is not None:
        with runtime.reading() as db:
            piece = next_piece(db, bucket)
        if piece is None:
            return
        send(bucket, piece)
        with runtime.transaction() as db:
            keep_shipment(db, piece, runtime.now())


def verify_audit(house: House) -> None:
    """Checks the whole log where it lives, and keeps what came of it."""
    runtime = house.runtime
    with runtime.reading() as db:
        report = verify_database(db, house.signer.trusted)
    if not report.is_sound:
        log.error("audit_alarm", kind="unsound", findings=len(report.findings))
    with runtime.transaction() as db:
        keep_verification(db, report, runtime.now())


def heartbeat(house: House) -> None:
    with house.runtime.transaction() as db:
        record_heartbeat(db, house.runtime.now())
