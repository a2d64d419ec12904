"""Owns what an event may hold: identifiers, codes, counts and yes or no; never words of a person.

Two nets. Words (reason codes, states) are admitted only under the keys of `WORDS`, and only in
the shape of a code: lower case, no blank, no @, no accent. Any other key admits numbers, flags
and machine-made identifiers alone, so that a new key cannot carry a name by accident.
"""

import re
from collections.abc import Mapping

from kyc.errors import KycError

Value = str | int | bool | list[str] | tuple[str, ...]

IDENTIFIER = re.compile(r"(?:[a-z]{1,8}_)?[0-9a-f]{24,64}", re.ASCII)
CODE = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*", re.ASCII)
KEY = re.compile(r"[a-z][a-z_]{0,31}", re.ASCII)

LONGEST_CODE = 64
MOST_KEYS = 16
MOST_ITEMS = 32
LARGEST_COUNT = 999_999_999  # bytes of a file fit; a telephone number does not

WORDS = frozenset({
    "channel", "code", "codes", "content_type", "epoch", "format", "from_state", "item", "items",
    "kind", "kinds", "language", "limit", "method", "outcome", "permission", "policy", "policy_id",
    "policy_version", "process", "profile", "reason", "reasons", "release", "revision", "role",
    "route", "rule", "scope", "setting", "stage", "state", "status", "template", "to_state",
    "trigger", "version",
})  # fmt: skip


class AuditValueError(KycError):
    """A value that may be personal data; the message names the key, never the value."""

    code = "audit_value"


def checked_identifier(key: str, value: str | None) -> str | None:
    """Return `value` when it is machine-made (optional prefix, 24 to 64 hex digits) or absent."""
    if value is None:
        return None
    if not IDENTIFIER.fullmatch(value):
        raise AuditValueError(f"{key} of an audit event is not a random identifier")
    return value


def checked_code(key: str, value: str) -> str:
    """Return `value` when it is empty or a code such as `mrz_missing`, `2026-03`, `staff/case`."""
    if value and (len(value) > LONGEST_CODE or not CODE.fullmatch(value)):
        raise AuditValueError(f"{key} of an audit event is not a code")
    return value


def checked_detail(detail: Mapping[str, Value] | None) -> dict[str, str | int | bool | list[str]]:
    if not detail:
        return {}
    if len(detail) > MOST_KEYS:
        raise AuditValueError("an audit event has too many details")
    return {_checked_key(key): _checked_value(key, value) for key, value in detail.items()}


def _checked_key(key: str) -> str:
    if not KEY.fullmatch(key):
        raise AuditValueError("the name of a detail of an audit event is not a plain word")
    return key


def _checked_value(key: str, value: Value) -> str | int | bool | list[str]:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _checked_count(key, value)
    if isinstance(value, str):
        return _checked_string(key, value)
    return _checked_list(key, value)


def _checked_list(key: str, value: object) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > MOST_ITEMS:
        raise AuditValueError(f"{key} of an audit event is neither code, count nor flag")
    return [_checked_string(key, item) for item in value]


def _checked_count(key: str, value: int) -> int:
    if not 0 <= value <= LARGEST_COUNT:
        raise AuditValueError(f"{key} of an audit event is not a count")
    return value


def _checked_string(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise AuditValueError(f"{key} of an audit event is neither code, count nor flag")
    if IDENTIFIER.fullmatch(value):
        return value
    if key in WORDS:
        return checked_code(key, value)
    raise AuditValueError(f"{key} of an audit event admits identifiers, counts and flags only")
