"""Owns the hourly job on keys, and what `kyc storage` tells of locked images and of the bucket."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kyc.audit.signer import load_public_keys, public_key_file
from kyc.cli import kyc
from kyc.errors import ConfigurationError
from kyc.evidence import destroy
from kyc.jobs import PeriodicJobName
from kyc.keeping.quarantine import quarantine
from kyc.models import Artifact, KeyEpoch, Receipt
from kyc.retention.ledger import read_ledger
from tests.core.kit import Kit, Make
from tests.workers.hands import Fuse, Outbox, open_house
from workers.house import House
from workers.periodic import PERIODIC
from workers.purging import purge
from workers.schedule import PERIODS

if TYPE_CHECKING:
    from tests.conftest import S3Server

APRIL = datetime(2026, 4, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def house(kit: Kit, tmp_path: Path) -> House:
    return open_house(kit, tmp_path, Outbox(Fuse()))


def _keep(house: House) -> None:
    PERIODIC[PeriodicJobName.KEEP_KEYS](house)


def _ledger(kit: Kit, tmp_path: Path) -> tuple[set[str], list[str]]:
    keys = load_public_keys(public_key_file(tmp_path / "audit.pem"))
    ledger = read_ledger(kit.objects, keys)
    assert not ledger.unsound
    return {entry.subject for entry in ledger.entries}, list(ledger.epochs)


def test_a_month_ends_with_its_key_and_nobody_does_anything(
    kit: Kit, make: Make, house: House, tmp_path: Path
) -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        image = make.artifact(db, make.upload(db, session), rule="superseded")
        image.destroy_at = kit.now + 9 * DAY
    assert PERIODS[PeriodicJobName.KEEP_KEYS] == timedelta(hours=1)
    _keep(house)
    kit.moment = APRIL - DAY
    purge(house)
    kit.moment = APRIL
    for day in (0, 1, 34, 35):
        kit.moment = APRIL + day * DAY
        _keep(house)
    assert "2026-03" not in kit.vault.keys.epochs()
    assert kit.get(KeyEpoch, "2026-03").destroyed_at == APRIL + 35 * DAY
    subjects, epochs = _ledger(kit, tmp_path)
    assert (image.id in subjects, epochs) == (True, ["2026-03"])


def test_what_is_destroyed_is_in_the_ledger_after_the_next_purge_and_once(
    kit: Kit, make: Make, house: House, tmp_path: Path
) -> None:
    with kit.transaction() as db:
        image = make.artifact(db, make.upload(db, make.ready(db)))
        destroy(db, image, "superseded", kit.now)
    kit.objects.go_down()
    purge(house)
    kit.objects.come_back()
    assert {receipt.ledger_at for receipt in kit.all(Receipt)} == {None}
    purge(house)
    assert _ledger(kit, tmp_path)[0] == {image.id}
    assert {receipt.ledger_at for receipt in kit.all(Receipt)} == {kit.now}
    pages = kit.objects.list_names("ledger/")
    purge(house)
    assert kit.objects.list_names("ledger/") == pages


def test_locked_images_are_listed(
    file_kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYC_DATA_DIR", str(tmp_path))
    make = Make(file_kit)
    with file_kit.transaction() as db:
        image = make.artifact(db, make.upload(db, make.ready(db)))
    told = CliRunner().invoke(kyc, ["storage", "quarantined"])
    assert (told.exit_code, told.output) == (0, "Nothing is quarantined.\n")
    with file_kit.transaction() as db:
        assert quarantine(db, image.id, "wrong_digest", file_kit.now)
        assert not quarantine(db, image.id, "wrong_length", file_kit.now)
    told = CliRunner().invoke(kyc, ["storage", "quarantined"])
    row = file_kit.get(Artifact, image.id)
    assert told.exit_code == 1
    assert told.output.split("\t")[1:4] == [image.id, image.session_id, "wrong_digest"]
    assert f"{row.destroy_at:%Y-%m-%d}" in told.output


@pytest.mark.servers
def test_a_bucket_is_probed_before_it_is_trusted(
    s3_server: "S3Server", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYC_DATA_DIR", str(tmp_path))
    told = CliRunner().invoke(kyc, ["storage", "probe"])
    assert isinstance(told.exception, ConfigurationError)
    name = s3_server.fresh_bucket()
    for variable, value in (
        ("S3_ENDPOINT_URL", s3_server.endpoint_url),
        ("S3_ACCESS_KEY", s3_server.access_key),
        ("S3_SECRET_KEY", s3_server.secret_key),
        ("S3_BUCKET", name),
    ):
        monkeypatch.setenv(variable, value)
    plain = CliRunner().invoke(kyc, ["storage", "probe"]).output
    assert plain == f"Bucket {name}: versioning off, object lock off, conditional writes on.\n"
    versioned = {"Status": "Enabled"}
    client = s3_server.server.client()
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioned)  # type: ignore[arg-type]  # a plain dict
    assert "Mind: versioning is enabled" in CliRunner().invoke(kyc, ["storage", "probe"]).output
