"""Owns taking a verdict back: exactly as it was before, and only while nothing has come of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kyc.access import Role
from kyc.errors import ConflictError, NotFoundError
from kyc.lifecycle import Status
from kyc.models import (
    Artifact,
    Claim,
    Decision,
    GivenVerdict,
    OutgoingMail,
    OwedJob,
    VerificationSession,
)
from kyc.policy.checklist import KEYS
from kyc.review.claims import claim_next
from kyc.review.deciding import Outcome, Verdict, give_verdict
from kyc.review.settling import settle_verdict
from kyc.review.taking_back import TAKE_BACK, pending_verdict, take_back
from tests.core.kit import CLAIM, LASTS, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

APPROVE = Verdict(Outcome.APPROVE, 0, checked=KEYS)
VERDICTS = [
    APPROVE,
    Verdict(
        Outcome.REQUEST_INPUT,
        0,
        items=frozenset({"selfie_statement"}),
        reasons=frozenset({"statement_illegible"}),
    ),
    Verdict(Outcome.REJECT, 0, reasons=frozenset({"document_not_original"})),
    Verdict(Outcome.ESCALATE, 0, note="The stamp looks odd to me."),
]


@pytest.fixture
def case(kit: "Kit", make: "Make") -> tuple[str, str]:
    """A case with pictures, and the person who has claimed it."""
    with kit.transaction() as db:
        session, person = make.waiting(db), make.staff(db, Role.SENIOR)
        make.claim(db, session, person, claimed_at=kit.now - timedelta(minutes=3))
        return session.id, person.id


def _give(kit: "Kit", case: tuple[str, str], verdict: Verdict = APPROVE) -> str:
    version = kit.get(VerificationSession, case[0]).version
    with kit.transaction() as db:
        verdict = replace(verdict, version=version)
        return give_verdict(db, kit.vault, *case, verdict, attempts=3, now=kit.now).id


def _settle(kit: "Kit", verdict_id: str, now: datetime | None = None) -> None:
    with kit.transaction() as db:
        settle_verdict(
            db, kit.vault, verdict_id, key=b"k", lasts=LASTS, now=now or kit.now + TAKE_BACK
        )


def _take_back(kit: "Kit", verdict_id: str, staff_id: str) -> None:
    with kit.transaction() as db:
        take_back(db, verdict_id, staff_id, kit.now)


def _state(kit: "Kit", session_id: str) -> dict[str, Any]:
    """Everything about the case but the number that counts its changes."""
    session = kit.get(VerificationSession, session_id)
    table = VerificationSession.__table__
    columns = {column.name: getattr(session, column.name) for column in table.columns}
    del columns["version"]
    claims = {(c.staff_id, c.claimed_at, c.expires_at) for c in kit.all(Claim)}
    clocks = {(a.id, a.destroy_rule, a.destroy_at) for a in kit.all(Artifact)}
    mails = {mail.kind for mail in kit.all(OutgoingMail)}
    return {**columns, "claims": claims, "clocks": clocks, "mails": mails}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_case_and_claim_are_exactly_as_before(
    kit: "Kit", case: tuple[str, str], verdict: Verdict
) -> None:
    before = _state(kit, case[0])
    verdict_id = _give(kit, case, verdict)
    assert _state(kit, case[0]) != before
    kit.later(seconds=9)
    _take_back(kit, verdict_id, case[1])
    assert _state(kit, case[0]) == before
    assert kit.actions(case[0])[-2:] == ["staff:verdict:given", "staff:verdict:taken_back"]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_nothing_is_owed_to_the_customer_for_ten_seconds(
    kit: "Kit", case: tuple[str, str], verdict: Verdict
) -> None:
    verdict_id = _give(kit, case, verdict)
    (job,) = kit.all(OwedJob, OwedJob.name == "settle")
    assert (job.subject_id, job.due_at) == (verdict_id, kit.now + TAKE_BACK)
    assert job.id not in kit.woken
    _settle(kit, verdict_id, kit.now + TAKE_BACK - timedelta(microseconds=1))
    session = kit.get(VerificationSession, case[0])
    assert (session.status, session.attempt) == (Status.PROCESSING, 1)
    assert kit.all(Decision) == []
    assert [mail.kind for mail in kit.all(OutgoingMail)] == ["received"]


def test_what_was_taken_back_never_takes_effect(kit: "Kit", case: tuple[str, str]) -> None:
    verdict_id = _give(kit, case)
    _take_back(kit, verdict_id, case[1])
    _settle(kit, verdict_id)
    assert kit.get(VerificationSession, case[0]).status == Status.PROCESSING
    assert kit.all(Decision) == []


def test_what_has_taken_effect_is_not_taken_back(kit: "Kit", case: tuple[str, str]) -> None:
    verdict_id = _give(kit, case)
    _settle(kit, verdict_id)
    with pytest.raises(ConflictError, match="too late"):
        _take_back(kit, verdict_id, case[1])
    assert kit.get(VerificationSession, case[0]).status == Status.VERIFIED


def test_it_takes_effect_once(kit: "Kit", case: tuple[str, str]) -> None:
    verdict_id = _give(kit, case)
    answers = race(4, lambda _: _settle(kit, verdict_id))
    assert answers == [None] * 4
    assert len(kit.all(Decision)) == 1
    assert [mail.kind for mail in kit.all(OutgoingMail)] == ["received", "verified"]


def test_of_taking_back_and_taking_effect_at_once_one_happens(kit: "Kit", make: "Make") -> None:
    for _ in range(6):
        with kit.transaction() as db:
            session, person = make.waiting(db), make.staff(db)
            make.claim(db, session, person)
            case = session.id, person.id
        verdict_id, staff_id = _give(kit, case), case[1]

        def act(number: int, verdict_id: str = verdict_id, staff_id: str = staff_id) -> None:
            if number:
                _take_back(kit, verdict_id, staff_id)
            else:
                _settle(kit, verdict_id)

        answers = race(2, act)
        decided = kit.all(Decision, Decision.session_id == case[0])
        held = kit.all(Claim, Claim.session_id == case[0])
        assert len(decided) + len(held) == 1
        assert isinstance(answers[1], ConflictError) == bool(decided)
        assert kit.get(GivenVerdict, verdict_id).state == ("given" if decided else "taken_back")


def test_nobody_takes_the_verdict_of_another_back(
    kit: "Kit", make: "Make", case: tuple[str, str]
) -> None:
    verdict_id = _give(kit, case)
    with kit.transaction() as db:
        other = make.staff(db).id
    with pytest.raises(NotFoundError):
        _take_back(kit, verdict_id, other)
    with pytest.raises(NotFoundError):
        _take_back(kit, "ver_none", case[1])


def test_the_case_taken_up_in_between_goes_back_to_the_queue(
    kit: "Kit", make: "Make", case: tuple[str, str]
) -> None:
    with kit.transaction() as db:
        following = make.queued(db).id
    verdict_id = _give(kit, case)
    with kit.transaction() as db:
        assert claim_next(db, case[1], CLAIM, kit.now)
    _take_back(kit, verdict_id, case[1])
    assert [claim.session_id for claim in kit.all(Claim)] == [case[0]]
    assert kit.actions(following) == ["staff:claim:taken", "staff:claim:released"]


def test_a_verdict_may_be_given_anew_after_it_was_taken_back(
    kit: "Kit", case: tuple[str, str]
) -> None:
    _take_back(kit, _give(kit, case), case[1])
    verdict_id = _give(kit, case, VERDICTS[2])
    _settle(kit, verdict_id)
    assert kit.get(VerificationSession, case[0]).status == Status.REJECTED


def test_a_case_that_lapsed_meanwhile_is_not_decided(kit: "Kit", case: tuple[str, str]) -> None:
    verdict_id = _give(kit, case)
    with kit.transaction() as db:
        db.get_one(VerificationSession, case[0]).status = Status.EXPIRED
    _settle(kit, verdict_id)
    assert kit.get(VerificationSession, case[0]).status == Status.EXPIRED
    assert kit.get(GivenVerdict, verdict_id).state == "void"
    assert kit.all(Decision) == []


def test_the_offer_lasts_ten_seconds(kit: "Kit", case: tuple[str, str]) -> None:
    verdict_id = _give(kit, case)
    for seconds, offered in ((9.9, verdict_id), (0.1, None)):
        kit.later(seconds=seconds)
        with kit.reading() as db:
            found = pending_verdict(db, case[1], kit.now)
        assert (found.id if found else None) == offered
