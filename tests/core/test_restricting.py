"""Owns restrictions (GDPR Art. 18): a restricted case is kept, and nothing else is done with it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from kyc.access import Role
from kyc.audit import Actor
from kyc.covering import Covered
from kyc.desk.restricting import (
    LONGEST_WORDS,
    Ask,
    announce_lifting,
    lift,
    restrict,
    restriction_shown,
    restrictions,
)
from kyc.documents.pages import Box
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.holds import held_until
from kyc.lifecycle import LIVE, Status
from kyc.models import (
    Artifact,
    BreakGlass,
    Claim,
    Decision,
    GivenVerdict,
    LegalHold,
    OutgoingMail,
    Restriction,
    VerificationSession,
    new_id,
)
from kyc.policy.checklist import KEYS
from kyc.policy.restrictions import NOTICE, RESTRICTED, RESTRICTION_GROUNDS
from kyc.restrictions import RestrictedError, restricted_among
from kyc.retention.expiring import expire_overdue
from kyc.retention.holding import lift_hold
from kyc.retention.purging import destroy_due_records, mark_due
from kyc.retention.regulatory import Order, open_for, preserve
from kyc.review import break_glass
from kyc.review.budget import Allowance
from kyc.review.claims import claim_named, claim_next
from kyc.review.covering import cover_by_staff
from kyc.review.deciding import Outcome, Verdict, give_verdict
from kyc.review.looking import look, record_view
from kyc.review.queue import Tab, page
from kyc.review.settling import settle_verdict
from kyc.review.taking_back import TAKE_BACK, take_back
from tests.core.databases import ON_SQLITE
from tests.core.kit import CLAIM, LASTS, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

KEPT = [code for code, ground in RESTRICTION_GROUNDS.items() if ground.keeps]
NOT_KEPT = [code for code, ground in RESTRICTION_GROUNDS.items() if not ground.keeps]
WHY = "She says that the date of birth is wrong."


@pytest.fixture
def case(kit: "Kit", make: "Make") -> tuple[str, str]:
    """A case with pictures, and the senior reviewer who has claimed it."""
    with kit.transaction() as db:
        session, person = make.waiting(db), make.staff(db, Role.SENIOR)
        make.claim(db, session, person)
        return session.id, person.id


@pytest.fixture
def officer(kit: "Kit", make: "Make") -> Actor:
    with kit.transaction() as db:
        return Actor("staff", make.staff(db, Role.PRIVACY).id)


def _restrict(kit: "Kit", case_id: str, by: Actor, ground: str = "accuracy") -> str:
    with kit.transaction() as db:
        return restrict(db, kit.vault, case_id, Ask(ground, WHY), by=by, now=kit.now).id


def _announce(kit: "Kit", restriction_id: str, by: Actor, *, sent: bool = True) -> None:
    with kit.transaction() as db:
        why = "The date of birth was right."
        found = announce_lifting(db, kit.vault, restriction_id, why, by=by, now=kit.now)
        if sent:
            db.get_one(OutgoingMail, found.mail_id).sent_at = kit.now


def _lift(kit: "Kit", restriction_id: str, by: Actor, told_how: str = "") -> None:
    with kit.transaction() as db:
        lift(db, kit.vault, restriction_id, told_how=told_how, by=by, now=kit.now)


def _image(kit: "Kit", case_id: str) -> str:
    return kit.all(Artifact, Artifact.session_id == case_id, Artifact.stage == "review")[0].id


def _look(kit: "Kit", artifact_id: str, staff_id: str) -> Artifact:
    with kit.transaction() as db:
        return look(db, artifact_id, staff_id, Allowance(60, 300, kit.now), kit.now)


def _approve(kit: "Kit", case_id: str, staff_id: str, version: int | None = None) -> str:
    if version is None:
        version = kit.get(VerificationSession, case_id).version
    verdict = Verdict(Outcome.APPROVE, version, checked=KEYS)
    with kit.transaction() as db:
        return give_verdict(db, kit.vault, case_id, staff_id, verdict, attempts=3, now=kit.now).id


def _settle(kit: "Kit", verdict_id: str) -> None:
    with kit.transaction() as db:
        later = kit.now + TAKE_BACK
        settle_verdict(db, kit.vault, verdict_id, key=b"k", lasts=LASTS, now=later)


def _purge(kit: "Kit") -> tuple[int, int, int]:
    with kit.transaction() as db:
        return mark_due(db, kit.now), destroy_due_records(db, kit.now), expire_overdue(db, kit.now)


# What nobody may do while it is in force.


def test_who_works_the_case_loses_it(kit: "Kit", case: tuple[str, str], officer: Actor) -> None:
    _restrict(kit, case[0], officer)
    assert kit.all(Claim) == []
    assert kit.actions(case[0]).count("system:claim:withdrawn") == 1


def test_it_is_offered_to_nobody(kit: "Kit", case: tuple[str, str], officer: Actor) -> None:
    _restrict(kit, case[0], officer)
    with kit.transaction() as db:
        assert claim_next(db, case[1], CLAIM, kit.now) is None


def test_the_next_case_is_offered_in_its_place(
    kit: "Kit", make: "Make", case: tuple[str, str], officer: Actor
) -> None:
    _restrict(kit, case[0], officer)
    kit.later(minutes=1)
    with kit.transaction() as db:
        other = make.queued(db).id
        claim = claim_next(db, case[1], CLAIM, kit.now)
        assert claim is not None
        assert claim.session_id == other


def test_it_cannot_be_claimed_by_name(kit: "Kit", case: tuple[str, str], officer: Actor) -> None:
    _restrict(kit, case[0], officer)
    with kit.transaction() as db, pytest.raises(RestrictedError):
        claim_named(db, case[0], case[1], CLAIM, kit.now)


def test_its_pictures_are_shown_to_nobody(
    kit: "Kit", make: "Make", case: tuple[str, str], officer: Actor
) -> None:
    """Not even to who still had a claim."""
    _restrict(kit, case[0], officer)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case[0])
        make.claim(db, session, make.staff(db, id=new_id("usr")))
        holder = db.get_one(Claim, case[0]).staff_id
    with pytest.raises(RestrictedError):
        _look(kit, _image(kit, case[0]), holder)
    assert "staff:artifact:viewed" not in kit.actions()


def test_its_details_are_shown_to_nobody(kit: "Kit", case: tuple[str, str], officer: Actor) -> None:
    _restrict(kit, case[0], officer)
    with kit.transaction() as db, pytest.raises(RestrictedError):
        record_view(db, case[0], case[1], kit.now)


def test_a_verdict_is_refused(
    kit: "Kit", make: "Make", case: tuple[str, str], officer: Actor
) -> None:
    _restrict(kit, case[0], officer)
    with kit.transaction() as db:
        session, person = db.get_one(VerificationSession, case[0]), make.staff(db)
        make.claim(db, session, person)
    with pytest.raises(RestrictedError):
        _approve(kit, case[0], person.id)
    assert kit.all(GivenVerdict) == []


def test_a_verdict_that_has_not_taken_effect_is_taken_back(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    verdict = _approve(kit, *case)
    _restrict(kit, case[0], officer)
    _settle(kit, verdict)
    session = kit.get(VerificationSession, case[0])
    assert (session.status, session.review_lane) == (Status.PROCESSING, "first")
    assert kit.get(GivenVerdict, verdict).state == "taken_back"
    assert kit.all(Decision) == []
    assert kit.actions(case[0]).count("system:verdict:taken_back") == 1


def test_the_same_person_may_judge_it_again_once_it_is_lifted(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    _approve(kit, *case)
    found = _restrict(kit, case[0], officer)
    _announce(kit, found, officer)
    kit.later(days=1)
    _lift(kit, found, officer)
    with kit.transaction() as db:
        claim_named(db, case[0], case[1], CLAIM, kit.now)
    _settle(kit, _approve(kit, *case))
    assert kit.get(VerificationSession, case[0]).status == Status.VERIFIED


def test_a_verdict_that_is_pending_all_the_same_does_not_settle(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    """As when a backup brings one back."""
    verdict = _approve(kit, *case)
    with kit.transaction() as db:
        row = {"id": new_id("rstr"), "session_id": case[0], "ground": "accuracy", "set_by": "x"}
        db.execute(insert(Restriction).values(**row, set_at=kit.now))
    _settle(kit, verdict)
    assert kit.get(GivenVerdict, verdict).state == "taken_back"
    assert kit.all(Decision) == []


def test_a_verdict_is_not_taken_back_by_who_gave_it(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    """That would give them the claim again."""
    verdict = _approve(kit, *case)
    _restrict(kit, case[0], officer)
    with kit.transaction() as db, pytest.raises(RestrictedError):
        take_back(db, verdict, case[1], kit.now)
    assert kit.all(Claim) == []


def test_break_glass_is_not_asked_for(kit: "Kit", case: tuple[str, str], officer: Actor) -> None:
    _restrict(kit, case[0], officer)
    with kit.transaction() as db, pytest.raises(RestrictedError):
        break_glass.ask(db, kit.vault, case[0], case[1], "x" * 30, kit.now)


def test_break_glass_that_was_asked_for_is_not_granted(
    kit: "Kit", make: "Make", case: tuple[str, str], officer: Actor
) -> None:
    with kit.transaction() as db:
        asked = break_glass.ask(db, kit.vault, case[0], case[1], "x" * 30, kit.now).id
    _restrict(kit, case[0], officer)
    with kit.transaction() as db, pytest.raises(RestrictedError):
        break_glass.grant(db, asked, officer.id, kit.now)
    assert kit.get(BreakGlass, asked).granted_at is None


def test_break_glass_that_was_granted_opens_nothing_any_more(
    kit: "Kit", make: "Make", case: tuple[str, str], officer: Actor
) -> None:
    with kit.transaction() as db:
        asker = make.staff(db, Role.SENIOR).id
        asked = break_glass.ask(db, kit.vault, case[0], asker, "x" * 30, kit.now).id
        break_glass.grant(db, asked, officer.id, kit.now)
    image = _image(kit, case[0])
    assert _look(kit, image, asker).id == image
    _restrict(kit, case[0], officer)
    with pytest.raises(RestrictedError):
        _look(kit, image, asker)


def test_an_order_opens_nothing_either(kit: "Kit", case: tuple[str, str], officer: Actor) -> None:
    with kit.transaction() as db:
        order = Order("TCO 7", kit.now.date(), [case[1]], ["complaints"])
        hold = preserve(db, kit.vault, case[0], order, by=officer, now=kit.now)
        open_for(db, hold.id, case[1], "complaints", kit.now)
    _restrict(kit, case[0], officer)
    with pytest.raises(RestrictedError):
        _look(kit, _image(kit, case[0]), case[1])
    with kit.transaction() as db, pytest.raises(RestrictedError):
        open_for(db, hold.id, case[1], "complaints", kit.now)


def test_staff_cover_nothing_more(
    kit: "Kit", make: "Make", case: tuple[str, str], officer: Actor
) -> None:
    _restrict(kit, case[0], officer)
    with kit.transaction() as db:
        session, person = db.get_one(VerificationSession, case[0]), make.staff(db)
        make.claim(db, session, person)

    def cover() -> Covered:
        with kit.transaction() as db:
            boxes = [Box(1, 1, 5, 5)]
            return cover_by_staff(db, kit.vault, _image(kit, case[0]), boxes, person.id, kit.now)

    with pytest.raises(RestrictedError):
        cover()


def test_the_queue_says_that_it_is_restricted(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    with kit.reading() as db:
        assert not page(db, Tab.MINE, case[1], kit.now).rows[0].is_restricted
    _restrict(kit, case[0], officer)
    with kit.reading() as db:
        assert page(db, Tab.WAITING, case[1], kit.now).rows[0].is_restricted


# What the clocks do.


@pytest.mark.parametrize("ground", KEPT)
def test_where_the_person_asked_for_keeping_nothing_is_destroyed(
    kit: "Kit", case: tuple[str, str], officer: Actor, ground: str
) -> None:
    """Art. 18(1)(b) and (c): they want it restricted instead of erased."""
    found = _restrict(kit, case[0], officer, ground)
    kit.later(days=365)
    assert _purge(kit) == (0, 0, 0)
    with kit.reading() as db:
        assert held_until(db, case[0], kit.now) is not None
    _announce(kit, found, officer)
    kit.later(days=1)
    _lift(kit, found, officer)
    assert _purge(kit)[0] == 2


@pytest.mark.parametrize("ground", NOT_KEPT)
def test_otherwise_what_is_due_is_destroyed_on_its_day(
    kit: "Kit", case: tuple[str, str], officer: Actor, ground: str
) -> None:
    """Art. 18(1)(a) and (d): a restriction is no ground to keep anything longer (Art. 5(1)(e))."""
    _restrict(kit, case[0], officer, ground)
    kit.later(days=365)
    marked = _purge(kit)
    assert (marked[0], marked[2]) == (2, 1)
    assert kit.all(Artifact, Artifact.state.in_(LIVE)) == []


@ON_SQLITE
def test_the_hold_under_a_restriction_is_not_lifted_by_itself(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    _restrict(kit, case[0], officer, "claims")
    (hold,) = kit.all(LegalHold)
    assert hold.reason == RESTRICTED
    with kit.transaction() as db, pytest.raises(ConflictError, match="restriction"):
        lift_hold(db, kit.vault, hold.id, "x", by=officer, now=kit.now)


def test_a_restriction_ends_with_the_record_and_so_do_its_words(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    found = _restrict(kit, case[0], officer, "objection")
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case[0])
        session.record_destroy_at, session.record_rule = kit.now, "record_rejected"
    with kit.transaction() as db:
        assert destroy_due_records(db, kit.now) == 1
    row = kit.get(Restriction, found)
    assert (row.reason, row.lifted_at, row.ground) == (None, kit.now, "objection")


# Setting it.


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (Ask("whim", WHY), "accuracy"),
        (Ask("accuracy", " "), "why"),
        (Ask("accuracy", "x" * (LONGEST_WORDS + 1)), "2000"),
    ],
)
@ON_SQLITE
def test_what_is_missing_is_refused(
    kit: "Kit", case: tuple[str, str], officer: Actor, ask: Ask, says: str
) -> None:
    with kit.transaction() as db, pytest.raises(InvalidInputError, match=says):
        restrict(db, kit.vault, case[0], ask, by=officer, now=kit.now)
    assert kit.all(Restriction) == []


@ON_SQLITE
def test_a_case_that_is_not_there_is_refused(kit: "Kit", officer: Actor) -> None:
    with pytest.raises(NotFoundError):
        _restrict(kit, "vs_0", officer)


def test_a_case_is_restricted_once_at_a_time(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    _restrict(kit, case[0], officer)
    with pytest.raises(ConflictError, match="already"):
        _restrict(kit, case[0], officer, "claims")
    assert kit.all(LegalHold) == []


def test_a_destroyed_record_cannot_be_restricted(kit: "Kit", make: "Make", officer: Actor) -> None:
    with kit.transaction() as db:
        gone = make.queued(db, record_destroyed_at=kit.now).id
    with pytest.raises(ConflictError, match="nothing left"):
        _restrict(kit, gone, officer)


def test_its_words_are_sealed_and_its_events_hold_codes(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    found = _restrict(kit, case[0], officer)
    assert WHY.encode() not in (kit.get(Restriction, found).reason or b"")
    with kit.reading() as db:
        shown = restriction_shown(db, kit.vault, case[0])
        assert shown is not None
        assert (shown.reason, shown.may_lift_at) == (WHY, None)
        assert restricted_among(db, [case[0], "vs_0"]) == {case[0]}
    assert kit.actions(case[0]).count("staff:restriction:set") == 1


# Lifting it.


def test_it_is_lifted_a_day_after_the_customer_was_told(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    found = _restrict(kit, case[0], officer)
    _announce(kit, found, officer)
    (mail,) = kit.all(OutgoingMail, OutgoingMail.kind == "restriction_ends")
    assert mail.session_id == case[0]
    kit.moment += NOTICE
    _lift(kit, found, officer)
    assert kit.actions(case[0])[-1] == "staff:restriction:lifted"
    with kit.transaction() as db:
        assert claim_next(db, case[1], CLAIM, kit.now) is not None
        (shown,) = restrictions(db, kit.vault, in_force=False)
        assert restrictions(db, kit.vault, in_force=True) == []
        assert shown.lift_reason == "The date of birth was right."


def test_it_is_not_lifted_before_it_was_announced(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    found = _restrict(kit, case[0], officer)
    with pytest.raises(ConflictError, match="announce"):
        _lift(kit, found, officer)
    assert kit.get(Restriction, found).lifted_at is None


def test_it_is_not_lifted_while_the_mail_has_not_gone(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    found = _restrict(kit, case[0], officer)
    _announce(kit, found, officer, sent=False)
    kit.later(days=30)
    with pytest.raises(ConflictError, match="no mail"):
        _lift(kit, found, officer)
    _lift(kit, found, officer, told_how="By letter of 2 March.")
    with kit.reading() as db:
        (shown,) = restrictions(db, kit.vault, in_force=False)
    assert shown.told_how == "By letter of 2 March."


@pytest.mark.parametrize("told_how", ["", "By telephone."])
def test_it_is_not_lifted_within_the_day(
    kit: "Kit", case: tuple[str, str], officer: Actor, told_how: str
) -> None:
    found = _restrict(kit, case[0], officer)
    _announce(kit, found, officer, sent=not told_how)
    kit.moment += NOTICE - timedelta(seconds=1)
    with pytest.raises(ConflictError, match="less than a day"):
        _lift(kit, found, officer, told_how)


@ON_SQLITE
def test_it_is_announced_once_and_lifted_once(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    found = _restrict(kit, case[0], officer)
    _announce(kit, found, officer)
    with pytest.raises(ConflictError, match="already"):
        _announce(kit, found, officer)
    kit.later(days=1)
    _lift(kit, found, officer)
    with pytest.raises(ConflictError, match="ended"):
        _lift(kit, found, officer)
    with pytest.raises(NotFoundError):
        _lift(kit, "rstr_0", officer)


# Two at once.


def _one_of(act: Callable[[], Any], other: Callable[[], Any], number: int) -> Any:
    return other() if number else act()


def test_a_look_that_is_on_its_way_is_before_the_restriction_or_refused(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    for _ in range(10):
        with kit.transaction() as db:
            session, person = make.waiting(db), make.staff(db)
            make.claim(db, session, person)
        seen = partial(_look, kit, _image(kit, session.id), person.id)
        set_it = partial(_restrict, kit, session.id, officer)
        looked, restricted = race(2, partial(_one_of, seen, set_it))
        assert isinstance(restricted, str)
        events = kit.actions(session.id)
        if isinstance(looked, RestrictedError | ConflictError):
            assert "staff:artifact:viewed" not in events
        else:
            viewed = events.index("staff:artifact:viewed")
            assert viewed < events.index("staff:restriction:set")


def test_a_look_waits_for_a_restriction_that_is_being_set(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    answers: list[object] = []
    image = _image(kit, case[0])

    def see() -> None:
        try:
            answers.append(_look(kit, image, case[1]))
        except ConflictError as error:
            answers.append(error)

    thread = threading.Thread(target=see)
    with kit.transaction() as db:
        restrict(db, kit.vault, case[0], Ask("accuracy", WHY), by=officer, now=kit.now)
        thread.start()
        thread.join(0.5)
        assert answers == []
    thread.join()
    assert isinstance(answers[0], RestrictedError)
    assert "staff:artifact:viewed" not in kit.actions(case[0])


def test_a_restriction_waits_for_a_look_that_is_under_way(
    kit: "Kit", case: tuple[str, str], officer: Actor
) -> None:
    done: list[str] = []
    thread = threading.Thread(target=lambda: done.append(_restrict(kit, case[0], officer)))
    image = _image(kit, case[0])
    with kit.transaction() as db:
        look(db, image, case[1], Allowance(60, 300, kit.now), kit.now)
        thread.start()
        thread.join(0.5)
        assert done == []
    thread.join()
    assert len(done) == 1


def test_a_verdict_and_a_restriction_at_once_leave_no_decision_behind_it(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    for _ in range(10):
        with kit.transaction() as db:
            session, person = make.waiting(db), make.staff(db)
            make.claim(db, session, person)
        judge = partial(_approve, kit, session.id, person.id, session.version)
        race(2, partial(_one_of, judge, partial(_restrict, kit, session.id, officer)))
        pending = (GivenVerdict.session_id == session.id, GivenVerdict.state == "pending")
        assert kit.all(GivenVerdict, *pending) == []
        assert kit.get(VerificationSession, session.id).review_lane == "first"
        assert kit.all(Claim, Claim.session_id == session.id) == []


def test_a_verdict_that_is_settling_is_before_the_restriction_or_taken_back(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    for _ in range(10):
        with kit.transaction() as db:
            session, person = make.waiting(db), make.staff(db)
            make.claim(db, session, person)
        verdict = _approve(kit, session.id, person.id)
        settle = partial(_settle, kit, verdict)
        race(2, partial(_one_of, settle, partial(_restrict, kit, session.id, officer)))
        events = kit.actions(session.id)
        if kit.all(Decision, Decision.session_id == session.id):
            decided = events.index("staff:decision:approved")
            assert decided < events.index("staff:restriction:set")
        else:
            assert kit.get(GivenVerdict, verdict).state == "taken_back"
            assert kit.get(VerificationSession, session.id).status == Status.PROCESSING


def test_a_claim_and_a_restriction_at_once_leave_no_claim(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    for _ in range(10):
        with kit.transaction() as db:
            session, person = make.waiting(db), make.staff(db)

        def take(staff_id: str = person.id) -> None:
            with kit.transaction() as db:
                claim_next(db, staff_id, CLAIM, kit.now)

        race(2, partial(_one_of, take, partial(_restrict, kit, session.id, officer)))
        assert kit.all(Claim, Claim.session_id == session.id) == []
