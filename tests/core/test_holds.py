"""Owns legal holds: a held case loses nothing, and a hold never comes too late unnoticed."""

import threading
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert

from kyc.audit import OPERATOR, Actor
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.fields import open_text
from kyc.holds import held_cases, held_until
from kyc.intake.receiving import discard
from kyc.lifecycle import ArtifactState, Stage, Status, UploadState
from kyc.models import Artifact, LegalHold, Receipt, Upload, VerificationSession, new_id
from kyc.policy.flow import shipped_flow
from kyc.policy.holds import HOLD_REASONS, LONGEST_HOLD
from kyc.retention.due import groups, overdue
from kyc.retention.expiring import expire_overdue
from kyc.retention.holding import Order, holds_ended, holds_in_force, lift_hold, set_hold
from kyc.retention.purging import destroy_due_records, mark_due
from tests.core.databases import ON_SQLITE
from tests.core.kit import race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

DAY = timedelta(days=1)


def _order(kit: "Kit", **changes: Any) -> Order:
    values: dict[str, Any] = {"reason": "legal_claim", "last_day": kit.now.date() + 30 * DAY}
    return Order(**(values | changes))


def _hold(kit: "Kit", name: str, **changes: Any) -> LegalHold:
    order = _order(kit, **changes)
    with kit.transaction() as db:
        return set_hold(db, kit.vault, name, order, by=OPERATOR, now=kit.now)


def _lift(kit: "Kit", hold: LegalHold, note: str = "settled") -> LegalHold:
    with kit.transaction() as db:
        return lift_hold(db, kit.vault, hold.id, note, by=OPERATOR, now=kit.now)


def _case(kit: "Kit", make: "Make", **values: Any) -> VerificationSession:
    """Its image and its details are due now."""
    with kit.transaction() as db:
        session = make.ready(db, client_reference_id=f"C-{new_id('x')}", **values)
        make.artifact(db, make.upload(db, session), rule="superseded")
        session.record_rule, session.record_destroy_at = "record_rejected", kit.now
        return session


def _purge(kit: "Kit") -> tuple[int, int, int]:
    with kit.transaction() as db:
        marked = mark_due(db, kit.now)
    with kit.transaction() as db:
        records = destroy_due_records(db, kit.now)
    with kit.transaction() as db:
        return marked, records, expire_overdue(db, kit.now)


def _hold_or_purge(kit: "Kit", name: str, number: int) -> object:
    return _purge(kit) if number else _hold(kit, name)


def test_a_held_case_loses_nothing(kit: "Kit", make: "Make") -> None:
    held = _case(kit, make, expires_at=kit.now)
    hold = _hold(kit, held.id)
    other = _case(kit, make, status=Status.REJECTED)
    assert _purge(kit) == (1, 1, 0)
    assert {receipt.subject_id for receipt in kit.all(Receipt)} >= {other.id}
    row = kit.get(VerificationSession, held.id)
    assert (row.status, row.record_destroyed_at) == (Status.REQUIRES_INPUT, None)
    (image,) = kit.all(Artifact, Artifact.session_id == held.id)
    assert image.wrapped_key is not None
    _lift(kit, hold)
    assert _purge(kit) == (1, 1, 1)


@ON_SQLITE
@pytest.mark.parametrize("rule", [n for n, r in shipped_flow().retention.items() if r.years == 0])
def test_a_hold_stops_every_rule(kit: "Kit", make: "Make", rule: str) -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        make.artifact(db, make.upload(db, session), rule=rule)
        make.hold(db, session)
    kit.later(days=3000)
    assert _purge(kit) == (0, 0, 0)


def test_a_hold_that_passed_its_last_day_holds_no_more(kit: "Kit", make: "Make") -> None:
    case = _case(kit, make)
    hold = _hold(kit, case.id, last_day=kit.now.date())
    kit.moment = hold.until - timedelta(microseconds=1)
    assert _purge(kit)[:2] == (0, 0)
    kit.moment = hold.until
    assert _purge(kit)[:2] == (1, 1)


def test_a_case_is_held_as_long_as_one_of_its_holds_lasts(kit: "Kit", make: "Make") -> None:
    case = _case(kit, make)
    first = _hold(kit, case.id)
    last = _hold(kit, case.id, reason="authority", last_day=kit.now.date() + 60 * DAY)
    with kit.reading() as db:
        assert held_until(db, case.id, kit.now) == last.until
        assert held_cases(db, kit.now) == 1
    _lift(kit, last)
    assert _purge(kit)[:2] == (0, 0)
    _lift(kit, first)
    with kit.reading() as db:
        assert held_until(db, case.id, kit.now) is None
        assert held_cases(db, kit.now) == 0


def test_what_is_held_is_neither_due_nor_overdue(kit: "Kit", make: "Make") -> None:
    case = _case(kit, make)
    hold = _hold(kit, case.id)
    with kit.reading() as db:
        assert groups(db, hold.until - DAY) == []
        assert overdue(db, hold.until - DAY) == 0
        assert {group.count for group in groups(db, hold.until)} == {1}
        assert overdue(db, hold.until) == 2


def test_a_photo_that_the_customer_discards_stays_while_the_case_is_held(
    kit: "Kit", make: "Make"
) -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        upload = make.picture(db, session)
        raw = make.artifact(db, upload, stage=Stage.RAW, rule="raw").id
        hold = make.hold(db, session)
    with kit.transaction() as db:
        discard(db, db.get_one(Upload, upload.id), kit.now)
    assert kit.get(Upload, upload.id).state == UploadState.DISCARDED
    assert kit.get(Artifact, upload.artifact_id).wrapped_key is not None
    assert kit.get(Artifact, raw).wrapped_key is None
    _lift(kit, hold)
    assert _purge(kit)[0] == 1
    assert kit.get(Artifact, upload.artifact_id).wrapped_key is None


def test_a_hold_is_found_by_the_reference_too(kit: "Kit", make: "Make") -> None:
    case = _case(kit, make)
    assert _hold(kit, case.client_reference_id or "").session_id == case.id


def test_a_reference_of_two_cases_is_refused(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        ids = [make.session(db, client_reference_id="C-7").id for _ in range(2)]
    with pytest.raises(ConflictError, match=ids[0]):
        _hold(kit, "C-7")
    assert kit.all(LegalHold) == []


def test_a_case_that_is_not_there_is_refused(kit: "Kit") -> None:
    with pytest.raises(NotFoundError):
        _hold(kit, "vs_0")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": "because"}, "legal_claim"),
        ({"reason": "other"}, "note"),
        ({"note": "x" * 2001}, "2000"),
    ],
)
def test_an_order_that_lacks_something_is_refused(
    kit: "Kit", make: "Make", changes: dict[str, Any], says: str
) -> None:
    case = _case(kit, make)
    with pytest.raises(InvalidInputError, match=says):
        _hold(kit, case.id, **changes)


def test_a_last_day_that_is_over_is_refused(kit: "Kit", make: "Make") -> None:
    with pytest.raises(InvalidInputError, match="is over"):
        _hold(kit, _case(kit, make).id, last_day=kit.now.date() - DAY)


@pytest.mark.parametrize("last_day", [LONGEST_HOLD + 2 * DAY, None])
def test_a_hold_for_ever_is_refused(kit: "Kit", make: "Make", last_day: timedelta | None) -> None:
    today = kit.now.date()
    day = today + last_day if last_day else today.max
    with pytest.raises(InvalidInputError, match="ten years"):
        _hold(kit, _case(kit, make).id, last_day=day)


def test_the_same_hold_is_set_once(kit: "Kit", make: "Make") -> None:
    case = _case(kit, make)
    hold = _hold(kit, case.id)
    with pytest.raises(ConflictError, match="already"):
        _hold(kit, case.id)
    _lift(kit, hold)
    assert _hold(kit, case.id).id != hold.id


def test_a_hold_on_a_destroyed_record_is_refused(kit: "Kit", make: "Make") -> None:
    case = _case(kit, make)
    _purge(kit)
    with pytest.raises(ConflictError, match="nothing left"):
        _hold(kit, case.id, details_only=True)


def test_a_hold_that_comes_after_the_pictures_says_so(kit: "Kit", make: "Make") -> None:
    case = _case(kit, make)
    with kit.transaction() as db:
        assert mark_due(db, kit.now) == 1
    with pytest.raises(ConflictError, match="pictures"):
        _hold(kit, case.id)
    assert _hold(kit, case.id, details_only=True).session_id == case.id
    assert _purge(kit) == (0, 0, 0)


@pytest.mark.parametrize("note", ["", "  ", "x" * 2001])
def test_a_hold_is_not_lifted_without_a_reason(kit: "Kit", make: "Make", note: str) -> None:
    hold = _hold(kit, _case(kit, make).id)
    with pytest.raises(InvalidInputError, match="why"):
        _lift(kit, hold, note)
    assert kit.get(LegalHold, hold.id).lifted_at is None


def test_a_hold_is_lifted_once(kit: "Kit", make: "Make") -> None:
    hold = _hold(kit, _case(kit, make).id)
    _lift(kit, hold)
    with pytest.raises(ConflictError, match="ended"):
        _lift(kit, hold)


def test_a_hold_that_has_ended_is_not_lifted(kit: "Kit", make: "Make") -> None:
    hold = _hold(kit, _case(kit, make).id)
    kit.moment = hold.until
    with pytest.raises(ConflictError, match="ended"):
        _lift(kit, hold)


def test_a_hold_that_is_not_there_is_not_lifted(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db, pytest.raises(NotFoundError):
        lift_hold(db, kit.vault, "hold_0", "x", by=OPERATOR, now=kit.now)


def test_setting_and_lifting_are_audited_without_a_word_of_the_notes(
    kit: "Kit", make: "Make"
) -> None:
    with kit.transaction() as db:
        officer = make.staff(db)
    case = _case(kit, make)
    by = Actor("staff", officer.id)
    with kit.transaction() as db:
        order = _order(kit, note="letter of Rebane")
        hold = set_hold(db, kit.vault, case.id, order, by=by, now=kit.now)
    with kit.transaction() as db:
        lift_hold(db, kit.vault, hold.id, "Rebane gave up", by=by, now=kit.now)
    assert kit.actions(case.id)[-2:] == ["staff:hold:set", "staff:hold:lifted"]
    row = kit.get(LegalHold, hold.id)
    assert b"Rebane" not in (row.note or b"") + (row.lift_note or b"")
    with kit.reading() as db:
        (shown,) = holds_ended(db, kit.vault, kit.now, 10)
        assert holds_in_force(db, kit.vault, kit.now) == []
    assert (shown.note, shown.lift_note) == ("letter of Rebane", "Rebane gave up")
    assert (row.set_by, row.lifted_by) == (officer.id, officer.id)


def test_the_notes_go_with_the_record(kit: "Kit", make: "Make") -> None:
    case = _case(kit, make)
    hold = _hold(kit, case.id, note="letter of Rebane")
    assert open_text(kit.vault, case, "hold_note", hold.note or b"") == "letter of Rebane"
    _lift(kit, hold)
    _purge(kit)
    row = kit.get(LegalHold, hold.id)
    assert (row.note, row.lift_note, row.reason) == (None, None, "legal_claim")


def test_every_reason_says_what_it_means() -> None:
    assert all(HOLD_REASONS.values())


def test_a_hold_and_a_purge_at_once_never_both_succeed(kit: "Kit", make: "Make") -> None:
    """Whoever comes first wins: the hold is refused, or nothing is destroyed."""
    for _ in range(12):
        case = _case(kit, make, status=Status.REJECTED)
        answer = race(2, partial(_hold_or_purge, kit, case.id))[0]
        with kit.reading() as db:
            is_held = held_until(db, case.id, kit.now) is not None
        (image,) = kit.all(Artifact, Artifact.session_id == case.id)
        record = kit.get(VerificationSession, case.id)
        if is_held:
            assert image.wrapped_key is not None
            assert record.record_destroyed_at is None
        else:
            assert isinstance(answer, ConflictError)
            assert image.state == ArtifactState.PURGING


def test_a_purge_that_is_under_way_makes_a_hold_wait_and_then_refuses_it(
    kit: "Kit", make: "Make"
) -> None:
    case = _case(kit, make)
    answers: list[object] = []

    def hold() -> None:
        try:
            answers.append(_hold(kit, case.id))
        except ConflictError as error:
            answers.append(error)

    with kit.transaction() as db:
        assert mark_due(db, kit.now) == 1
        thread = threading.Thread(target=hold)
        thread.start()
        thread.join(0.5)
        assert answers == []
    thread.join()
    assert isinstance(answers[0], ConflictError)


def test_a_hold_that_is_being_set_makes_a_purge_pass_by(kit: "Kit", make: "Make") -> None:
    case = _case(kit, make)
    marked: list[tuple[int, int, int]] = []
    thread = threading.Thread(target=lambda: marked.append(_purge(kit)))
    with kit.transaction() as db:
        set_hold(db, kit.vault, case.id, _order(kit), by=OPERATOR, now=kit.now)
        thread.start()
        thread.join(0.5)
    thread.join()
    assert marked == [(0, 0, 0)]
    (image,) = kit.all(Artifact, Artifact.session_id == case.id)
    assert image.wrapped_key is not None


@pytest.mark.servers
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_purge_whose_question_is_older_than_the_hold_asks_again(kit: "Kit", make: "Make") -> None:
    """The hold is committed after the purge's snapshot and before its locks: a second look."""
    case = _case(kit, make)

    def set_it_late(*_arguments: Any) -> None:
        with kit.engine.begin() as connection:
            values = {
                "id": new_id("hold"),
                "session_id": case.id,
                "reason": "authority",
                "set_by": "console",
                "set_at": kit.now,
                "until": kit.now + DAY,
            }
            connection.execute(insert(LegalHold).values(values))

    with kit.transaction() as db:
        db.connection()
        event.listen(kit.engine, "after_cursor_execute", set_it_late, once=True)
        assert mark_due(db, kit.now) == 0
    (image,) = kit.all(Artifact, Artifact.session_id == case.id)
    assert image.wrapped_key is not None
