"""Owns `kyc breach-report` on a data directory of its own."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kyc.audit import Action, Actor, record
from kyc.errors import NotFoundError
from kyc.models import AuditEvent, Staff
from tests.core.kit import Make
from tests.core.test_retention_commands import Run, deployment, run

if TYPE_CHECKING:
    from tests.core.kit import Kit

__all__ = ["deployment", "run"]


@pytest.fixture
def person(deployment: "Kit") -> Staff:
    """Who looked at a case."""
    make = Make(deployment)
    with deployment.transaction() as db:
        case, person = make.waiting(db), make.staff(db)
        act, me = Action.STAFF_CASE_VIEWED, Actor("staff", person.id)
        record(db, act, actor=me, now=deployment.now, case=case.id)
        return person


def _day(deployment: "Kit") -> str:
    return (deployment.now - timedelta(days=1)).date().isoformat()


def test_it_writes_a_file_and_says_its_hash(
    deployment: "Kit", run: Run, person: Staff, tmp_path: Path
) -> None:
    file = tmp_path / "report.csv"
    done = run("breach-report", "--since", _day(deployment), "--scope", "database", "-o", str(file))
    assert done.exit_code == 0, done.output
    assert "1 cases touched, 1 with readable data" in done.stderr
    assert f"SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}" in done.stderr
    assert file.read_text().count("\n") == 1 + 2 + 1 + 1
    (event,) = deployment.all(AuditEvent, AuditEvent.action == "operator:breach:reported")
    assert '"cases":1' in event.body


def test_it_prints_what_a_person_saw(deployment: "Kit", run: Run, person: Staff) -> None:
    asked = ("--since", _day(deployment), "--scope", "staff", "--person", person.login)
    done = run("breach-report", *asked, "--form", "json")
    assert '"kind": "staff:case:viewed"' in done.stdout
    unknown = run("breach-report", *asked[:-1], "nobody")
    assert isinstance(unknown.exception, NotFoundError)


def test_a_directory_that_is_not_there_is_refused_before_anything_is_noted(
    deployment: "Kit", run: Run, person: Staff, tmp_path: Path
) -> None:
    asked = ("--since", _day(deployment), "--scope", "bucket")
    done = run("breach-report", *asked, "-o", str(tmp_path / "none" / "x.csv"))
    assert done.exit_code != 0
    assert deployment.all(AuditEvent, AuditEvent.action == "operator:breach:reported") == []
