"""Owns the checks of settings and files, which need no server."""

import stat
from collections.abc import Iterator
from pathlib import Path

from kyc.doctor.findings import Level, Told
from kyc.privacy.controller import controller_of
from kyc.runtime import Runtime

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def address(runtime: Runtime) -> Iterator[Told]:
    if not runtime.settings.is_secure:
        yield (
            Level.ERROR,
            f"{runtime.settings.base_url} is not https: passports and passwords travel readable",
            "put a proxy with a certificate in front and set KYC_BASE_URL to its https address",
        )


def demonstration(runtime: Runtime) -> Iterator[Told]:
    if runtime.settings.is_demo:
        yield (
            Level.ERROR if runtime.settings.is_secure else Level.WARNING,
            "every person in this data directory is invented, and their passwords are published",
            "start with another KYC_DATA_DIR, without --demo, before real people come",
        )


def key_store(runtime: Runtime) -> Iterator[Told]:
    settings = runtime.settings
    if settings.keys_url.startswith("file:"):
        yield (
            Level.ERROR
            if settings.is_production and not settings.accept_file_keys
            else Level.WARNING,
            "the keys of all pictures are files on this machine: who copies its disk has them",
            "keep them in a key service and set KYC_KEYS_URL to it (docs/settings.md)",
        )


def key_files(runtime: Runtime) -> Iterator[Told]:
    """Every key that lies in a file, and the directories that they lie in."""
    settings = runtime.settings
    files = [settings.secret_key_file, settings.lookup_key_file, settings.audit_key_file]
    for path in [*files, settings.kek_dir, *sorted(settings.kek_dir.glob("*"))]:
        if path.exists() and path.stat().st_mode & _OTHERS:
            yield (
                Level.ERROR,
                f"{path} can be read by other users of this machine",
                f"chmod {'700' if path.is_dir() else '600'} {path}",
            )


def embedded_parts(runtime: Runtime) -> Iterator[Told]:
    settings = runtime.settings
    own = [
        ("the database is a file on this machine", "DATABASE_URL", settings.database_url, "sqlite"),
        ("the queue server is the embedded one", "REDIS_URL", settings.redis_url, "unix:"),
        ("the object store is the embedded one", "S3_ENDPOINT_URL", settings.s3_endpoint_url,
         "http://127.0.0.1"),
    ]  # fmt: skip
    for text, variable, value, start in own:
        if not value or value.startswith(start):
            yield (
                Level.WARNING,
                f"{text}: one machine is all there is",
                f"for more than a trial, run a server of its own and set {variable}",
            )


def mails(runtime: Runtime) -> Iterator[Told]:
    if not runtime.settings.smtp_url:
        yield (
            Level.ERROR if runtime.settings.is_production else Level.WARNING,
            f"mails are kept in {runtime.settings.mail_dir}: nobody gets one",
            "set SMTP_URL to your mail server, and KYC_MAIL_FROM to the sender",
        )


def time_zone(runtime: Runtime) -> Iterator[Told]:
    if "KYC_TIME_ZONE" not in runtime.settings.given:
        yield (
            Level.WARNING,
            "pages show times in UTC, which people take for their own",
            "set KYC_TIME_ZONE, such as Europe/Tallinn (or UTC, if that is meant)",
        )


def business(runtime: Runtime) -> Iterator[Told]:
    if "KYC_BUSINESS_NAME" not in runtime.settings.given and not runtime.settings.is_demo:
        yield (
            Level.ERROR if runtime.settings.is_production else Level.WARNING,
            "customers are told that “Example Hosting” asks for their documents",
            "set KYC_BUSINESS_NAME to the name of the controller",
        )


def controller(runtime: Runtime) -> Iterator[Told]:
    settings = runtime.settings
    missing = controller_of(settings).missing
    if missing and not settings.is_demo:
        yield (
            Level.ERROR if settings.is_production else Level.WARNING,
            f"the privacy documents are not complete, they lack: {'; '.join(missing)}",
            f"say it in {settings.controller_file}, and the name by KYC_BUSINESS_NAME"
            " (docs/privacy.md)",
        )


def data_directory(runtime: Runtime) -> Iterator[Told]:
    path: Path = runtime.settings.data_dir
    if path.exists() and path.stat().st_mode & _OTHERS:
        yield (
            Level.WARNING,
            f"{path} is open to other users of this machine",
            f"chmod 700 {path}",
        )
