"""Owns the promise that a failure shows a reference and what to do, and nothing from inside."""

import sqlite3

import pytest
import structlog
from sqlalchemy.exc import IntegrityError, OperationalError

from kyc.access import Role
from kyc.web.auth import public
from tests.web.world import World

SECRETS = ("/etc/kyc/web.key", "SELECT", "Tamm", "RuntimeError", "Traceback")
JSON = {"Accept": "application/json"}


@public
def broken() -> str:
    raise RuntimeError("SELECT * FROM customer WHERE surname = 'Tamm' -- /etc/kyc/web.key")


@public
def busy() -> str:
    raise OperationalError("SELECT 'Tamm'", {}, sqlite3.OperationalError("database is locked"))


@public
def doubled() -> str:
    raise IntegrityError("INSERT", {"surname": "Tamm"}, sqlite3.IntegrityError("Tamm"))


@public
def led_to_another() -> str:
    try:
        doubled()
    except IntegrityError as error:
        raise RuntimeError("it went on from there") from error
    return ""


@pytest.fixture
def faulty(world: World) -> World:
    for view in (broken, busy, doubled, led_to_another):
        for prefix in ("", "/staff"):
            name = view.__name__
            world.app.add_url_rule(f"{prefix}/{name}", f"{prefix[1:]}{name}", view)
    return world


@pytest.mark.parametrize("prefix", ["", "/staff"])
@pytest.mark.parametrize(("path", "status"), [("/broken", 500), ("/busy", 503), ("/doubled", 503)])
def test_it_shows_a_reference_and_nothing_from_inside(
    faulty: World, prefix: str, path: str, status: int
) -> None:
    answer = faulty.browser().get(prefix + path)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert answer.headers["Request-Id"] in answer.text
    assert not [secret for secret in SECRETS if secret in answer.text]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("/broken", 500, "failure"), ("/busy", 503, "unavailable"), ("/nothing", 404, "not_found")],
)
def test_it_answers_a_script_in_json(faulty: World, path: str, status: int, code: str) -> None:
    answer = faulty.browser().get(path, headers=JSON)
    assert answer.status_code == status
    assert answer.json is not None
    error = answer.json["error"]
    assert (error["code"], error["request_id"]) == (code, answer.headers["Request-Id"])
    assert error["message"]
    assert not [secret for secret in SECRETS if secret in answer.text]


@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [
        ("application/json", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("", "text/html"),
    ],
)
def test_it_answers_in_what_the_caller_prefers(world: World, accept: str, mimetype: str) -> None:
    answer = world.browser().get("/nothing", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (404, mimetype)


def test_it_leads_a_customer_back_to_the_start(world: World) -> None:
    answer = world.browser().get("/nothing")
    assert '<a class="btn btn-primary" href="/">' in answer.text


def test_it_leads_staff_back_to_their_own_start(world: World) -> None:
    answer = world.colleague(Role.REVIEWER).browser.get("/staff/nothing")
    assert answer.status_code == 404
    assert '<a class="btn btn-primary" href="/staff/">' in answer.text


def test_it_says_that_a_page_was_open_for_too_long(world: World) -> None:
    answer = world.browser().client.post("/start", headers=JSON)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"]["code"] == "bad_request"


def test_it_refuses_a_method_that_the_route_does_not_have(world: World) -> None:
    assert world.browser().get("/start").status_code == 405


def test_it_needs_no_database_to_say_that_there_is_none(world: World) -> None:
    customer = world.customer()
    customer.start()
    take_away_the_database(world)
    answer = customer.browser.get("/verify")
    assert answer.status_code == 503
    assert answer.headers["Request-Id"] in answer.text
    assert "Nothing was lost; try again in a minute." in answer.text


def test_it_says_so_to_staff_as_well(world: World) -> None:
    reviewer = world.colleague(Role.REVIEWER)
    take_away_the_database(world)
    assert reviewer.browser.get("/staff/queue").status_code == 503


def take_away_the_database(world: World) -> None:
    world.runtime.engine.dispose()
    file = world.runtime.settings.data_dir / "kyc.db"
    file.rename(file.with_suffix(".away"))
    file.mkdir()


@pytest.mark.parametrize("path", ["/doubled", "/led_to_another", "/busy"])
def test_it_logs_no_value_that_a_statement_held(faulty: World, path: str) -> None:
    with structlog.testing.capture_logs() as logged:
        faulty.browser().get(path)
    (failure,) = [entry for entry in logged if entry["event"] == "failure"]
    assert not failure["exc_info"]
    assert "Tamm" not in str(logged)


def test_it_logs_the_trace_of_our_own_failures(faulty: World) -> None:
    with structlog.testing.capture_logs() as logged:
        faulty.browser().get("/broken")
    (failure,) = [entry for entry in logged if entry["event"] == "failure"]
    assert failure["exc_info"]
