"""Owns `kyc flow` on a data directory of its own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from kyc.cli import kyc
from kyc.errors import ConflictError, NotFoundError
from kyc.models import FlowVersion
from kyc.policy.flow import SHIPPED, FlowError, make_flow, shipped_flow

if TYPE_CHECKING:
    from tests.core.kit import Kit

Run = Callable[..., Result]
TEXT = SHIPPED.read_text(encoding="utf-8")


@pytest.fixture
def run(file_kit: "Kit", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("KYC_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KYC_KEK_DIR", str(tmp_path / "kek"))
    return lambda *arguments: CliRunner().invoke(kyc, ["flow", *map(str, arguments)])


@pytest.fixture
def baltic(tmp_path: Path) -> Path:
    file = tmp_path / "baltic.toml"
    file.write_text(TEXT.replace("countries = []", 'countries = ["EE"]', 1), encoding="utf-8")
    return file


def test_it_lists_what_is_in_force(run: Run) -> None:
    answer = run("list")
    assert answer.output.split("\t")[:3] == ["standard", "1", "in force"]
    assert shipped_flow().sha256[:16] in answer.output


def test_a_proposal_is_listed_as_one(run: Run, baltic: Path, file_kit: "Kit") -> None:
    answer = run("propose", baltic)
    assert answer.exit_code == 0, answer.output
    assert "Version 2 of standard waits for an administrator" in answer.output
    assert run("list").output.startswith("standard\t2\tproposed\tconsole")
    assert file_kit.get(FlowVersion, ("standard", 2)).state == "proposed"


def test_what_is_shown_can_be_proposed_again(run: Run, baltic: Path, tmp_path: Path) -> None:
    run("propose", baltic)
    shown = run("show", 2).output
    file = tmp_path / "again.json"
    file.write_text(shown, encoding="utf-8")
    assert make_flow(json.loads(shown), 2).countries == {"EE"}
    assert run("check", file).exit_code == 0


def test_it_shows_the_one_in_force_and_what_differs(run: Run, baltic: Path) -> None:
    assert json.loads(run("show").output) == json.loads(shipped_flow().body)
    run("propose", baltic)
    assert run("show", 2, "--against", 1).output == "countries: (none) -> EE\n"


def test_a_version_that_is_not_there_is_not_shown(run: Run) -> None:
    assert isinstance(run("show", 7).exception, NotFoundError)


def test_a_check_says_everything_that_is_wrong(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(TEXT.replace("hours = 24", "hours = 48").replace('"passport", ', '"sock", '))
    answer = run("check", file)
    assert answer.exit_code == 1
    assert "documents: 'sock' is not known" in answer.output
    assert "retention.raw.hours: at most 24 hours" in answer.output


def test_a_check_changes_nothing(run: Run, baltic: Path, file_kit: "Kit") -> None:
    assert "can be used" in run("check", baltic).output
    assert len(file_kit.all(FlowVersion)) == 1


@pytest.mark.parametrize(
    ("name", "text"), [("a.json", "{"), ("b.json", "[]"), ("c.toml", "= ["), ("d.toml", "")]
)
def test_what_cannot_be_read_is_refused(run: Run, tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    assert isinstance(run("propose", file).exception, FlowError)


def test_what_is_in_force_is_not_proposed_again(run: Run) -> None:
    assert isinstance(run("propose", SHIPPED).exception, ConflictError)
