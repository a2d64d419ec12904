"""Owns the settings; it alone reads the environment, once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

from kyc.errors import ConfigurationError

DEMO_MARK = "DEMO"
"""A file of this name in the data directory says that every person in it is invented."""

RESTORING_MARK = "RESTORING"
"""A file of this name says that a restore has begun and not ended: nothing may open."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between deployments; docs/settings.md describes each name."""

    data_dir: Path
    host: str
    port: int
    base_url: str
    business_name: str
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    s3_endpoint_url: str
    s3_bucket: str
    s3_region: str
    s3_access_key: str = field(repr=False)
    s3_secret_key: str = field(repr=False)
    s3_checksums: Literal["when_supported", "when_required"] = "when_supported"
    audit_bucket: str = ""
    audit_s3_endpoint_url: str = ""
    audit_s3_access_key: str = field(default="", repr=False)
    audit_s3_secret_key: str = field(default="", repr=False)
    secret_key_file: Path = Path()
    lookup_key_file: Path = Path()
    audit_key_file: Path = Path()
    kek_dir: Path = Path()
    controller_file: Path = Path()
    surface: Literal["all", "customer", "staff"] = "all"
    keys_url: str = ""
    keys_token: str = field(default="", repr=False)
    keys_token_file: Path = Path()
    keys_access_key: str = field(default="", repr=False)
    keys_secret_key: str = field(default="", repr=False)
    accept_file_keys: bool = False
    metrics_token: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    mail_from: str = "kyc@localhost"
    time_zone: str = "UTC"
    trusted_proxies: int = 0
    upload_limit_bytes: int = 15_000_000
    session_limit_bytes: int = 60_000_000
    uploads_per_session: int = 10
    tries_per_item: int = 5
    attempts: int = 3
    minimum_age: int = 18
    session_days: int = 7
    link_hours: int = 24
    statement_hours: int = 72
    claim_minutes: int = 30
    backup_days: int = 35
    record_years: int = 7
    incident_controller_hours: int = 48
    log_days: int = 14
    staff_idle_minutes: int = 10
    staff_hours: int = 8
    security_keys: Literal["required", "allowed"] = "allowed"
    password_minimum: int = 12
    password_classes: int = 0
    password_days: int = 0
    views_per_hour: int = 60
    views_per_day: int = 300
    web_threads: int = 8
    demo_offset: timedelta = timedelta(0)
    given: frozenset[str] = field(default=frozenset(), repr=False)  # names, never values

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach us over TLS, which decides on cookie names and flags."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def is_production(self) -> bool:
        """Real people over TLS, with a database beyond this machine's own file."""
        return self.is_secure and not self.is_demo and not self.database_url.startswith("sqlite")

    @property
    def is_demo(self) -> bool:
        return (self.data_dir / DEMO_MARK).exists()

    @property
    def models_dir(self) -> Path:
        return self.data_dir / "models"

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"

    @property
    def audit_export_dir(self) -> Path:
        return self.data_dir / "audit"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises ConfigurationError naming the variable at fault."""
    env = os.environ if environ is None else environ  # noqa: TID251 - the one reader
    data_dir = Path(env.get("KYC_DATA_DIR", "var")).resolve()
    host, port = env.get("KYC_HOST", "127.0.0.1"), _number(env, "KYC_PORT", 8080, 1, 65535)
    kek_dir = _kek_dir(env, data_dir)
    settings = Settings(
        data_dir=data_dir,
        host=host,
        port=port,
        base_url=env.get("KYC_BASE_URL", f"http://{_shown_host(host)}:{port}").rstrip("/"),
        business_name=env.get("KYC_BUSINESS_NAME", "Example Hosting"),
        database_url=_database_url(env, data_dir),
        redis_url=env.get("REDIS_URL", ""),
        s3_endpoint_url=env.get("S3_ENDPOINT_URL", ""),
        s3_bucket=env.get("S3_BUCKET", "kyc-artifacts"),
        s3_region=env.get("S3_REGION", "us-east-1"),
        s3_access_key=_secret(env, "S3_ACCESS_KEY"),
        s3_secret_key=_secret(env, "S3_SECRET_KEY"),
        s3_checksums=_checksums(env),
        audit_bucket=env.get("KYC_AUDIT_BUCKET", ""),
        audit_s3_endpoint_url=env.get("AUDIT_S3_ENDPOINT_URL", env.get("S3_ENDPOINT_URL", "")),
        audit_s3_access_key=_secret(env, "AUDIT_S3_ACCESS_KEY") or _secret(env, "S3_ACCESS_KEY"),
        audit_s3_secret_key=_secret(env, "AUDIT_S3_SECRET_KEY") or _secret(env, "S3_SECRET_KEY"),
        secret_key_file=_path(env, "KYC_SECRET_KEY_FILE", data_dir / "keys" / "web.key"),
        lookup_key_file=_path(env, "KYC_LOOKUP_KEY_FILE", data_dir / "keys" / "lookup.key"),
        audit_key_file=_path(env, "KYC_AUDIT_KEY_FILE", data_dir / "keys" / "audit.pem"),
        controller_file=_path(env, "KYC_CONTROLLER_FILE", data_dir / "controller.toml"),
        surface=_surface(env),
        keys_url=env.get("KYC_KEYS_URL") or f"file://{kek_dir}",
        keys_token=_secret(env, "KYC_KEYS_TOKEN"),
        keys_token_file=_path(env, "KYC_KEYS_TOKEN_FILE", Path()),
        keys_access_key=_secret(env, "KYC_KEYS_ACCESS_KEY"),
        keys_secret_key=_secret(env, "KYC_KEYS_SECRET_KEY"),
        accept_file_keys=_accepted(env, "KYC_ACCEPT_FILE_KEYS"),
        kek_dir=kek_dir,
        metrics_token=_secret(env, "KYC_METRICS_TOKEN"),
        smtp_url=_secret(env, "SMTP_URL"),
        mail_from=env.get("KYC_MAIL_FROM", "kyc@localhost"),
        time_zone=_time_zone(env),
        trusted_proxies=_number(env, "KYC_TRUSTED_PROXIES", 0, 0, 10),
        upload_limit_bytes=_number(env, "KYC_UPLOAD_LIMIT_BYTES", 15_000_000, 100_000, 50_000_000),
        attempts=_number(env, "KYC_ATTEMPTS", 3, 1, 10),
        minimum_age=_number(env, "KYC_MINIMUM_AGE", 18, 0, 120),
        session_days=_number(env, "KYC_SESSION_DAYS", 7, 1, 90),
        link_hours=_number(env, "KYC_LINK_HOURS", 24, 1, 24 * 30),
        statement_hours=_number(env, "KYC_STATEMENT_HOURS", 72, 1, 24 * 30),
        record_years=_number(env, "KYC_RECORD_YEARS", 7, 0, 50),
        incident_controller_hours=_number(env, "KYC_INCIDENT_CONTROLLER_HOURS", 48, 1, 72),
        log_days=_number(env, "KYC_LOG_DAYS", 14, 1, 90),
        claim_minutes=_number(env, "KYC_CLAIM_MINUTES", 30, 1, 24 * 60),
        backup_days=_number(env, "KYC_BACKUP_DAYS", 35, 1, 400),
        staff_idle_minutes=_number(env, "KYC_STAFF_IDLE_MINUTES", 10, 1, 60),
        staff_hours=_number(env, "KYC_STAFF_HOURS", 8, 1, 24),
        security_keys=_security_keys(env),
        password_minimum=_number(env, "KYC_PASSWORD_MINIMUM", 12, 12, 64),
        password_classes=_number(env, "KYC_PASSWORD_CLASSES", 0, 0, 4),
        password_days=_number(env, "KYC_PASSWORD_DAYS", 0, 0, 3650),
        views_per_hour=_number(env, "KYC_VIEWS_PER_HOUR", 60, 1, 100_000),
        views_per_day=_number(env, "KYC_VIEWS_PER_DAY", 300, 1, 100_000),
        web_threads=_number(env, "KYC_WEB_THREADS", 8, 2, 64),
        demo_offset=timedelta(days=_number(env, "KYC_DEMO_CLOCK_DAYS", 0, 0, 36_500)),
        given=frozenset(name for name, value in env.items() if value),
    )
    if settings.demo_offset and not settings.is_demo:
        raise ConfigurationError(
            "KYC_DEMO_CLOCK_DAYS moves the clock, so it is accepted only on a data directory that"
            " was made with `kyc up --demo`. Unset it."
        )
    return settings


def refuse_telemetry() -> None:
    """Keeps onnxruntime from reporting to its makers, which it does by default (its Privacy.md).

    It looks at this once, when it is first imported; its own call comes too late for some events.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # noqa: TID251 - the one writer, too


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment that a supervised process gets: ours, with `extra` on top."""
    return {**os.environ, **extra}  # noqa: TID251 - the one reader


def _shown_host(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound


def _database_url(env: Mapping[str, str], data_dir: Path) -> str:
    url = _secret(env, "DATABASE_URL") or f"sqlite:///{data_dir / 'kyc.db'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _path(env: Mapping[str, str], name: str, default: Path) -> Path:
    return Path(env[name]).resolve() if env.get(name) else default


def _secret(env: Mapping[str, str], name: str) -> str:
    """The value of NAME, or the content of the file that NAME_FILE points to."""
    file = env.get(f"{name}_FILE")
    if not file:
        return env.get(name, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"{name}_FILE={file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name}_FILE={file} is not text in UTF-8") from error


def _kek_dir(env: Mapping[str, str], data_dir: Path) -> Path:
    """The directory that `file:` names; else where a root key's ciphertexts lie."""
    parts = urlsplit(env.get("KYC_KEYS_URL", ""))
    if parts.scheme == "file":
        return Path(unquote(parts.path)).resolve()
    return _path(env, "KYC_KEK_DIR", data_dir / "keys" / "kek")


def _accepted(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "no")
    if value not in {"yes", "no"}:
        raise ConfigurationError(f"{name} must be yes or no; it is {value!r}")
    return value == "yes"


def _surface(env: Mapping[str, str]) -> Literal["all", "customer", "staff"]:
    value = env.get("KYC_SURFACE", "all")
    if value == "all":
        return "all"
    if value == "customer":
        return "customer"
    if value == "staff":
        return "staff"
    raise ConfigurationError(f"KYC_SURFACE must be all, customer or staff; it is {value!r}")


def _checksums(env: Mapping[str, str]) -> Literal["when_supported", "when_required"]:
    value = env.get("S3_CHECKSUMS", "when_supported")
    if value == "when_supported":
        return "when_supported"
    if value == "when_required":
        return "when_required"
    raise ConfigurationError(
        f"S3_CHECKSUMS must be when_supported or when_required; it is {value!r}"
    )


def _security_keys(env: Mapping[str, str]) -> Literal["required", "allowed"]:
    """Required by default where browsers offer them and strangers can reach us: over TLS."""
    url = urlsplit(env.get("KYC_BASE_URL", ""))
    host = url.hostname or ""
    named = ":" not in host and any(sign.isalpha() for sign in host)
    secure = url.scheme == "https" and named
    value = env.get("KYC_SECURITY_KEYS") or ("required" if secure else "allowed")
    if value == "allowed":
        return "allowed"
    if value != "required":
        raise ConfigurationError(f"KYC_SECURITY_KEYS must be required or allowed; it is {value!r}")
    if not secure and host != "localhost":
        raise ConfigurationError(
            "KYC_SECURITY_KEYS=required needs a KYC_BASE_URL with https:// and a host name, or"
            " http://localhost: browsers offer security keys nowhere else"
        )
    return "required"


def _time_zone(env: Mapping[str, str]) -> str:
    name = env.get("KYC_TIME_ZONE", "UTC")
    if name != "UTC" and name not in available_timezones():
        raise ConfigurationError(
            f"KYC_TIME_ZONE must be a zone such as Europe/Tallinn; it is {name!r}"
        )
    return name


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or not low <= int(text) <= high:
        raise ConfigurationError(
            f"{name} must be a whole number from {low} to {high}; it is {text!r}"
        )
    return int(text)
