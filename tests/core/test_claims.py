"""Owns claims: one reviewer works a case, one case a reviewer, however many come at once."""

import threading
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kyc.access import Role
from kyc.errors import ConflictError, NotFoundError
from kyc.lifecycle import Status
from kyc.models import Claim, VerificationSession
from kyc.policy.seats import Lane
from kyc.review.claims import claim_named, claim_next, my_claim, prolong, release
from tests.core.databases import ON_SQLITE
from tests.core.kit import CLAIM, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

CLAIMERS = 100


def _people(kit: "Kit", make: "Make", count: int = 1) -> list[str]:
    with kit.transaction() as db:
        return [make.staff(db).id for _ in range(count)]


def _cases(kit: "Kit", make: "Make", count: int = 1) -> list[str]:
    with kit.transaction() as db:
        minutes = [timedelta(minutes=number) for number in range(count)]
        return [make.queued(db, waiting_since=kit.now + m).id for m in minutes]


def _next(kit: "Kit", staff_id: str) -> str | None:
    with kit.transaction() as db:
        claim = claim_next(db, staff_id, CLAIM, kit.now)
        return claim.session_id if claim else None


def _named(kit: "Kit", session_id: str, staff_id: str) -> str:
    with kit.transaction() as db:
        return claim_named(db, session_id, staff_id, CLAIM, kit.now).session_id


def test_the_oldest_case_is_claimed_first(kit: "Kit", make: "Make") -> None:
    cases, people = _cases(kit, make, 2), _people(kit, make, 3)
    assert [_next(kit, person) for person in people] == [*cases, None]
    assert kit.get(Claim, cases[0]).expires_at == kit.now + CLAIM
    assert kit.actions(cases[0]) == ["staff:claim:taken"]


def test_who_holds_a_case_gets_it_again(kit: "Kit", make: "Make") -> None:
    cases, (me,) = _cases(kit, make, 2), _people(kit, make)
    assert [_next(kit, me), _next(kit, me), _named(kit, cases[0], me)] == [cases[0]] * 3
    assert kit.actions(cases[0]) == ["staff:claim:taken"]


def test_nobody_holds_two_cases(kit: "Kit", make: "Make") -> None:
    cases, (me,) = _cases(kit, make, 2), _people(kit, make)
    _named(kit, cases[0], me)
    with pytest.raises(ConflictError) as refusal:
        _named(kit, cases[1], me)
    assert refusal.value.context == {"held": cases[0]}


def test_a_case_that_somebody_works_is_refused(kit: "Kit", make: "Make") -> None:
    (case,), (me, other) = _cases(kit, make), _people(kit, make, 2)
    _named(kit, case, me)
    with pytest.raises(ConflictError):
        _named(kit, case, other)
    assert _next(kit, other) is None


@ON_SQLITE
@pytest.mark.parametrize("status", [s for s in Status if s != Status.PROCESSING])
def test_a_case_that_does_not_wait_is_not_claimed(kit: "Kit", make: "Make", status: Status) -> None:
    (me,) = _people(kit, make)
    with kit.transaction() as db:
        case = make.queued(db, status=status).id
    with pytest.raises(ConflictError):
        _named(kit, case, me)
    assert _next(kit, me) is None


def test_a_case_that_does_not_exist_is_not_found(kit: "Kit", make: "Make") -> None:
    (me,) = _people(kit, make)
    with pytest.raises(NotFoundError):
        _named(kit, "vs_none", me)


@pytest.mark.parametrize("same", [True, False])
def test_a_lapsed_claim_frees_case_and_person(kit: "Kit", make: "Make", same: bool) -> None:
    (case,), (me, other) = _cases(kit, make), _people(kit, make, 2)
    _next(kit, me)
    kit.moment += CLAIM
    with kit.reading() as db:
        assert my_claim(db, me, kit.now) is None
    assert _next(kit, me if same else other) == case
    assert kit.actions(case)[1:] == ["system:claim:expired", "staff:claim:taken"]


def test_a_claim_is_alive_until_its_last_moment(kit: "Kit", make: "Make") -> None:
    (case,), (me, other) = _cases(kit, make), _people(kit, make, 2)
    _next(kit, me)
    kit.moment += CLAIM - timedelta(microseconds=1)
    with pytest.raises(ConflictError):
        _named(kit, case, other)


def test_a_heartbeat_prolongs_a_live_claim_only(kit: "Kit", make: "Make") -> None:
    (case,), (me, other) = _cases(kit, make), _people(kit, make, 2)
    _next(kit, me)
    kit.later(minutes=20)
    with kit.transaction() as db:
        prolong(db, case, me, CLAIM, kit.now)
    assert kit.get(Claim, case).expires_at == kit.now + CLAIM
    with pytest.raises(ConflictError), kit.transaction() as db:
        prolong(db, case, other, CLAIM, kit.now)
    kit.moment += CLAIM
    with pytest.raises(ConflictError), kit.transaction() as db:
        prolong(db, case, me, CLAIM, kit.now)


def test_only_the_holder_gives_a_case_back(kit: "Kit", make: "Make") -> None:
    (case,), (me, other) = _cases(kit, make), _people(kit, make, 2)
    _next(kit, me)
    for person in (other, me, me):
        with kit.transaction() as db:
            release(db, case, person, kit.now)
    assert kit.actions(case).count("staff:claim:released") == 1
    assert kit.all(Claim) == []


def test_many_claimers_at_once_never_get_one_case_twice(kit: "Kit", make: "Make") -> None:
    cases, people = _cases(kit, make, CLAIMERS - 4), _people(kit, make, CLAIMERS)
    answers = race(CLAIMERS, lambda number: _next(kit, people[number]))
    assert [a for a in answers if isinstance(a, Exception)] == []
    got = Counter(answer for answer in answers if isinstance(answer, str))
    assert set(got.values()) == {1}
    held = kit.all(Claim)
    assert {claim.session_id for claim in held} == set(got)
    assert len({claim.staff_id for claim in held}) == len(held)
    # Who came while all others were being claimed may go away empty-handed, but no case stays.
    for person in people:
        _next(kit, person)
    assert {claim.session_id for claim in kit.all(Claim)} == set(cases)


def test_of_many_that_name_one_case_one_gets_it(kit: "Kit", make: "Make") -> None:
    (case,), people = _cases(kit, make), _people(kit, make, CLAIMERS)
    answers = race(CLAIMERS, lambda number: _named(kit, case, people[number]))
    assert sum(answer == case for answer in answers) == 1
    assert sum(isinstance(answer, ConflictError) for answer in answers) == CLAIMERS - 1


def test_one_person_in_many_tabs_holds_one_case(kit: "Kit", make: "Make") -> None:
    cases, (me,) = _cases(kit, make, 8), _people(kit, make)
    answers = race(8, lambda number: _named(kit, cases[number], me))
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert sum(isinstance(answer, ConflictError) for answer in answers) == 7
    assert len(kit.all(Claim)) == 1


def test_one_person_who_clicks_many_times_gets_the_same_case(kit: "Kit", make: "Make") -> None:
    _cases(kit, make, 8)
    (me,) = _people(kit, make)
    answers = race(8, lambda _: _next(kit, me))
    assert len(set(answers)) == 1
    assert isinstance(answers[0], str)


def test_one_person_who_names_a_case_many_times_gets_it(kit: "Kit", make: "Make") -> None:
    (case,), (me,) = _cases(kit, make), _people(kit, make)
    assert race(8, lambda _: _named(kit, case, me)) == [case] * 8
    assert kit.actions(case) == ["staff:claim:taken"]


def test_a_lapsed_claim_is_taken_over_once(kit: "Kit", make: "Make") -> None:
    (case,), people = _cases(kit, make), _people(kit, make, 9)
    _next(kit, people[8])
    kit.moment += CLAIM
    answers = race(8, lambda number: _next(kit, people[number]))
    assert sorted(map(str, answers)) == ["None"] * 7 + [case]
    assert kit.actions(case).count("system:claim:expired") == 1


@pytest.mark.parametrize(
    ("lane", "role", "told"),
    [
        (Lane.SENIOR, Role.REVIEWER, "senior reviewer"),
        (Lane.SETTLING, Role.SENIOR, "just been judged"),
    ],
)
def test_nobody_claims_from_a_lane_that_is_not_theirs(
    kit: "Kit", make: "Make", lane: Lane, role: Role, told: str
) -> None:
    with kit.transaction() as db:
        case, me = make.queued(db, review_lane=lane).id, make.staff(db, role=role).id
    with pytest.raises(ConflictError, match=told):
        _named(kit, case, me)
    assert _next(kit, me) is None


@pytest.mark.parametrize("lane", [Lane.SECOND, Lane.SENIOR])
def test_who_has_judged_an_attempt_does_not_get_it_again(
    kit: "Kit", make: "Make", lane: Lane
) -> None:
    with kit.transaction() as db:
        me, other = (make.staff(db, role=Role.SENIOR) for _ in range(2))
        case = make.queued(db, review_lane=lane)
        make.verdict(db, case, me)
    with pytest.raises(ConflictError, match="somebody else must look"):
        _named(kit, case.id, me.id)
    assert _next(kit, me.id) is None
    assert _next(kit, other.id) == case.id


@pytest.mark.parametrize("values", [{"attempt": 1}, {"state": "taken_back"}])
def test_a_verdict_of_another_attempt_or_one_taken_back_keeps_nobody_away(
    kit: "Kit", make: "Make", values: dict[str, Any]
) -> None:
    with kit.transaction() as db:
        me = make.staff(db)
        case = make.queued(db, review_lane=Lane.SECOND, attempt=2)
        make.verdict(db, case, me, **values)
    assert _next(kit, me.id) == case.id


def test_the_oldest_of_all_lanes_is_claimed_first(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        oldest_first = [
            make.queued(db, review_lane=lane, waiting_since=kit.now - timedelta(hours=hours)).id
            for lane, hours in ((Lane.SENIOR, 5), (Lane.SECOND, 4), (Lane.FIRST, 3))
        ]
        people = [make.staff(db, role=Role.SENIOR).id for _ in range(3)]
    assert [_next(kit, person) for person in people] == oldest_first


@pytest.mark.servers
def test_a_case_is_not_claimed_while_it_is_being_decided(kit: "Kit", make: "Make") -> None:
    if kit.engine.dialect.name == "sqlite":
        return  # one writer at a time: test_db.py
    (case,), (me,) = _cases(kit, make), _people(kit, make)
    answers: list[object] = []
    with kit.runtime.sessions() as deciding:
        session = deciding.get_one(VerificationSession, case, with_for_update=True)
        session.status = Status.VERIFIED
        deciding.flush()
        claimer = threading.Thread(
            target=lambda: answers.extend(race(1, lambda _: _named(kit, case, me)))
        )
        claimer.start()
        claimer.join(0.3)
        deciding.commit()
        claimer.join(10)
    assert [type(answer) for answer in answers] == [ConflictError]
    assert kit.all(Claim) == []
