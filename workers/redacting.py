"""Owns the redaction job: open the raw upload, redact, store the copy, destroy the raw."""

from dataclasses import replace

import structlog

from kyc.documents.pages import Redaction
from kyc.documents.redaction import redact
from kyc.errors import RefusedFileError
from kyc.evidence import AlteredError, open_artifact
from kyc.intake.receiving import give_up
from kyc.intake.redacting import (
    Plan,
    announce_copy,
    document_seen,
    finish_redaction,
    numbers_shown,
    plan_redaction,
)
from kyc.keeping.quarantine import quarantine
from kyc.leases import Lease, hold, settle
from kyc.seen import NumbersSeen
from storage.errors import KeyGoneError, MissingObjectError, TamperedError
from workers.house import House
from workers.removing import remove_object

log = structlog.get_logger("kyc.worker")

_LOST = (TamperedError, MissingObjectError, KeyGoneError)


def redact_upload(house: House, lease: Lease) -> None:
    """From the sealed raw upload to the stored copy. Every commit is made under the lease."""
    runtime = house.runtime
    business = runtime.settings.business_name
    with runtime.reading() as db:
        plan = plan_redaction(db, runtime.vault, lease.subject_id, business, runtime.now())
        known = numbers_shown(db, runtime.lookup, plan) if plan else None
    if plan is None:
        with runtime.transaction() as db:
            settle(db, lease, runtime.now())
        return
    try:
        redaction = _redact(house, plan, known)
    except RefusedFileError as error:
        _refuse(house, lease, plan, error.code)
        return
    except AlteredError as error:
        with runtime.transaction() as db:
            quarantine(db, error.artifact_id, error.code, runtime.now())
        _refuse(house, lease, plan, "storage_failed")
        return
    except _LOST as error:
        log.error("integrity_alarm", artifact=plan.raw.id, code=error.code)
        _refuse(house, lease, plan, "storage_failed")
        return
    document = document_seen(runtime.lookup, redaction)
    _keep(house, lease, plan, replace(redaction, document_number=None), document)
    remove_object(house, plan.raw.id, plan.raw.object_name)


def _redact(house: House, plan: Plan, known: NumbersSeen | None) -> Redaction:
    return redact(
        open_artifact(house.runtime.vault, plan.raw),
        kind=plan.kind,
        policy=plan.policy,
        mark=plan.mark,
        claimed=plan.claimed,
        statement=plan.statement,
        page=plan.page,
        today=house.runtime.now().date(),
        number_known=known,
        engine=house.engine,
    )


def _keep(
    house: House, lease: Lease, plan: Plan, redaction: Redaction, document: bytes | None
) -> None:
    """Row, object, then the one commit that makes the copy ready and destroys the raw key."""
    runtime = house.runtime
    with runtime.transaction() as db:
        hold(db, lease)
        copy = announce_copy(db, runtime.vault, plan, redaction, runtime.now())
    runtime.vault.store(copy.object_name, copy.ciphertext)
    with runtime.transaction() as db:
        settle(db, lease, runtime.now())
        finish_redaction(db, plan, redaction, copy.artifact_id, runtime.now(), document=document)


def _refuse(house: House, lease: Lease, plan: Plan, code: str) -> None:
    with house.runtime.transaction() as db:
        settle(db, lease, house.runtime.now())
        give_up(db, plan.upload_id, code, house.runtime.now())
    remove_object(house, plan.raw.id, plan.raw.object_name)
