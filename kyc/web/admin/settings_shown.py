"""Owns what each setting means, and showing it without ever showing a secret."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from kyc.settings import Settings

Source = Literal["environment", "file", "default"]


@dataclass(frozen=True)
class Shown:
    """`value` is empty for a secret; `is_secret` then says that there is one, or none."""

    variable: str
    value: str
    source: Source
    meaning: str
    is_secret: bool
    is_set: bool


MEANINGS: dict[str, tuple[str, str]] = {
    "KYC_DATA_DIR": ("data_dir", "Database, keys, logs and embedded servers live here"),
    "KYC_HOST": ("host", "The address that the web server listens on"),
    "KYC_PORT": ("port", "The port that the web server listens on"),
    "KYC_BASE_URL": ("base_url", "The address that links and mails name; https makes cookies safe"),
    "KYC_BUSINESS_NAME": ("business_name", "The controller's name on pages, mails and copies"),
    "KYC_CONTROLLER_FILE": ("controller_file", "Who is responsible, for the privacy documents"),
    "KYC_TIME_ZONE": ("time_zone", "The zone in which pages show times"),
    "KYC_SURFACE": ("surface", "Which pages this process serves"),
    "DATABASE_URL": ("database_url", "The database"),
    "REDIS_URL": ("redis_url", "The queue server that wakes workers"),
    "S3_ENDPOINT_URL": ("s3_endpoint_url", "The object store"),
    "S3_BUCKET": ("s3_bucket", "The bucket of the sealed pictures"),
    "S3_REGION": ("s3_region", "The region of the object store"),
    "S3_ACCESS_KEY": ("s3_access_key", "Its credentials"),
    "S3_SECRET_KEY": ("s3_secret_key", "Its credentials"),
    "KYC_AUDIT_BUCKET": ("audit_bucket", "A bucket of its own to which the audit log is copied"),
    "AUDIT_S3_ENDPOINT_URL": ("audit_s3_endpoint_url", "The object store of that bucket"),
    "AUDIT_S3_ACCESS_KEY": ("audit_s3_access_key", "Its credentials"),
    "AUDIT_S3_SECRET_KEY": ("audit_s3_secret_key", "Its credentials"),
    "S3_CHECKSUMS": ("s3_checksums", "Whether the object store takes newer checksums"),
    "SMTP_URL": ("smtp_url", "The mail server; without one, mails are kept in a directory"),
    "KYC_MAIL_FROM": ("mail_from", "The sender of mails"),
    "KYC_SECRET_KEY_FILE": ("secret_key_file", "Signs cookies"),
    "KYC_LOOKUP_KEY_FILE": ("lookup_key_file", "Keys the hashes by which people are found again"),
    "KYC_AUDIT_KEY_FILE": ("audit_key_file", "Signs the audit log"),
    "KYC_KEK_DIR": ("kek_dir", "Key-encryption keys, one file a month"),
    "KYC_KEYS_URL": ("keys_url", "Where the keys are: files, AWS KMS, Vault or OpenBao"),
    "KYC_KEYS_TOKEN": ("keys_token", "The token for Vault or OpenBao"),
    "KYC_KEYS_TOKEN_FILE": ("keys_token_file", "A file with that token, which an agent renews"),
    "KYC_KEYS_ACCESS_KEY": ("keys_access_key", "Credentials for KMS, instead of a role"),
    "KYC_KEYS_SECRET_KEY": ("keys_secret_key", "Credentials for KMS, instead of a role"),
    "KYC_ACCEPT_FILE_KEYS": ("accept_file_keys", "Whether keys in files are enough here"),
    "KYC_UPLOAD_LIMIT_BYTES": ("upload_limit_bytes", "Largest file that a customer may send"),
    "KYC_ATTEMPTS": ("attempts", "How often a customer may be asked in all"),
    "KYC_MINIMUM_AGE": ("minimum_age", "Full years that a customer must have"),
    "KYC_SESSION_DAYS": ("session_days", "Days that a verification stays open for the customer"),
    "KYC_LINK_HOURS": ("link_hours", "Hours in which a link can be followed"),
    "KYC_STATEMENT_HOURS": ("statement_hours", "Hours in which a statement is fresh"),
    "KYC_CLAIM_MINUTES": ("claim_minutes", "Minutes that a case stays claimed without a sign"),
    "KYC_BACKUP_DAYS": ("backup_days", "Days that backups are kept, and old keys with them"),
    "KYC_RECORD_YEARS": (
        "record_years",
        "Years after a relationship, where a flow leaves them open",
    ),
    "KYC_INCIDENT_CONTROLLER_HOURS": (
        "incident_controller_hours",
        "Hours to tell a controller of a breach, where we are the processor",
    ),
    "KYC_LOG_DAYS": ("log_days", "Days that the logs which the program writes itself are kept"),
    "KYC_STAFF_IDLE_MINUTES": ("staff_idle_minutes", "Minutes until a staff session locks"),
    "KYC_STAFF_HOURS": ("staff_hours", "Hours until a staff session ends"),
    "KYC_SECURITY_KEYS": ("security_keys", "Whether some roles must use a security key"),
    "KYC_PASSWORD_MINIMUM": ("password_minimum", "Shortest password of staff"),
    "KYC_PASSWORD_CLASSES": ("password_classes", "Kinds of signs that a password must have"),
    "KYC_PASSWORD_DAYS": ("password_days", "Days until a password must be changed; 0 is never"),
    "KYC_VIEWS_PER_HOUR": ("views_per_hour", "Looks at images before a person must confirm"),
    "KYC_VIEWS_PER_DAY": ("views_per_day", "Looks at images before a person sees no more"),
    "KYC_METRICS_TOKEN": ("metrics_token", "What whoever reads the metrics must show"),
    "KYC_TRUSTED_PROXIES": ("trusted_proxies", "Proxies in front that may name the address"),
    "KYC_WEB_THREADS": ("web_threads", "Threads of the embedded web server"),
    "KYC_DEMO_CLOCK_DAYS": ("demo_offset", "Days that a demonstration's clock is ahead"),
}
"""Variable, field of `Settings`, and what it means; docs/settings.md says it at length."""

SECRETS = frozenset(field.name for field in fields(Settings) if not field.repr) - {"given"}
"""What a log never shows, since it may hold a password; its value goes nowhere."""

FIXED = frozenset({field.name for field in fields(Settings)}) - {
    name for name, _meaning in MEANINGS.values()
}
"""Fields that no variable changes."""


def settings_shown(settings: Settings) -> Iterator[Shown]:
    for variable, (name, meaning) in MEANINGS.items():
        value = getattr(settings, name)
        secret = name in SECRETS
        yield Shown(
            variable=variable,
            value="" if secret else _text(value),
            source=_source(settings, variable),
            meaning=meaning,
            is_secret=secret,
            is_set=bool(value),
        )


def _source(settings: Settings, variable: str) -> Source:
    if f"{variable}_FILE" in settings.given:
        return "file"
    return "environment" if variable in settings.given else "default"


def _text(value: object) -> str:
    if isinstance(value, timedelta):
        return str(value.days)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == Path():
        return ""
    return _without_user(str(value))


def _without_user(text: str) -> str:
    """An address without a name and password that somebody may have put into it."""
    if "://" not in text or "@" not in urlsplit(text).netloc:
        return text
    parts = urlsplit(text)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
