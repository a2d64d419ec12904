"""Owns the administration pages: what they show, and that they show no secret."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from kyc.access import Permission, Role
from kyc.settings import Settings, load_settings
from kyc.web.admin.overview import PERMISSION_NAMES
from kyc.web.admin.settings_shown import FIXED, MEANINGS, SECRETS, settings_shown
from tests.web.world import World

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
SECRET = "canary-7f3a91"
PAGES = ("", "/flows/1", "/flows/new", "/settings")


def page(world: World, path: str = "") -> str:
    answer = world.colleague(Role.ADMINISTRATOR).browser.get(f"/staff/admin{path}")
    assert answer.status_code == 200
    return unescape(answer.text)


def test_the_overview_shows_roles_permissions_and_the_flow(shared_world: World) -> None:
    text = page(shared_world)
    assert "Claim and decide cases" in text
    assert "Privacy officer" in text
    assert "In force" in text
    assert "Came with the program" in text


def test_each_permission_has_a_name() -> None:
    assert PERMISSION_NAMES.keys() == set(Permission)


def test_who_is_alone_is_told_what_to_do(world: World) -> None:
    assert "Invite a second administrator under People" in page(world)
    world.enrolled(Role.ADMINISTRATOR, "Rein Rand")
    assert "only administrator" not in page(world)


def test_a_version_says_what_it_accepts_checks_and_keeps(shared_world: World) -> None:
    text = page(shared_world, "/flows/1")
    for words in ("Residence permit", "The document looks original", "90 days", "Only for"):
        assert words in text


def test_a_version_that_is_not_there_is_not_found(shared_world: World) -> None:
    browser = shared_world.colleague(Role.ADMINISTRATOR).browser
    assert browser.get("/staff/admin/flows/7").status_code == 404


@pytest.mark.parametrize("against", ["1", "9", "x", "99999999999"])
def test_a_comparison_with_nothing_is_left_out(shared_world: World, against: str) -> None:
    assert "What differs" not in page(shared_world, f"/flows/1?against={against}")


def test_no_page_shows_a_secret(a_world: Callable[..., World]) -> None:
    world = a_world(
        s3_endpoint_url=f"http://somebody:{SECRET}@127.0.0.1:1",
        given=frozenset(MEANINGS),
        **dict.fromkeys(SECRETS - {"database_url", "redis_url"}, SECRET),
    )
    for path in PAGES:
        assert SECRET not in page(world, path), path
    assert page(world, "/settings").count("Set, secret") == len(SECRETS - {"redis_url"})


def test_what_nobody_set_is_not_told_to_be_set(shared_world: World) -> None:
    rows = re.findall(r"<tr>.*?</tr>", page(shared_world, "/settings"), re.DOTALL)
    (database,) = [row for row in rows if ">DATABASE_URL<" in row]
    assert "The program's own" in database
    assert "Default" in database
    assert "Set, secret" not in database


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_the_value_of_a_secret_is_left_out(name: str) -> None:
    settings = _with(load_settings({}), name)
    (shown,) = [one for one in settings_shown(settings) if MEANINGS[one.variable][0] == name]
    assert (shown.value, shown.is_secret, shown.is_set) == ("", True, True)


def test_whatever_is_named_like_a_secret_is_one() -> None:
    named = [f.name for f in fields(Settings) if f.name.endswith(("_access_key", "_secret_key"))]
    assert {*named, "database_url", "redis_url", "smtp_url"} <= SECRETS


def test_a_setting_says_where_it_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "smtp"
    file.write_text("smtp://somebody:x@127.0.0.1")
    environ = {"KYC_ATTEMPTS": "5", "SMTP_URL_FILE": str(file)}
    shown = {one.variable: one for one in settings_shown(load_settings(environ))}
    assert (shown["KYC_ATTEMPTS"].value, shown["KYC_ATTEMPTS"].source) == ("5", "environment")
    assert (shown["SMTP_URL"].source, shown["SMTP_URL"].value) == ("file", "")
    assert shown["KYC_LINK_HOURS"].source == "default"
    assert not shown["S3_SECRET_KEY"].is_set


def test_every_setting_is_on_the_page_and_in_the_documents() -> None:
    table = "\n".join(line for line in DOCS.read_text().splitlines() if line.startswith("| `"))
    told = {name for row in table.splitlines() for name in re.findall(r"`([A-Z][A-Z0-9_]+)`",
            row.split("|")[1])}  # fmt: skip
    assert told == MEANINGS.keys()
    names = {name for name, _meaning in MEANINGS.values()}
    assert names | FIXED == {field.name for field in fields(Settings)}
    assert {
        "session_limit_bytes", "uploads_per_session", "tries_per_item", "given",
    } == FIXED  # fmt: skip


def _with(settings: Settings, name: str) -> Settings:
    changed: dict[str, Any] = {name: SECRET}
    return replace(settings, **changed)
