"""Owns the promises of G9 and H4 on every route: two cookies, no stranger, nothing said in logs."""

import json
import re
from http.cookies import SimpleCookie

import pytest
import structlog

from tests.web.people import Browser
from tests.web.test_admission import Call, callers, calls, make
from tests.web.world import World

__all__ = ["callers"]

COOKIES = {"kyc": "Lax", "kyc-staff": "Strict"}
"""One for whoever verifies themselves, one for staff: docs/adr/0005-two-cookies.md."""

FOREIGN = re.compile(r"""(?:src|href|action|srcset|poster|data)=["']?(?:https?:)?//([^/"'\s>]+)""")
OWN = {"localhost", "127.0.0.1:8080"}
SAID = "leelo.tammsaar@example.org"
PEOPLE = (
    "visitor", "customer", "reviewer", "senior_reviewer", "privacy_officer", "auditor",
    "administrator",
)  # fmt: skip


def asked(call: Call) -> Call:
    """With what a person might type into an address, by every name that a page may read."""
    names = ("case", "email", "q", "name", "country", "before", "lang", "search", "reference")
    query = "&".join(f"{name}={SAID}" for name in names)
    return Call(call.endpoint, call.method, f"{call.path}?{query}")


@pytest.mark.parametrize("who", PEOPLE)
def test_no_route_sets_another_cookie_loads_from_strangers_or_logs_what_was_asked(
    shared_world: World, callers: dict[str, Browser], who: str
) -> None:
    wrong: list[tuple[str, str]] = []
    cookies = 0
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as logged:
        for call in calls(shared_world.app):
            answer = make(callers[who], asked(call))
            for line in answer.headers.getlist("Set-Cookie"):
                cookies += 1
                wrong += [(call.endpoint, line) for _ in [0] if not _is_ours(call, line)]
            policy = answer.headers.get("Content-Security-Policy", "")
            if "default-src 'none'" not in policy or "http" in policy or "*" in policy:
                wrong.append((call.endpoint, policy))
            if answer.mimetype == "text/html":
                hosts = set(FOREIGN.findall(answer.text)) - OWN
                wrong += [(call.endpoint, host) for host in hosts]
    assert wrong == []
    told = json.dumps(logged, default=str)
    assert (SAID in told, "tammsaar" in told.lower()) == (False, False)
    assert (len(logged) > 100, cookies > 0) == (True, True)


def _is_ours(call: Call, line: str) -> bool:
    """Name and attributes; it ends with the browser, or is the customer's with its own life."""
    cookie = SimpleCookie(line)
    ((name, morsel),) = cookie.items()
    right = {
        "path": morsel["path"] == "/",
        "hidden": bool(morsel["httponly"]),
        "site": morsel["samesite"] == COOKIES.get(name),
        "host": morsel["domain"] == "",
        "place": (name == "kyc-staff") == call.path.startswith("/staff"),
    }
    return name in COOKIES and all(right.values())
