"""Owns what a stolen database shows: no person while it lives, no key once it is destroyed."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kyc.db import truncate_wal
from kyc.models import Artifact, VerificationSession
from kyc.retention.purging import destroy_due_records, mark_due
from tests.core.kit import Make, details, dump

if TYPE_CHECKING:
    from tests.core.kit import Kit

PERSON = details()
WORDS = [
    PERSON.surname,
    "Leelo",
    "Maarja",
    PERSON.patronymic,
    PERSON.email,
    PERSON.phone,
    "5550137",
    "1987-04-23",
]
YEAR_OF_BIRTH = re.compile(rb"(?<![0-9a-f])1987(?![0-9a-f])")
"""Not within a random identifier, which has these digits now and then."""


def _bytes_of(directory: Path) -> bytes:
    """Everything that SQLite left on the disk."""
    return b"".join(path.read_bytes() for path in sorted(directory.glob("kyc.db*")))


def test_a_dump_names_nobody(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.waiting(db)
    found = dump(kit.engine).lower()
    assert [word for word in WORDS if word.lower().encode() in found] == []
    assert YEAR_OF_BIRTH.search(found) is None


@pytest.mark.parametrize("truncated", [False, True])
def test_the_files_of_sqlite_name_nobody(file_kit: "Kit", tmp_path: Path, truncated: bool) -> None:
    with file_kit.transaction() as db:
        Make(file_kit).waiting(db)
    if truncated:
        truncate_wal(file_kit.engine)
    found = _bytes_of(tmp_path).lower()
    assert b"customer:session:submitted" in found
    assert [word for word in WORDS if word.lower().encode() in found] == []
    assert YEAR_OF_BIRTH.search(found) is None


def test_a_destroyed_key_is_in_no_file_of_sqlite(file_kit: "Kit", tmp_path: Path) -> None:
    make = Make(file_kit)
    with file_kit.transaction() as db:
        session = make.waiting(db)
        session.record_rule, session.record_destroy_at = "record_rejected", file_kit.now
    keys = [
        artifact.wrapped_key
        for artifact in file_kit.all(Artifact, Artifact.wrapped_key.is_not(None))
        if artifact.wrapped_key
    ]
    row = file_kit.get(VerificationSession, session.id)
    assert row.field_key is not None
    assert row.details is not None
    traces = [*keys, row.field_key, row.details[:60], row.details[-60:]]
    truncate_wal(file_kit.engine)
    assert all(trace in _bytes_of(tmp_path) for trace in traces)
    file_kit.later(days=400)
    with file_kit.transaction() as db:
        assert mark_due(db, file_kit.now) == len(keys)
        assert destroy_due_records(db, file_kit.now) == 1
    truncate_wal(file_kit.engine)
    found = _bytes_of(tmp_path)
    assert [trace for trace in traces if trace in found] == []


def test_the_write_ahead_log_is_emptied(file_kit: "Kit", tmp_path: Path) -> None:
    with file_kit.transaction() as db:
        Make(file_kit).session(db)
    assert (tmp_path / "kyc.db-wal").stat().st_size > 0
    truncate_wal(file_kit.engine)
    assert (tmp_path / "kyc.db-wal").stat().st_size == 0


@pytest.mark.servers
def test_emptying_the_log_leaves_postgresql_alone(kit: "Kit") -> None:
    truncate_wal(kit.engine)
