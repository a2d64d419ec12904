"""Owns the names of the jobs, so that kyc can ask for work without importing workers."""

from enum import StrEnum


class OwedJobName(StrEnum):
    """Work that a row in the database owes; the queue only wakes somebody up for it."""

    REDACT = "redact"
    MAIL = "mail"
    SETTLE = "settle"
    STAFF_MAIL = "staff_mail"
    TAKE_OVER = "take_over"
    TAKE_OVER_REQUEST = "take_over_request"
    RESUME_PURGE = "resume_purge"
    NARROW = "narrow"
    EVIDENCE = "evidence"
    BUNDLE = "bundle"


class PeriodicJobName(StrEnum):
    """Work that recurs; the ticker asks for it once a period."""

    SWEEP = "sweep"
    PURGE = "purge"
    EXPIRE = "expire"
    NARROW = "narrow"
    CHAIN_AUDIT = "chain_audit"
    HEARTBEAT = "heartbeat"
    SHIP_AUDIT = "ship_audit"
    VERIFY_AUDIT = "verify_audit"
    SIGN_RECEIPTS = "sign_receipts"
    RECONCILE = "reconcile"
    KEEP_KEYS = "keep_keys"
    PUBLISH_KEYS = "publish_keys"
    CERTIFY = "certify"
    KEEP_REGISTERS = "keep_registers"
    TELL_NOTICES = "tell_notices"
    WATCH_DESK = "watch_desk"
    WATCH_PURGE = "watch_purge"


QUEUE = "kyc"
RUN_OWED = "workers.jobs.run_owed"
RUN_PERIODIC = "workers.jobs.run_periodic"
ALLOWED_FUNCTIONS = frozenset({RUN_OWED, RUN_PERIODIC})
"""A worker executes nothing else, whatever stands in the queue."""
