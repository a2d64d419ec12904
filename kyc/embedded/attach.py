"""Owns the way from another command, such as `kyc purge`, to the servers of a running `kyc up`."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kyc.settings import Settings


def file(data_dir: Path) -> Path:
    """Where the addresses stand while `kyc up` runs."""
    return data_dir / "running.json"


def publish(data_dir: Path, variables: Mapping[str, str]) -> None:
    """Writes the addresses for `attached`; private, since one of them is a secret key."""
    draft = file(data_dir).with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(dict(variables), stream)
    draft.rename(file(data_dir))


def attached(settings: Settings) -> Settings:
    """The settings, completed by the embedded servers of the `kyc up` that runs on this directory.

    Settings from outside win. Without a running `kyc up`, they come back as they were.
    """
    try:
        known: dict[str, str] = json.loads(file(settings.data_dir).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return settings
    if "KYC_BASE_URL" in known:  # links must lead to the service that runs
        settings = replace(settings, base_url=known["KYC_BASE_URL"])
    if not settings.redis_url and "REDIS_URL" in known:
        settings = replace(settings, redis_url=known["REDIS_URL"])
    if not settings.s3_endpoint_url and "S3_ENDPOINT_URL" in known:
        settings = replace(
            settings,
            s3_endpoint_url=known["S3_ENDPOINT_URL"],
            s3_bucket=known["S3_BUCKET"],
            s3_region=known["S3_REGION"],
            s3_access_key=known["S3_ACCESS_KEY"],
            s3_secret_key=known["S3_SECRET_KEY"],
        )
    return settings
