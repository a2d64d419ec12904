"""Owns the promise that a link opens one session once, and says what is wrong when it does not."""

import pytest

from kyc.models import OutgoingMail
from tests.web.people import DETAILS
from tests.web.world import World


@pytest.fixture
def link(world: World) -> str:
    """The path of a link into a session that somebody began."""
    customer = world.customer()
    customer.start()
    return new_link(world, customer.session_id)


def new_link(world: World, session_id: str) -> str:
    return f"/v/{world.link_token(session_id)}"


def test_it_is_not_used_up_by_a_scanner_that_opens_it(world: World, link: str) -> None:
    assert [world.browser().get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert world.browser().post(link).location == "/verify"


def test_it_lets_one_browser_in(world: World, link: str) -> None:
    browser = world.browser()
    browser.post(link)
    assert browser.get("/verify").location == "/verify/details"


def test_it_works_once(world: World, link: str) -> None:
    world.browser().post(link)
    late = world.browser()
    answer = late.post(link)
    assert answer.status_code == 410
    assert "It was opened before." in answer.text
    assert late.get("/verify").location == "/resume"


def test_it_says_so_when_it_is_shown_after_use(world: World, link: str) -> None:
    world.browser().post(link)
    answer = world.browser().get(link)
    assert answer.status_code == 410
    assert "It was opened before." in answer.text


def test_it_tells_the_same_browser_to_go_on(world: World, link: str) -> None:
    browser = world.browser()
    browser.post(link)
    assert "you can simply go on" in browser.get(link).text


def test_it_says_that_it_is_too_old(world: World, link: str) -> None:
    world.clock.passes(hours=24)
    answers = world.browser().get(link), world.browser().post(link)
    assert [answer.status_code for answer in answers] == [410, 410]
    assert all("It is too old." in answer.text for answer in answers)


def test_it_says_that_it_is_unknown(world: World) -> None:
    answers = world.browser().get("/v/unknown"), world.browser().post("/v/unknown")
    assert [answer.status_code for answer in answers] == [404, 404]
    assert all("We do not know it." in answer.text for answer in answers)


def test_it_dies_when_a_newer_one_is_made(world: World) -> None:
    customer = world.customer()
    customer.start()
    former = new_link(world, customer.session_id)
    new_link(world, customer.session_id)
    assert world.browser().post(former).status_code == 410


def test_it_offers_another_device_a_link_that_works_there(world: World) -> None:
    customer = world.customer()
    customer.start()
    answer = customer.browser.post("/verify/device")
    path = answer.text.split("/v/")[1][:43]
    assert "<svg" in answer.text
    assert world.browser().post(f"/v/{path}").location == "/verify"


def test_a_browser_is_let_in_for_two_weeks_at_most(world: World, link: str) -> None:
    browser = world.browser()
    browser.post(link)
    world.clock.passes(days=14)
    assert browser.get("/verify").location == "/resume"


def test_it_answers_alike_whether_the_address_is_known_or_not(world: World) -> None:
    customer = world.customer()
    customer.start()
    customer.give_details()
    known = world.browser().post("/resume", {"email": DETAILS["email"]})
    unknown = world.browser().post("/resume", {"email": "nobody@example.com"})
    assert (known.status_code, len(known.text)) == (unknown.status_code, len(unknown.text))
    assert mails(world) == ["link"]


def test_it_writes_to_nobody_whose_address_is_unknown(world: World) -> None:
    world.browser().post("/resume", {"email": "nobody@example.com"})
    assert mails(world) == []


def test_it_says_which_part_of_an_address_is_wrong(world: World) -> None:
    answer = world.browser().post("/resume", {"email": "not an address"})
    assert "This is not an e-mail address we can write to." in answer.text
    assert 'value="not an address"' in answer.text


def test_it_gives_a_machine_that_fills_every_field_no_session(world: World) -> None:
    answer = world.browser().post("/start", {"website": "https://example.com"})
    assert answer.location == "/"
    assert world.rows()["verification_session"] == 0


def mails(world: World) -> list[str]:
    with world.runtime.reading() as db:
        return [mail.kind for mail in db.query(OutgoingMail)]
