"""Owns the promise that an image is seen under a claim, marked, one at a time, on record."""

import io
import json

import pytest
from PIL import Image
from sqlalchemy import select

from kyc.access import Role
from kyc.audit import Action
from kyc.models import Artifact, Upload
from tests.web.people import Colleague
from tests.web.pictures import picture
from tests.web.world import World


@pytest.fixture
def front(world: World, case: str) -> str:
    """The path of the front of the case that waits."""
    with world.runtime.reading() as db:
        artifact_id = db.scalars(
            select(Upload.artifact_id).where(
                Upload.session_id == case, Upload.kind == "document_front"
            )
        ).one()
    return f"/staff/images/{artifact_id}"


@pytest.fixture
def second(world: World) -> Colleague:
    return world.colleague(Role.SENIOR)


def looks(world: World) -> int:
    return len(world.events(Action.STAFF_ARTIFACT_VIEWED))


def test_it_shows_an_image_under_a_claim(reviewer: Colleague, case: str, front: str) -> None:
    reviewer.claim(case)
    answer = reviewer.browser.get(front)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Content-Disposition"] == "inline"


def test_it_shows_no_image_without_a_claim(world: World, reviewer: Colleague, front: str) -> None:
    answer = reviewer.browser.get(front)
    assert (answer.status_code, answer.mimetype) == (409, "text/html")
    assert looks(world) == 0


def test_it_shows_no_image_of_a_case_that_somebody_else_holds(
    reviewer: Colleague, second: Colleague, case: str, front: str
) -> None:
    reviewer.claim(case)
    assert second.browser.get(front).status_code == 409


def test_it_shows_no_image_of_another_case_than_the_one_held(
    world: World, reviewer: Colleague, front: str
) -> None:
    reviewer.claim(world.customer().submitted())
    assert reviewer.browser.get(front).status_code == 409


def test_it_shows_no_image_once_the_claim_is_released(
    reviewer: Colleague, case: str, front: str
) -> None:
    reviewer.claim(case)
    reviewer.browser.post(f"/staff/cases/{case}/release")
    assert reviewer.browser.get(front).status_code == 409


def test_it_shows_no_image_once_the_claim_has_lapsed(
    world: World, reviewer: Colleague, case: str, front: str
) -> None:
    reviewer.claim(case)
    for _ in range(4):
        world.clock.passes(minutes=8)
        reviewer.browser.get("/staff/queue")
    assert reviewer.browser.get(front).status_code == 409


def test_it_never_shows_what_was_not_covered(world: World, reviewer: Colleague, case: str) -> None:
    reviewer.claim(case)
    with world.runtime.reading() as db:
        raw = db.scalars(select(Artifact.id).where(Artifact.stage == "raw")).first()
    assert reviewer.browser.get(f"/staff/images/{raw}").status_code == 404


def test_it_puts_one_look_on_record_each_time(
    world: World, reviewer: Colleague, case: str, front: str
) -> None:
    reviewer.claim(case)
    for _ in range(3):
        reviewer.browser.get(front)
    assert looks(world) == 3
    event = json.loads(world.events(Action.STAFF_ARTIFACT_VIEWED)[0].body)
    assert (event["case"], event["object"]) == (case, front.rsplit("/", 1)[1])
    assert event["actor"].startswith("staff:usr_")


def test_it_puts_the_look_on_record_before_a_byte_is_opened(
    world: World, reviewer: Colleague, case: str, front: str
) -> None:
    reviewer.claim(case)
    world.objects.go_down()
    answer = reviewer.browser.get(front)
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert looks(world) == 1


def test_it_shows_nothing_when_the_look_cannot_be_put_on_record(
    world: World, reviewer: Colleague, case: str, front: str
) -> None:
    reviewer.claim(case)
    with world.runtime.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit_outbox"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    answer = reviewer.browser.get(front)
    assert (answer.status_code, answer.mimetype) == (503, "text/html")


def test_it_shows_nothing_that_was_altered(
    world: World, reviewer: Colleague, case: str, front: str
) -> None:
    reviewer.claim(case)
    for name in world.objects.list_names():
        sealed = world.objects.get(name)
        world.objects.overwrite(name, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    answer = reviewer.browser.get(front)
    assert (answer.status_code, answer.mimetype) == (409, "text/html")
    assert "This picture is locked away" in answer.text


def test_it_draws_the_viewers_mark_over_it(reviewer: Colleague, case: str, front: str) -> None:
    """What the store holds is one flat grey, so that whatever else is seen is the mark."""
    reviewer.claim(case)
    seen = Image.open(io.BytesIO(reviewer.browser.get(front).data)).convert("L").tobytes()
    assert max(seen) - min(seen) > 40


def test_the_mark_names_who_looks_and_when(
    world: World, reviewer: Colleague, second: Colleague, case: str, front: str
) -> None:
    reviewer.claim(case)
    mine = reviewer.browser.get(front).data
    assert reviewer.browser.get(front).data == mine
    world.clock.passes(minutes=1)
    later = reviewer.browser.get(front).data
    reviewer.browser.post(f"/staff/cases/{case}/release")
    second.claim(case)
    theirs = second.browser.get(front).data
    assert len({mine, later, theirs}) == 3


def test_it_sends_no_more_pixels_than_a_screen_has(
    world: World, reviewer: Colleague, case: str, front: str
) -> None:
    reviewer.claim(case)
    assert Image.open(io.BytesIO(reviewer.browser.get(front).data)).width <= 1600


def test_it_answers_with_one_image_at_a_time(reviewer: Colleague, case: str, front: str) -> None:
    reviewer.claim(case)
    assert reviewer.browser.get(front).data.count(picture()[:3]) == 1
    assert "data:image/jpeg" not in reviewer.browser.get(f"/staff/cases/{case}").text


def test_it_shows_nothing_of_a_case_to_who_does_not_hold_it(
    reviewer: Colleague, second: Colleague, case: str, front: str
) -> None:
    reviewer.claim(case)
    page = second.browser.get(f"/staff/cases/{case}")
    assert page.status_code == 200
    assert "Tamm" not in page.text
    assert "/staff/images/" not in page.text


def test_it_shows_who_holds_it_what_the_customer_said(reviewer: Colleague, case: str) -> None:
    reviewer.claim(case)
    page = reviewer.browser.get(f"/staff/cases/{case}").text
    assert "Tamm" in page
    assert page.count("/staff/images/") >= 2
