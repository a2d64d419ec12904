"""Owns the promise that nothing changes unless one of our own pages asks for it."""

import pytest

from tests.web.test_admission import calls
from tests.web.world import World


def test_it_refuses_every_change_without_the_token_of_a_page(shared_world: World) -> None:
    client = shared_world.browser().client
    changes = [call for call in calls(shared_world.app) if call.method != "GET"]
    assert len(changes) > 15
    answers = {call.endpoint: client.post(call.path).status_code for call in changes}
    assert answers == dict.fromkeys(answers, 400)


def test_it_refuses_a_token_of_another_browser(shared_world: World) -> None:
    theirs = shared_world.browser().token("/start")
    browser = shared_world.browser()
    assert browser.post("/start", headers={"X-CSRFToken": theirs}).status_code == 400


@pytest.mark.parametrize("site", ["cross-site", "same-site", "invented"])
def test_it_refuses_a_change_that_the_browser_says_came_from_elsewhere(
    shared_world: World, site: str
) -> None:
    answer = shared_world.browser().post("/start", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_it_takes_a_change_from_our_own_page(shared_world: World, site: str) -> None:
    answer = shared_world.browser().post("/start", headers={"Sec-Fetch-Site": site})
    assert answer.location == "/verify"


def test_it_changes_nothing_on_get(world: World) -> None:
    customer = world.customer().ready_to_upload()
    customer.redacted("document_front")
    before, events = world.rows(), len(world.events())
    for call in calls(world.app):
        if call.method == "GET":
            customer.browser.get(call.path)
    assert (world.rows(), len(world.events())) == (before, events)
