"""Owns `kyc staff`: inviting, listing, shutting and renewing accounts from the command line."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from kyc.cli import kyc
from kyc.clock import real_clock
from kyc.errors import NotFoundError
from kyc.models import Staff, StaffInvitation
from tests.core.kit import Make

if TYPE_CHECKING:
    from tests.core.kit import Kit

Run = Callable[..., Result]


@pytest.fixture
def deployment(file_kit: "Kit", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Kit":
    monkeypatch.setenv("KYC_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("S3_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("KYC_KEK_DIR", str(tmp_path / "kek"))
    file_kit.moment = real_clock()
    with file_kit.transaction() as db:
        Make(file_kit).staff(db, login="ott")
    return file_kit


@pytest.fixture
def run(deployment: "Kit") -> Run:
    return lambda *words: CliRunner().invoke(kyc, ["staff", *words])


def test_it_prints_a_link_for_somebody_new(run: Run, deployment: "Kit") -> None:
    told = run("invite", "--role", "auditor")
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/staff/invite/[\w-]{43}\n", told.output)
    (invitation,) = deployment.all(StaffInvitation)
    assert (invitation.role, invitation.staff_id) == ("auditor", None)


def test_it_prints_a_link_for_who_has_an_account(run: Run, deployment: "Kit") -> None:
    assert "/staff/invite/" in run("renew", "OTT").output
    (invitation,) = deployment.all(StaffInvitation)
    (person,) = deployment.all(Staff)
    assert (invitation.role, invitation.staff_id) == (person.role, person.id)
    assert deployment.actions()[-1] == "operator:account:reinvited"


def test_it_shuts_what_may_be_compromised_and_lists_it(run: Run, deployment: "Kit") -> None:
    assert "ott is shut until an invitation" in run("compromised", "ott").output
    assert run("list").output == "ott\treviewer\tcompromised\n"
    assert deployment.actions()[-1] == "operator:account:compromised"


def test_it_disables(run: Run) -> None:
    assert run("disable", "ott").output == "ott is disabled.\n"
    assert run("list").output == "ott\treviewer\tdisabled\n"


@pytest.mark.parametrize("command", ["renew", "compromised", "disable"])
def test_it_knows_no_other_account(run: Run, command: str) -> None:
    assert isinstance(run(command, "nobody").exception, NotFoundError)
