"""Owns the promise that nobody sends too much, and that counting never stands in the way."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import TestResponse

from kyc.runtime import queue_wake
from tests.web.people import Browser
from tests.web.world import World

NOBODY = {"email": "nobody@example.com"}
DEAD = "redis://127.0.0.1:1/0"


def ask(browser: Browser, address: str = "192.0.2.1", forwarded: str = "") -> TestResponse:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    origin = {"REMOTE_ADDR": address}
    return browser.post("/resume", NOBODY, headers=headers, environ_base=origin)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The address of a queue server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_it_asks_who_sends_too_much_to_wait(browser: Browser) -> None:
    statuses = [ask(browser).status_code for _ in range(7)]
    assert statuses == [200] * 6 + [429]
    assert "Too much came from your address." in ask(browser).text


def test_it_counts_each_address_apart(browser: Browser) -> None:
    for _ in range(7):
        ask(browser)
    assert ask(browser, "192.0.2.2").status_code == 200


def test_it_takes_nobodys_word_for_where_they_come_from(browser: Browser) -> None:
    statuses = [ask(browser, forwarded=f"198.51.100.{at}").status_code for at in range(7)]
    assert statuses[-1] == 429


def test_it_believes_the_proxy_that_it_was_told_to_trust(a_world: Callable[..., World]) -> None:
    browser = a_world(trusted_proxies=1).browser()
    statuses = [ask(browser, forwarded=f"198.51.100.{at}").status_code for at in range(7)]
    assert statuses == [200] * 7


def test_it_believes_no_more_hops_than_it_was_told_to(a_world: Callable[..., World]) -> None:
    browser = a_world(trusted_proxies=1).browser()
    chains = [f"203.0.113.{at}, 198.51.100.1" for at in range(7)]
    assert [ask(browser, forwarded=chain).status_code for chain in chains][-1] == 429


def test_it_goes_on_counting_while_the_queue_server_is_away(
    a_world: Callable[..., World],
) -> None:
    browser = a_world(redis_url=DEAD).browser()
    assert [ask(browser).status_code for _ in range(7)] == [200] * 6 + [429]


def test_it_waits_for_a_silent_queue_server_once_and_briefly(
    a_world: Callable[..., World], silent_server: str
) -> None:
    browser, began = a_world(redis_url=silent_server).browser(), time.monotonic()
    assert [ask(browser).status_code for _ in range(5)] == [200] * 5
    assert time.monotonic() - began < 8


def test_it_takes_a_picture_while_the_queue_server_is_away(
    a_world: Callable[..., World],
) -> None:
    world = a_world(redis_url=DEAD, wake=queue_wake(DEAD))
    customer, began = world.customer().ready_to_upload(), time.monotonic()
    assert customer.send("document_front").status_code == 302
    assert time.monotonic() - began < 5
