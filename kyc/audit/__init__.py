"""Owns the audit log: what was done, by whom, in an order that cannot be changed unseen."""

from kyc.audit.events import Action
from kyc.audit.recording import (
    CUSTOMER,
    OPERATOR,
    SYSTEM,
    VISITOR,
    Actor,
    Thing,
    record,
    record_all,
)
from kyc.audit.values import AuditValueError

__all__ = [
    "CUSTOMER",
    "OPERATOR",
    "SYSTEM",
    "VISITOR",
    "Action",
    "Actor",
    "AuditValueError",
    "Thing",
    "record",
    "record_all",
]
