"""Owns the end of a relationship: it starts the clock of an approved customer's details."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.lifecycle import Status
from kyc.models import VerificationSession
from kyc.policy.flow import shipped_flow
from kyc.policy.retention import due_at, years_after
from kyc.retention.purging import destroy_due_records
from kyc.retention.relationships import Ended, end_relationship
from kyc.settings import load_settings
from tests.core.databases import ON_SQLITE
from tests.core.kit import START

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

TODAY = START.date()
DAY = timedelta(days=1)


def _approved(kit: "Kit", make: "Make", **values: Any) -> VerificationSession:
    given: dict[str, Any] = {"status": Status.VERIFIED, "decided_at": START - 100 * DAY}
    with kit.transaction() as db:
        return make.ready(db, **(given | values))


def _end(kit: "Kit", name: str, on: date = TODAY, years: int = 7, **options: Any) -> list[Ended]:
    with kit.transaction() as db:
        return end_relationship(db, name, on, years=years, now=kit.now, **options)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(0, 50))  # noqa: DTZ001 - the zone follows
def test_years_are_those_of_the_calendar(start: datetime, years: int) -> None:
    end = years_after(start.replace(tzinfo=UTC), years)
    leap_day = (start.month, start.day) == (2, 29) and (end.month, end.day) == (3, 1)
    assert end.year == start.year + years
    assert (end.month, end.day) == (start.month, start.day) or leap_day
    assert end.time() == start.time()


def test_seven_years_are_the_rule_and_a_deployment_may_have_another() -> None:
    rules = shipped_flow().retention
    assert load_settings({}).record_years == 7
    assert due_at(rules, "record_approved", START, 3) == START.replace(year=START.year + 3)


def test_the_details_go_when_the_years_after_the_last_day_are_over(
    kit: "Kit", make: "Make"
) -> None:
    session = _approved(kit, make)
    (ended,) = _end(kit, session.id, date(2026, 2, 27))
    assert ended.destroy_at == datetime(2033, 2, 28, tzinfo=UTC)
    kit.moment = ended.destroy_at - timedelta(microseconds=1)
    with kit.transaction() as db:
        assert destroy_due_records(db, kit.now) == 0
    kit.moment = ended.destroy_at
    with kit.transaction() as db:
        assert destroy_due_records(db, kit.now) == 1
    row = kit.get(VerificationSession, session.id)
    assert (row.record_rule, row.details) == ("record_approved", None)


def test_the_details_of_an_approved_customer_stay_until_the_end_is_reported(
    kit: "Kit", make: "Make"
) -> None:
    _approved(kit, make)
    kit.later(days=10_000)
    with kit.transaction() as db:
        assert destroy_due_records(db, kit.now) == 0


def test_the_details_are_kept_no_shorter_than_the_images(kit: "Kit", make: "Make") -> None:
    session = _approved(kit, make)
    with kit.transaction() as db:
        image = make.artifact(db, make.upload(db, session), rule="approved")
    assert _end(kit, session.id, years=0)[0].destroy_at == image.destroy_at


def test_an_end_is_found_by_reference_and_counts_for_every_approval(
    kit: "Kit", make: "Make"
) -> None:
    both = {_approved(kit, make, client_reference_id="C-7").id for _ in range(2)}
    _approved(kit, make, client_reference_id="C-7", status=Status.REJECTED)
    _approved(kit, make, client_reference_id="C-8")
    assert {ended.session_id for ended in _end(kit, "C-7")} == both


def test_the_same_report_again_changes_nothing(kit: "Kit", make: "Make") -> None:
    session = _approved(kit, make)
    first = _end(kit, session.id)
    actions = kit.actions(session.id)
    assert actions[-1] == "operator:relationship:ended"
    kit.later(days=5)
    again = _end(kit, session.id)
    assert [one.destroy_at for one in again] == [one.destroy_at for one in first]
    assert [one.is_news for one in (*first, *again)] == [True, False]
    assert kit.actions(session.id) == actions


def test_another_date_is_refused_unless_it_corrects(kit: "Kit", make: "Make") -> None:
    session = _approved(kit, make)
    _end(kit, session.id)
    with pytest.raises(ConflictError, match="--correct"):
        _end(kit, session.id, TODAY - DAY)
    (ended,) = _end(kit, session.id, TODAY - DAY, corrects=True)
    assert ended.destroy_at == datetime(2033, 3, 2, tzinfo=UTC)
    assert kit.actions(session.id)[-1] == "operator:relationship:corrected"


def test_a_date_in_the_future_is_refused(kit: "Kit", make: "Make") -> None:
    with pytest.raises(InvalidInputError, match="on the day it has come"):
        _end(kit, _approved(kit, make).id, TODAY + DAY)


def test_a_date_before_the_approval_is_refused(kit: "Kit", make: "Make") -> None:
    session = _approved(kit, make)
    with pytest.raises(InvalidInputError, match="day of the approval"):
        _end(kit, session.id, TODAY - 101 * DAY)
    assert _end(kit, session.id, TODAY - 100 * DAY)[0].is_news


@ON_SQLITE
@pytest.mark.parametrize("status", [status for status in Status if status != Status.VERIFIED])
def test_only_an_approved_customer_has_a_relationship(
    kit: "Kit", make: "Make", status: Status
) -> None:
    session = _approved(kit, make, status=status)
    with pytest.raises(ConflictError, match=f"it is {status}"):
        _end(kit, session.id)
    assert kit.get(VerificationSession, session.id).record_destroy_at is None


def test_details_that_are_destroyed_have_no_clock(kit: "Kit", make: "Make") -> None:
    session = _approved(kit, make, record_destroyed_at=START)
    with pytest.raises(ConflictError, match="destroyed already"):
        _end(kit, session.id)


def test_a_customer_who_is_not_there_is_refused(kit: "Kit") -> None:
    with pytest.raises(NotFoundError):
        _end(kit, "C-0")
