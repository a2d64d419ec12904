"""Owns the promise that every answer says how a browser must treat it."""

import re

import pytest
from werkzeug.test import TestResponse

from kyc.access import Role
from tests.web.world import World

PAGES = (
    "/", "/resume", "/v/unknown", "/healthz", "/no-such-page", "/verify", "/staff/sign-in",
    "/staff/invite/unknown", "/staff/queue", "/static/css/base.css",
)  # fmt: skip
SCRIPT = re.compile(r"<(?:script|style)\b[^>]*>")


@pytest.fixture(params=PAGES)
def answer(shared_world: World, request: pytest.FixtureRequest) -> TestResponse:
    return shared_world.browser().get(request.param)


def test_it_lets_nothing_in_but_what_the_policy_names(answer: TestResponse) -> None:
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert not [rule for rule in policy if "unsafe" in rule or "*" in rule or "http" in rule]
    assert {"base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} <= {*policy}


def test_it_keeps_browsers_from_guessing_types(answer: TestResponse) -> None:
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_it_marks_every_script_with_the_nonce_of_this_very_answer(shared_world: World) -> None:
    first, second = (shared_world.browser().get("/") for _ in range(2))
    nonces = [
        re.findall(r"'nonce-([^']+)'", one.headers["Content-Security-Policy"])[0]
        for one in (first, second)
    ]
    assert nonces[0] != nonces[1]
    assert len(nonces[0]) >= 20
    assert all(f'nonce="{nonces[0]}"' in tag for tag in SCRIPT.findall(first.text))


def test_it_lets_only_what_is_the_same_for_all_be_kept(shared_world: World) -> None:
    browser = shared_world.browser()
    assert browser.get("/").headers["Cache-Control"] == "no-store"
    assert browser.get("/staff/sign-in").headers["Cache-Control"] == "no-store"
    assert "max-age" in browser.get("/static/css/base.css").headers["Cache-Control"]


def test_it_asks_for_tls_from_now_on_only_where_there_is_tls(shared_world: World) -> None:
    browser = shared_world.browser()
    assert "Strict-Transport-Security" not in browser.get("/").headers
    secure = browser.get("/", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_it_keeps_no_copy_of_a_case_page(world: World) -> None:
    case = world.customer().submitted()
    reviewer = world.colleague(Role.REVIEWER)
    reviewer.claim(case)
    answer = reviewer.browser.get(f"/staff/cases/{case}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


def test_it_locks_an_image_into_a_sandbox(world: World) -> None:
    customer = world.customer().ready_to_upload()
    upload_id = customer.redacted("document_front")
    answer = customer.browser.get(f"/verify/uploads/{upload_id}/image")
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
