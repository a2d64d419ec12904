"""Owns the view budget: a factor after many looks in an hour, an end in a day, alarms of both."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kyc.access import Role
from kyc.alarms import QUIET, AlarmKind, acknowledge, alarms, raise_alarm
from kyc.audit import Actor
from kyc.errors import NotFoundError
from kyc.models import Artifact, ImageLook, StaffAlarm, StaffMail, Upload
from kyc.review.budget import Allowance, FactorNeededError, SpentError
from kyc.review.looking import look, record_refusal
from kyc.staff.addresses import write_address
from kyc.staff.factors import Means
from tests.core.kit import race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Eye:
    """A reviewer with a case, and so many looks an hour and a day."""

    def __init__(self, kit: "Kit", make: "Make", per_hour: int = 3, per_day: int = 5) -> None:
        self.kit, self.limits = kit, (per_hour, per_day)
        self.factor_at = kit.now - timedelta(seconds=1)
        with kit.transaction() as db:
            session, person = make.waiting(db), make.staff(db)
            make.claim(db, session, person, expires_at=kit.now + 9 * DAY)
            officer = make.staff(db, Role.PRIVACY)
            write_address(Means(kit.vault, kit.lookup), officer, "p@example.org")
        self.id, self.officer = person.id, officer.id
        self.image = kit.all(Upload, Upload.session_id == session.id)[0].artifact_id or ""

    def looks(self) -> Artifact:
        allowance = Allowance(*self.limits, self.factor_at)
        with self.kit.transaction() as db:
            return look(db, self.image, self.id, allowance, self.kit.now)

    def tries(self) -> str:
        """`seen`, or the code of the refusal, which is put on record as the pages do."""
        try:
            self.looks()
        except (FactorNeededError, SpentError) as error:
            with self.kit.transaction() as db:
                record_refusal(db, self.image, self.id, error, self.kit.now)
            return error.code
        return "seen"


@pytest.fixture
def eye(kit: "Kit", make: "Make") -> Eye:
    return Eye(kit, make)


def test_after_so_many_in_an_hour_the_factor_is_asked_for(eye: Eye) -> None:
    assert [eye.tries() for _ in range(4)] == ["seen", "seen", "seen", "step_up"]


def test_a_fresh_factor_opens_the_next_ones(eye: Eye) -> None:
    for _ in range(4):
        eye.tries()
    eye.factor_at = eye.kit.later(seconds=1)
    assert eye.tries() == "seen"


def test_an_hour_later_they_are_counted_no_more(eye: Eye) -> None:
    for _ in range(3):
        eye.tries()
    eye.kit.moment += HOUR
    assert eye.tries() == "seen"


def test_after_so_many_in_a_day_no_factor_helps(eye: Eye) -> None:
    for number in range(5):
        eye.kit.moment += HOUR
        assert eye.tries() == "seen", number
    eye.factor_at = eye.kit.later(hours=1)
    assert eye.tries() == "views_spent"
    eye.kit.moment += DAY
    assert eye.tries() == "seen"


def test_looks_at_once_are_all_counted(kit: "Kit", make: "Make") -> None:
    eye = Eye(kit, make, per_hour=2)
    answers = race(4, lambda _: eye.looks())
    assert sum(isinstance(answer, Artifact) for answer in answers) == 2
    assert len(kit.all(ImageLook)) == 2


def test_each_has_their_own(kit: "Kit", make: "Make", eye: Eye) -> None:
    for _ in range(4):
        eye.tries()
    assert Eye(kit, make).tries() == "seen"


def test_each_refused_look_is_one_event_and_the_first_alarms(kit: "Kit", eye: Eye) -> None:
    for _ in range(6):
        eye.tries()
    assert kit.actions().count("staff:look:refused") == 3
    assert kit.actions().count("staff:account:alarmed") == 1
    assert [alarm.kind for alarm in kit.all(StaffAlarm)] == ["views_hour"]
    assert [(mail.staff_id, mail.kind) for mail in kit.all(StaffMail)] == [(eye.officer, "alarm")]


def test_the_end_of_the_day_alarms_too(kit: "Kit", make: "Make") -> None:
    eye = Eye(kit, make, per_hour=9, per_day=1)
    eye.tries()
    eye.tries()
    assert [alarm.kind for alarm in kit.all(StaffAlarm)] == ["views_day"]


def test_what_is_older_than_a_day_is_not_kept(kit: "Kit", eye: Eye) -> None:
    eye.tries()
    kit.moment += DAY
    eye.tries()
    assert len(kit.all(ImageLook)) == 1


# --- alarms ---------------------------------------------------------------------------------


def _raise(kit: "Kit", staff_id: str, kind: AlarmKind = AlarmKind.VIEWS_HOUR) -> bool:
    with kit.transaction() as db:
        return raise_alarm(db, kind, staff_id, kit.now)


def test_an_alarm_is_not_repeated_for_a_while(kit: "Kit", eye: Eye) -> None:
    assert _raise(kit, eye.id)
    assert not _raise(kit, eye.id)
    assert _raise(kit, eye.id, AlarmKind.VIEWS_DAY)
    assert _raise(kit, eye.officer)
    kit.moment += QUIET
    assert _raise(kit, eye.id)


def test_an_alarm_is_looked_into_once_and_then_stands_last(kit: "Kit", eye: Eye) -> None:
    _raise(kit, eye.id)
    kit.later(seconds=1)
    _raise(kit, eye.id, AlarmKind.VIEWS_DAY)
    by = Actor("staff", eye.officer)
    (first,) = kit.all(StaffAlarm, StaffAlarm.kind == "views_day")
    for _ in range(2):
        with kit.transaction() as db:
            acknowledge(db, first.id, by=by, now=kit.now)
    with kit.reading() as db:
        assert [alarm.kind for alarm in alarms(db, 9)] == ["views_hour", "views_day"]
    assert kit.actions().count("staff:alarm:acknowledged") == 1


def test_an_unknown_alarm_is_not_found(kit: "Kit", eye: Eye) -> None:
    with pytest.raises(NotFoundError), kit.transaction() as db:
        acknowledge(db, "alarm_none", by=Actor("staff", eye.officer), now=kit.now)
