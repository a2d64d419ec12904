"""Owns four-eyes at work: two different people, each blind to the other, and a senior for a tie."""

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from kyc.access import Role
from kyc.errors import ConflictError, InvalidInputError
from kyc.fields import open_text
from kyc.lifecycle import Status
from kyc.models import (
    Claim,
    Decision,
    FlowVersion,
    GivenVerdict,
    OutgoingMail,
    VerificationSession,
)
from kyc.policy.checklist import KEYS
from kyc.policy.flow import make_flow, shipped_flow
from kyc.policy.seats import STEPS, Lane, Place, Seat, Step, may_escalate, step_on
from kyc.review.claims import claim_named, claim_next
from kyc.review.deciding import Outcome, Verdict, give_verdict
from kyc.review.settling import settle_verdict
from kyc.review.taking_back import TAKE_BACK, take_back
from kyc.seen import SeenKind, note_seen
from tests.core.databases import ON_SQLITE
from tests.core.kit import CLAIM, LASTS, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

SELFIE = "selfie_statement"
APPROVE = Verdict(Outcome.APPROVE, 0, checked=KEYS)
ASK = Verdict(
    Outcome.REQUEST_INPUT,
    0,
    items=frozenset({SELFIE}),
    reasons=frozenset({"statement_illegible"}),
    message="A thicker pen, please.",
)
REJECT = Verdict(Outcome.REJECT, 0, reasons=frozenset({"document_expired"}))
ESCALATE = Verdict(Outcome.ESCALATE, 0, note="The stamp looks odd to me.")


def require(kit: "Kit", **four_eyes: Any) -> None:
    """All sessions of this database stand under these rules."""
    raw = json.loads(shipped_flow().body)
    raw["four_eyes"] |= four_eyes
    with kit.transaction() as db:
        db.execute(update(FlowVersion).values(body=make_flow(raw, 1).body))


@pytest.fixture
def people(kit: "Kit", make: "Make") -> list[str]:
    """Two reviewers and two seniors."""
    with kit.transaction() as db:
        roles = (Role.REVIEWER, Role.REVIEWER, Role.SENIOR, Role.SENIOR)
        return [make.staff(db, role).id for role in roles]


@pytest.fixture
def case(kit: "Kit", make: "Make") -> str:
    require(kit, mode="always")
    with kit.transaction() as db:
        return make.waiting(db).id


def judge(kit: "Kit", case: str, person: str, verdict: Verdict) -> str:
    """Claims, judges, and lets the verdict take effect."""
    with kit.transaction() as db:
        claim_named(db, case, person, CLAIM, kit.now)
    verdict_id = give(kit, case, person, verdict)
    settle(kit, verdict_id)
    return verdict_id


def give(kit: "Kit", case: str, person: str, verdict: Verdict) -> str:
    version = kit.get(VerificationSession, case).version
    with kit.transaction() as db:
        verdict = replace(verdict, version=version)
        return give_verdict(db, kit.vault, case, person, verdict, attempts=3, now=kit.now).id


def settle(kit: "Kit", verdict_id: str) -> None:
    kit.moment += TAKE_BACK
    with kit.transaction() as db:
        settle_verdict(db, kit.vault, verdict_id, key=b"k", lasts=LASTS, now=kit.now)


def place(kit: "Kit", case: str) -> tuple[str, str, str]:
    session = kit.get(VerificationSession, case)
    return session.status, session.review_lane, session.review_seat


def test_the_customer_learns_nothing_until_the_second_agrees(
    kit: "Kit", case: str, people: list[str]
) -> None:
    judge(kit, case, people[0], APPROVE)
    assert place(kit, case) == ("processing", "second", "second")
    assert kit.all(Decision) == []
    assert [mail.kind for mail in kit.all(OutgoingMail)] == ["received"]
    judge(kit, case, people[1], APPROVE)
    assert place(kit, case) == ("verified", "first", "first")
    (decision,) = kit.all(Decision)
    assert (decision.staff_id, decision.outcome) == (people[1], "approve")
    assert "system:review:second_asked" in kit.actions(case)


def test_reasons_and_messages_of_both_are_told_when_they_agree(
    kit: "Kit", case: str, people: list[str]
) -> None:
    judge(kit, case, people[0], ASK)
    other = replace(ASK, reasons=frozenset({"selfie_unreadable"}), message="More light, please.")
    judge(kit, case, people[1], other)
    (decision,) = kit.all(Decision)
    assert decision.reasons == ["selfie_unreadable", "statement_illegible"]
    assert decision.message is not None
    session = kit.get(VerificationSession, case)
    told = open_text(kit.vault, session, "message", decision.message)
    assert told == "A thicker pen, please.\n\nMore light, please."
    assert (session.status, session.attempt) == (Status.REQUIRES_INPUT, 2)


@pytest.mark.parametrize(
    "second", [REJECT, replace(ASK, items=frozenset({SELFIE, "document_front"}))]
)
def test_two_that_differ_leave_it_to_a_senior(
    kit: "Kit", case: str, people: list[str], second: Verdict
) -> None:
    judge(kit, case, people[0], ASK)
    judge(kit, case, people[2], second)
    assert place(kit, case) == ("processing", "senior", "tie")
    with pytest.raises(ConflictError, match="senior"):
        judge(kit, case, people[1], APPROVE)
    with pytest.raises(ConflictError, match="somebody else"):  # a senior, but one of the two
        judge(kit, case, people[2], APPROVE)
    judge(kit, case, people[3], REJECT)
    (decision,) = kit.all(Decision)
    assert (decision.staff_id, decision.outcome) == (people[3], "reject")
    assert decision.reasons == ["document_expired"]


def test_nobody_is_the_second_to_themselves(kit: "Kit", case: str, people: list[str]) -> None:
    judge(kit, case, people[0], APPROVE)
    with pytest.raises(ConflictError, match="somebody else"):
        judge(kit, case, people[0], APPROVE)
    with kit.transaction() as db:
        assert claim_next(db, people[0], CLAIM, kit.now) is None


def test_the_database_itself_refuses_a_second_verdict_of_one_person(
    kit: "Kit", make: "Make", case: str, people: list[str]
) -> None:
    """Whatever way a claim came about."""
    judge(kit, case, people[0], APPROVE)
    with kit.transaction() as db:
        session, person = db.get_one(VerificationSession, case), people[0]
        db.add(
            Claim(
                session_id=session.id,
                staff_id=person,
                claimed_at=kit.now,
                expires_at=kit.now + CLAIM,
            )
        )
    with pytest.raises(ConflictError, match="somebody else"):
        give(kit, case, people[0], APPROVE)
    assert len(kit.all(GivenVerdict)) == 1


def test_one_person_in_many_requests_at_once_gives_one_verdict(
    kit: "Kit", case: str, people: list[str]
) -> None:
    judge(kit, case, people[0], APPROVE)

    def once_more(_: int) -> None:
        with kit.transaction() as db:
            claim_named(db, case, people[0], CLAIM, kit.now)

    assert [type(answer) for answer in race(8, once_more)] == [ConflictError] * 8
    with kit.transaction() as db:
        claim_named(db, case, people[1], CLAIM, kit.now)
    answers = race(8, lambda _: give(kit, case, people[1], APPROVE))
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert len(kit.all(GivenVerdict)) == 2


def test_a_case_passed_on_waits_for_a_senior_who_judges_in_its_place(
    kit: "Kit", case: str, people: list[str]
) -> None:
    require(kit, mode="off")
    judge(kit, case, people[0], ESCALATE)
    assert place(kit, case) == ("processing", "senior", "first")
    with kit.transaction() as db:
        claim_named(db, case, people[2], CLAIM, kit.now)
    with pytest.raises(InvalidInputError, match="a senior reviewer decides"):
        give(kit, case, people[2], ESCALATE)
    settle(kit, give(kit, case, people[2], APPROVE))
    assert place(kit, case)[0] == "verified"
    assert kit.actions(case).count("system:review:escalated") == 1


def test_the_rule_for_flagged_cases_asks_for_a_second_after_a_senior(
    kit: "Kit", case: str, people: list[str]
) -> None:
    require(kit, mode="by_rule", rules=["flagged"])
    judge(kit, case, people[0], ESCALATE)
    judge(kit, case, people[2], APPROVE)
    assert place(kit, case) == ("processing", "second", "second")
    judge(kit, case, people[1], ESCALATE)
    assert place(kit, case) == ("processing", "senior", "second")
    judge(kit, case, people[3], APPROVE)
    assert place(kit, case)[0] == "verified"


@ON_SQLITE
@pytest.mark.parametrize(
    ("rules", "verdict", "second"),
    [
        ({"mode": "off"}, REJECT, False),
        ({"mode": "by_rule", "rules": ["final_rejection"]}, REJECT, True),
        ({"mode": "by_rule", "rules": ["final_rejection"]}, APPROVE, False),
        ({"mode": "by_rule", "countries": ["EE"]}, APPROVE, True),
        ({"mode": "by_rule", "countries": ["LV"]}, APPROVE, False),
        ({"mode": "sampled", "percent": 100}, APPROVE, True),
    ],
)
def test_the_flow_that_the_case_began_under_says_who_is_looked_at_twice(
    kit: "Kit", case: str, people: list[str], rules: dict[str, Any], verdict: Verdict, second: bool
) -> None:
    require(kit, **rules)
    judge(kit, case, people[0], verdict)
    assert (place(kit, case)[1] == "second") == second


@ON_SQLITE
@pytest.mark.parametrize("kind", list(SeenKind))
@pytest.mark.parametrize("twin", [True, False])
def test_the_rule_for_duplicates_looks_for_what_another_account_shows(
    kit: "Kit", make: "Make", case: str, people: list[str], kind: SeenKind, twin: bool
) -> None:
    require(kit, mode="by_rule", rules=["possible_duplicate"])
    with kit.transaction() as db:
        other = make.queued(db, status=Status.VERIFIED, email_hash=b"other")
        note_seen(db, case, kind, "up_1", {b"one"})
        note_seen(db, other.id, kind, "up_1", {b"one" if twin else b"two"})
    judge(kit, case, people[0], APPROVE)
    assert (place(kit, case)[1] == "second") == twin


@ON_SQLITE
@pytest.mark.parametrize("twin", [True, False])
def test_the_rule_for_duplicates_looks_for_the_same_address(
    kit: "Kit", make: "Make", case: str, people: list[str], twin: bool
) -> None:
    require(kit, mode="by_rule", rules=["possible_duplicate"])
    with kit.transaction() as db:
        address = db.get_one(VerificationSession, case).email_hash
        make.queued(db, status=Status.VERIFIED, email_hash=address if twin else b"other")
    judge(kit, case, people[0], APPROVE)
    assert (place(kit, case)[1] == "second") == twin


def test_only_the_table_moves_a_case() -> None:
    reached = {Place(Lane.FIRST, Seat.FIRST)} | {to for to in STEPS.values() if to}
    assert {place for place, _ in STEPS} == reached
    for where in reached:
        for step in Step:
            if (where, step) not in STEPS:
                with pytest.raises(ConflictError):
                    step_on(where, step)
    assert not any(may_escalate(where) for where in reached if where.lane == Lane.SENIOR)


@ON_SQLITE
@pytest.mark.parametrize("seed", range(12))
def test_however_people_act_no_one_decides_twice_and_no_decision_is_alone(
    kit: "Kit", case: str, people: list[str], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a walk, not a secret
    for _ in range(60):
        if kit.get(VerificationSession, case).status != Status.PROCESSING:
            break
        _act(kit, case, chance.choice(people), chance)
    given = [v for v in kit.all(GivenVerdict) if v.state == "given"]
    assert len({v.staff_id for v in given}) == len(given)
    for decision in kit.all(Decision):
        judged = [v for v in given if v.outcome != "escalate"]
        assert len(judged) >= 2
        agreeing = [v for v in judged if v.outcome == decision.outcome]
        assert len(agreeing) == 2 or decision.staff_id == judged[-1].staff_id


def _act(kit: "Kit", case: str, person: str, chance: random.Random) -> None:
    """One thing that this person might do now; what is refused changes nothing."""
    try:
        with kit.transaction() as db:
            claim_named(db, case, person, CLAIM, kit.now)
        verdict_id = give(kit, case, person, chance.choice([APPROVE, ASK, REJECT, ESCALATE]))
        if chance.random() < 0.3:
            with kit.transaction() as db:
                take_back(db, verdict_id, person, kit.now)
            with kit.transaction() as db:
                db.delete(db.get_one(Claim, case))
        settle(kit, verdict_id)
    except InvalidInputError:  # a senior passed it on: nothing was given, the claim is dropped
        with kit.transaction() as db:
            db.delete(db.get_one(Claim, case))
    except ConflictError:
        return
