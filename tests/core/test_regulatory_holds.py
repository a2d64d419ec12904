"""Owns holds under an order (EU 2021/784): kept for six months, opened by few, for a purpose."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kyc.access import Role
from kyc.audit import OPERATOR, Actor
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.holds import held_until, order_on
from kyc.lifecycle import ArtifactState
from kyc.models import Artifact, AuditEvent, LegalHold, RegulatoryHold, Staff, VerificationSession
from kyc.policy.retention import months_after
from kyc.retention.holding import Order as LegalOrder
from kyc.retention.holding import lift_hold, set_hold
from kyc.retention.purging import destroy_due_records, mark_due
from kyc.retention.regulatory import (
    OPEN_FOR,
    Order,
    extend,
    open_for,
    orders,
    orders_of_reader,
    preserve,
)
from kyc.review.budget import Allowance
from kyc.review.looking import look
from tests.core.databases import ON_SQLITE
from tests.core.kit import START

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

DAY = timedelta(days=1)


class Case:
    """A case that waits for review, a reviewer, and who is named in the order."""

    def __init__(self, kit: "Kit", make: "Make") -> None:
        self.kit = kit
        with kit.transaction() as db:
            self.id = make.waiting(db).id
            self.reviewer = make.staff(db, Role.REVIEWER).id
            self.named = make.staff(db, Role.SENIOR).id
            self.officer = make.staff(db, Role.PRIVACY).id
            make.claim(
                db, db.get_one(VerificationSession, self.id), db.get_one(Staff, self.reviewer)
            )
        self.image = kit.all(Artifact, Artifact.session_id == self.id)[0].id

    def order(self, **changes: Any) -> Order:
        values: dict[str, Any] = {
            "reference": "RO 17/2026",
            "removed_on": self.kit.now.date(),
            "readers": [self.named],
            "purposes": ["proceedings", "complaints"],
        }
        return Order(**(values | changes))

    def preserve(self, **changes: Any) -> LegalHold:
        order = self.order(**changes)
        with self.kit.transaction() as db:
            return preserve(db, self.kit.vault, self.id, order, by=OPERATOR, now=self.kit.now)

    def look(self, who: str) -> str:
        allowance = Allowance(1000, 1000, self.kit.now)
        with self.kit.transaction() as db:
            look(db, self.image, who, allowance, self.kit.now)
        (event,) = [e for e in self.kit.all(AuditEvent) if e.action == "staff:artifact:viewed"][-1:]
        return event.body

    def open(self, hold: LegalHold, who: str, purpose: str = "proceedings") -> None:
        with self.kit.transaction() as db:
            open_for(db, hold.id, who, purpose, self.kit.now)

    def extend(self, hold: LegalHold, last_day: date, reason: str = "The court asked") -> LegalHold:
        with self.kit.transaction() as db:
            return extend(
                db, self.kit.vault, hold.id, last_day, reason, by=OPERATOR, now=self.kit.now
            )


@pytest.fixture
def case(kit: "Kit", make: "Make") -> Case:
    return Case(kit, make)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((2026, 3, 2), (2026, 9, 2)),
        ((2026, 8, 31), (2027, 3, 1)),
        ((2026, 12, 31), (2027, 7, 1)),
        ((2026, 6, 30), (2026, 12, 30)),
    ],
)
def test_months_are_those_of_the_calendar_and_never_shorter(
    start: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    assert months_after(datetime(*start, tzinfo=UTC), 6) == datetime(*end, tzinfo=UTC)


def test_it_keeps_everything_for_six_months_from_the_removal(kit: "Kit", case: Case) -> None:
    hold = case.preserve(removed_on=START.date() - 10 * DAY)
    assert hold.until == datetime(2026, 8, 21, tzinfo=UTC)
    with kit.transaction() as db:
        for image in db.query(Artifact):
            image.destroy_at = kit.now
        session = db.get_one(VerificationSession, case.id)
        session.record_rule, session.record_destroy_at = "record_rejected", kit.now
    kit.moment = hold.until - timedelta(microseconds=1)
    with kit.transaction() as db:
        assert (mark_due(db, kit.now), destroy_due_records(db, kit.now)) == (0, 0)
    kit.later(seconds=1)
    with kit.transaction() as db:
        assert mark_due(db, kit.now) == 2
    assert kit.get(Artifact, case.image).state == ArtifactState.PURGING


def test_who_is_named_looks_for_the_purpose_that_they_chose(kit: "Kit", case: Case) -> None:
    hold = case.preserve()
    case.open(hold, case.named, "complaints")
    assert '"reason":"complaints"' in case.look(case.named)
    opened = [e.body for e in kit.all(AuditEvent) if e.action == "staff:hold:opened"]
    assert '"reason":"complaints"' in opened[0]


def test_it_opens_also_after_the_decision(kit: "Kit", case: Case) -> None:
    hold = case.preserve()
    with kit.transaction() as db:
        db.get_one(VerificationSession, case.id).status = "rejected"
    case.open(hold, case.named)
    assert case.look(case.named)


def test_a_claim_opens_nothing_while_it_lasts(kit: "Kit", case: Case) -> None:
    assert case.look(case.reviewer)
    hold = case.preserve()
    with pytest.raises(ConflictError, match="kept under an order"):
        case.look(case.reviewer)
    kit.moment = hold.until
    with kit.reading() as db:
        assert order_on(db, case.id, kit.now) is None


def test_break_glass_opens_nothing_while_it_lasts(kit: "Kit", make: "Make", case: Case) -> None:
    with kit.transaction() as db:
        other = make.staff(db, Role.SENIOR).id
        make.break_glass(
            db,
            db.get_one(VerificationSession, case.id),
            db.get_one(Staff, other),
            granted_at=kit.now,
            ends_at=kit.now + DAY,
        )
    assert '"reason":"break_glass"' in case.look(other)
    case.preserve()
    with pytest.raises(ConflictError, match="kept under an order"):
        case.look(other)


def test_who_is_named_sees_nothing_without_a_purpose(kit: "Kit", case: Case) -> None:
    hold = case.preserve()
    with pytest.raises(ConflictError, match="for a purpose"):
        case.look(case.named)
    case.open(hold, case.named)
    kit.moment += OPEN_FOR
    with pytest.raises(ConflictError, match="for a purpose"):
        case.look(case.named)


def test_what_one_reader_opened_is_not_open_to_another(case: Case) -> None:
    hold = case.preserve()
    case.open(hold, case.named)
    with pytest.raises(ConflictError, match="kept under an order"):
        case.look(case.reviewer)


def test_nobody_opens_it_who_is_not_named(case: Case) -> None:
    with pytest.raises(NotFoundError):
        case.open(case.preserve(), case.reviewer)


@pytest.mark.parametrize("purpose", ["investigation", "curiosity", ""])
def test_it_opens_for_no_other_purpose(case: Case, purpose: str) -> None:
    with pytest.raises(InvalidInputError):
        case.open(case.preserve(), case.named, purpose)


def test_a_hold_that_has_ended_opens_nothing(kit: "Kit", case: Case) -> None:
    hold = case.preserve()
    kit.moment = hold.until
    with pytest.raises(ConflictError, match="has ended"):
        case.open(hold, case.named)


@ON_SQLITE
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reference": " "}, "reference of the removal order"),
        ({"reference": "x" * 201}, "reference of the removal order"),
        ({"removed_on": START.date() + DAY}, "in the future"),
        ({"removed_on": START.date() - 300 * DAY}, "six months are over"),
        ({"purposes": []}, "at least one purpose"),
        ({"purposes": ["marketing"]}, "at least one purpose"),
        ({"readers": []}, "name who may open it"),
        ({"readers": ["usr_" + "0" * 30]}, "name who may open it"),
    ],
)
def test_an_order_that_lacks_something_sets_nothing(
    kit: "Kit", case: Case, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidInputError, match=says):
        case.preserve(**changes)
    assert kit.all(LegalHold) == []


def test_nobody_is_named_whose_role_sees_no_pictures(case: Case) -> None:
    with pytest.raises(InvalidInputError, match="whose role"):
        case.preserve(readers=[case.named, case.officer])


def test_nobody_is_named_whose_account_is_disabled(kit: "Kit", case: Case) -> None:
    with kit.transaction() as db:
        db.get_one(Staff, case.named).disabled_at = kit.now
    with pytest.raises(InvalidInputError, match="name who may open it"):
        case.preserve()


def test_a_case_is_under_one_order_at_a_time(case: Case) -> None:
    case.preserve()
    with pytest.raises(ConflictError, match="extend"):
        case.preserve()


def test_what_is_destroyed_is_not_kept(kit: "Kit", case: Case) -> None:
    with kit.transaction() as db:
        db.get_one(VerificationSession, case.id).record_destroyed_at = kit.now
    with pytest.raises(ConflictError, match="destroyed already"):
        case.preserve()


def test_it_is_extended_for_a_reason(kit: "Kit", case: Case) -> None:
    hold = case.preserve()
    case.extend(hold, date(2027, 1, 31), "Court of Tallinn, 2-26-9")
    with kit.reading() as db:
        assert held_until(db, case.id, kit.now) == datetime(2027, 2, 1, tzinfo=UTC)
        (shown,) = orders(db, kit.vault, kit.now)
    assert (shown.reference, shown.extension) == ("RO 17/2026", "Court of Tallinn, 2-26-9")
    assert "operator:hold:extended" in kit.actions(case.id)


@ON_SQLITE
@pytest.mark.parametrize(
    ("last_day", "reason", "says"),
    [
        (date(2027, 1, 1), " ", "say who asked"),
        (date(2026, 9, 2), "shorter", "never made shorter"),
        (date(2026, 4, 1), "shorter", "never made shorter"),
        (date(2046, 1, 1), "longer", "ten years at most"),
    ],
)
def test_it_is_never_made_shorter_nor_endless(
    case: Case, last_day: date, reason: str, says: str
) -> None:
    hold = case.preserve()
    with pytest.raises(InvalidInputError, match=says):
        case.extend(hold, last_day, reason)


def test_what_has_ended_is_not_extended(kit: "Kit", case: Case) -> None:
    hold = case.preserve()
    kit.moment = hold.until
    with pytest.raises(ConflictError, match="ended already"):
        case.extend(hold, date(2027, 1, 1))


def test_a_legal_hold_has_no_readers_and_no_extension(kit: "Kit", case: Case) -> None:
    order = LegalOrder("legal_claim", kit.now.date() + DAY)
    with kit.transaction() as db:
        legal = set_hold(db, kit.vault, case.id, order, by=OPERATOR, now=kit.now)
    for act in (lambda: case.open(legal, case.named), lambda: case.extend(legal, date(2027, 1, 1))):
        with pytest.raises(NotFoundError):
            act()
    assert case.look(case.reviewer)


def test_it_is_not_lifted_before_its_day(kit: "Kit", case: Case) -> None:
    hold = case.preserve()
    officer = Actor("staff", case.officer)
    with kit.transaction() as db, pytest.raises(ConflictError, match="ends on its day"):
        lift_hold(db, kit.vault, hold.id, "a mistake", by=officer, now=kit.now)


def test_it_is_not_set_by_the_rules_of_a_legal_hold(kit: "Kit", case: Case) -> None:
    order = LegalOrder("terrorist_content", kit.now.date() + DAY)
    with kit.transaction() as db, pytest.raises(InvalidInputError, match="the reason is one of"):
        set_hold(db, kit.vault, case.id, order, by=OPERATOR, now=kit.now)


def test_each_reader_is_shown_what_they_are_named_for(kit: "Kit", case: Case) -> None:
    hold = case.preserve()
    with kit.reading() as db:
        (mine,) = orders_of_reader(db, case.named, kit.now)
        assert orders_of_reader(db, case.reviewer, kit.now) == []
    assert (mine[0].id, mine[2]) == (hold.id, ["complaints", "proceedings"])


def test_the_reference_of_the_order_is_sealed(kit: "Kit", case: Case) -> None:
    hold = case.preserve()
    assert b"RO 17" not in kit.get(RegulatoryHold, hold.id).order_reference
