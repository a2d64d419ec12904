"""Owns the promise that an invented case is made like a real one, and that nobody works it."""

from collections.abc import Callable

import pytest

from kyc.access import Role
from kyc.audit import Action
from kyc.demo.cast import Story
from kyc.demo.honey import make_honey
from kyc.jobs import OwedJobName
from kyc.models import OutgoingMail, OwedJob, Upload
from kyc.origins import HONEY
from kyc.retention.expiring import expire_overdue
from tests.web.world import World


class Worker:
    """Redacts as soon as it is woken, in place of a process that does."""

    def __init__(self) -> None:
        self.world: World | None = None

    def __call__(self, job_id: str) -> None:
        if self.world is None:
            return
        with self.world.runtime.reading() as db:
            job = db.get_one(OwedJob, job_id)
        if job.name == OwedJobName.REDACT:
            self.world.redact(job.subject_id)


@pytest.fixture
def world(a_world: Callable[..., World]) -> World:
    worker = Worker()
    made = a_world(wake=worker)
    worker.world = made
    return made


@pytest.fixture
def honey(world: World) -> str:
    return make_honey(world.runtime, Story(4711, "passport", "EE", 0, reference="C-777"))


def test_it_waits_beside_the_queue_with_its_pictures(world: World, honey: str) -> None:
    session = world.session(honey)
    assert (session.origin, session.review_lane, session.status) == (HONEY, "honey", "processing")
    assert session.reference == "C-777"
    assert len(world.events(Action.OPERATOR_HONEY_MADE)) == 1
    with world.runtime.reading() as db:
        states = [upload.state for upload in db.query(Upload).filter_by(session_id=honey)]
    assert states == ["confirmed", "confirmed"]


def test_nobody_is_given_it(world: World, honey: str) -> None:
    reviewer = world.colleague(Role.REVIEWER)
    assert honey not in reviewer.browser.get("/staff/queue").text
    assert reviewer.browser.post("/staff/claim-next").location == "/staff/queue"


def test_its_person_gets_no_mail_and_it_ends_like_any_other(world: World, honey: str) -> None:
    world.clock.passes(days=400)
    with world.runtime.transaction() as db:
        assert expire_overdue(db, world.clock()) == 1
        assert db.query(OutgoingMail).count() == 0
    session = world.session(honey)
    assert (session.status, session.record_rule) == ("expired", "record_abandoned")
