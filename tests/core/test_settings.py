"""Owns what the environment may say, and that errors name the variable at fault."""

from datetime import timedelta
from pathlib import Path

import pytest

from kyc.errors import ConfigurationError
from kyc.settings import DEMO_MARK, load_settings

NUMBERS = {
    "KYC_PORT": ("port", 1, 65535),
    "KYC_TRUSTED_PROXIES": ("trusted_proxies", 0, 10),
    "KYC_UPLOAD_LIMIT_BYTES": ("upload_limit_bytes", 100_000, 50_000_000),
    "KYC_ATTEMPTS": ("attempts", 1, 10),
    "KYC_MINIMUM_AGE": ("minimum_age", 0, 120),
    "KYC_SESSION_DAYS": ("session_days", 1, 90),
    "KYC_LINK_HOURS": ("link_hours", 1, 720),
    "KYC_STATEMENT_HOURS": ("statement_hours", 1, 720),
    "KYC_CLAIM_MINUTES": ("claim_minutes", 1, 1440),
    "KYC_RECORD_YEARS": ("record_years", 0, 50),
    "KYC_STAFF_IDLE_MINUTES": ("staff_idle_minutes", 1, 60),
    "KYC_STAFF_HOURS": ("staff_hours", 1, 24),
    "KYC_PASSWORD_MINIMUM": ("password_minimum", 12, 64),
    "KYC_PASSWORD_CLASSES": ("password_classes", 0, 4),
    "KYC_PASSWORD_DAYS": ("password_days", 0, 3650),
    "KYC_VIEWS_PER_HOUR": ("views_per_hour", 1, 100_000),
    "KYC_VIEWS_PER_DAY": ("views_per_day", 1, 100_000),
    "KYC_WEB_THREADS": ("web_threads", 2, 64),
}
TEXTS = {
    "KYC_HOST": "host",
    "KYC_BASE_URL": "base_url",
    "KYC_BUSINESS_NAME": "business_name",
    "KYC_MAIL_FROM": "mail_from",
    "DATABASE_URL": "database_url",
    "REDIS_URL": "redis_url",
    "S3_ENDPOINT_URL": "s3_endpoint_url",
    "S3_BUCKET": "s3_bucket",
    "S3_REGION": "s3_region",
    "S3_ACCESS_KEY": "s3_access_key",
    "S3_SECRET_KEY": "s3_secret_key",
    "SMTP_URL": "smtp_url",
}
PATHS = {
    "KYC_SECRET_KEY_FILE": "secret_key_file",
    "KYC_LOOKUP_KEY_FILE": "lookup_key_file",
    "KYC_AUDIT_KEY_FILE": "audit_key_file",
    "KYC_KEK_DIR": "kek_dir",
    "KYC_CONTROLLER_FILE": "controller_file",
}
SECRETS = ("DATABASE_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "SMTP_URL")


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = load_settings({"KYC_DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'kyc.db'}"
    assert settings.base_url == "http://127.0.0.1:8080"
    assert settings.kek_dir == tmp_path / "keys" / "kek"
    assert settings.demo_offset == timedelta(0)
    assert not settings.is_demo
    assert not settings.is_secure


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_taken_up_to_its_limits(name: str) -> None:
    attribute, low, high = NUMBERS[name]
    for value in (low, high):
        assert getattr(load_settings({name: str(value)}), attribute) == value


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("bad", ["many", "-1", "1.5", "²", " ", "99999999999"])
def test_a_bad_number_is_refused_by_name(name: str, bad: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        load_settings({name: bad})


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_outside_of_its_limits_is_refused_by_name(name: str) -> None:
    _, low, high = NUMBERS[name]
    for value in (low - 1, high + 1):
        with pytest.raises(ConfigurationError, match=name):
            load_settings({name: str(value)})


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_taken_as_it_is(name: str) -> None:
    assert getattr(load_settings({name: "https://x"}), TEXTS[name]) == "https://x"


@pytest.mark.parametrize("name", PATHS)
def test_a_path_is_made_absolute(name: str) -> None:
    assert getattr(load_settings({name: "here"}), PATHS[name]) == Path.cwd() / "here"


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_comes_from_a_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    settings = load_settings({f"{name}_FILE": str(file), name: "from the environment"})
    assert getattr(settings, TEXTS[name]) == "from a file"


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_file_that_is_missing_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}_FILE"):
        load_settings({f"{name}_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_file_that_is_no_text_is_refused_by_name(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=f"{name}_FILE"):
        load_settings({f"{name}_FILE": str(file)})


def test_secrets_are_not_shown() -> None:
    settings = load_settings(
        {"S3_ACCESS_KEY": "seen1", "S3_SECRET_KEY": "seen2", "SMTP_URL": "seen3"}
    )
    assert "seen" not in repr(settings)


def test_the_password_of_the_database_is_not_shown() -> None:
    assert "hush" not in repr(load_settings({"DATABASE_URL": "postgresql://app:hush@db/kyc"}))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_short_database_url_gets_its_driver(scheme: str) -> None:
    settings = load_settings({"DATABASE_URL": f"{scheme}://app@db/kyc"})
    assert settings.database_url == "postgresql+psycopg://app@db/kyc"


def test_an_unknown_kind_of_checksum_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="S3_CHECKSUMS"):
        load_settings({"S3_CHECKSUMS": "never"})
    for value in ("when_supported", "when_required"):
        assert load_settings({"S3_CHECKSUMS": value}).s3_checksums == value


def test_the_clock_cannot_be_moved_outside_of_a_demonstration(tmp_path: Path) -> None:
    moved = {"KYC_DATA_DIR": str(tmp_path), "KYC_DEMO_CLOCK_DAYS": "91"}
    with pytest.raises(ConfigurationError, match="KYC_DEMO_CLOCK_DAYS"):
        load_settings(moved)
    (tmp_path / DEMO_MARK).touch()
    assert load_settings(moved).demo_offset == timedelta(days=91)


def test_https_makes_it_secure() -> None:
    assert load_settings({"KYC_BASE_URL": "https://kyc.example/"}).is_secure
    assert load_settings({"KYC_BASE_URL": "https://kyc.example/"}).base_url == "https://kyc.example"


def test_an_open_host_is_not_shown_in_links() -> None:
    assert load_settings({"KYC_HOST": "0.0.0.0"}).base_url == "http://127.0.0.1:8080"  # noqa: S104 - not bound


@pytest.mark.parametrize(
    ("base_url", "meant"),
    [
        ("", "allowed"),
        ("http://localhost:8080", "allowed"),
        ("http://kyc.example.org", "allowed"),
        ("https://192.0.2.7", "allowed"),
        ("https://[2001:db8::1]", "allowed"),
        ("https://kyc.example.org", "required"),
    ],
)
def test_security_keys_are_required_where_they_work_over_tls(base_url: str, meant: str) -> None:
    assert load_settings({"KYC_BASE_URL": base_url}).security_keys == meant


def test_security_keys_may_be_required_on_this_machine_and_optional_over_tls() -> None:
    here = {"KYC_BASE_URL": "http://localhost:8080", "KYC_SECURITY_KEYS": "required"}
    assert load_settings(here).security_keys == "required"
    there = {"KYC_BASE_URL": "https://kyc.example.org", "KYC_SECURITY_KEYS": "allowed"}
    assert load_settings(there).security_keys == "allowed"


@pytest.mark.parametrize("base_url", ["", "http://kyc.example.org", "https://192.0.2.7"])
def test_security_keys_are_not_required_where_there_are_none(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="KYC_SECURITY_KEYS"):
        load_settings({"KYC_BASE_URL": base_url, "KYC_SECURITY_KEYS": "required"})


def test_security_keys_are_required_or_allowed() -> None:
    with pytest.raises(ConfigurationError, match="KYC_SECURITY_KEYS"):
        load_settings({"KYC_SECURITY_KEYS": "no"})
