"""Owns the tests that what a worker reads from a document is nowhere once that is redacted."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

from kyc.documents.engine import Engine
from kyc.lifecycle import UploadState
from kyc.logs import configure_logging
from kyc.models import OwedJob, SeenHash, Upload
from kyc.seen import SeenKind, document_hash
from kyc.specimens import draw_passport, invented_person
from storage.memory import MemoryObjects
from tests.core.kit import dump
from tests.workers.hands import Outbox, new_upload, open_house
from workers.owed import run

if TYPE_CHECKING:
    from tests.core.kit import Kit

PERSON = invented_person(3, "UTO")


def _secrets() -> list[bytes]:
    """What stands on the document, as printed and as the zone spells it."""
    drawing = draw_passport(PERSON, state="UTO", seed=3)
    zone = [field.text or "" for field in drawing.fields if field.kind == "mrz"]
    assert len(zone) == 2
    words = [
        PERSON.surname,
        *PERSON.given_names.split(),
        PERSON.document_number,
        PERSON.personal_number,
        PERSON.place_of_birth,
        f"{PERSON.date_of_birth:%y%m%d}",
        f"{PERSON.date_of_birth:%Y-%m-%d}",
        *(row[at : at + 12] for row in zone for at in (0, 12, 24)),
    ]
    return [word.lower().encode() for word in words if word.strip("<")]


def _picture() -> bytes:
    out = io.BytesIO()
    draw_passport(PERSON, state="UTO", seed=3).image.save(out, "JPEG", quality=92)
    return out.getvalue()


@pytest.fixture
def logging() -> Iterator[None]:
    """Logs as a worker does, and as before afterwards."""
    before = structlog.get_config()
    configure_logging()
    yield
    structlog.configure(**before)


@pytest.fixture
def read(
    file_kit: "Kit", tmp_path: Path, capfd: pytest.CaptureFixture[str], logging: None
) -> dict[str, bytes]:
    """Every place in which something may be left after one real redaction."""
    house = open_house(file_kit, tmp_path, Outbox(), Engine.load(tmp_path / "models"))
    upload_id = new_upload(file_kit, _picture())
    queued = list(file_kit.woken)
    while file_kit.woken:
        run(house, file_kit.woken.pop(0))
    assert file_kit.get(Upload, upload_id).state in {UploadState.READY, UploadState.CONFIRM}
    assert file_kit.get(Upload, upload_id).artifact_id
    objects = file_kit.vault.objects
    assert isinstance(objects, MemoryObjects)
    captured = capfd.readouterr()
    jobs = [repr(vars(job)) for job in file_kit.all(OwedJob)]
    return {
        "database": dump(file_kit.engine),
        "files of the database": b"".join(p.read_bytes() for p in tmp_path.glob("kyc.db*")),
        "queue": repr([queued, jobs]).encode(),
        "log": (captured.out + captured.err).encode(),
        "store": b"".join(objects.get(name) for name in objects.list_names()),
        "other files": b"".join(
            path.read_bytes()
            for path in tmp_path.rglob("*")
            if path.is_file() and path.suffix != ".onnx"
        ),
    }


def test_only_the_keyed_hash_of_the_number_is_kept(file_kit: "Kit", read: dict[str, bytes]) -> None:
    hashed = document_hash(file_kit.lookup, "UTO", PERSON.document_number)
    (noted,) = file_kit.all(SeenHash, SeenHash.kind == SeenKind.DOCUMENT_NUMBER)
    assert noted.hash == hashed
    assert hashed in read["database"]


def test_nothing_that_was_read_is_left_anywhere(read: dict[str, bytes]) -> None:
    assert b"mrz_check_digits" in read["database"]
    assert b"document_number" in read["database"]
    assert len(read["store"]) > 50_000
    found = [
        (place, secret)
        for place, content in read.items()
        for secret in _secrets()
        if secret in content.lower()
    ]
    assert found == []
