"""Owns decisions: what each needs, what follows from it, and that there is one an attempt."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.errors import ConflictError, InvalidInputError
from kyc.fields import open_text
from kyc.lifecycle import ItemKind, Status
from kyc.models import Artifact, Claim, Decision, GivenVerdict, OutgoingMail, VerificationSession
from kyc.policy.checklist import KEYS
from kyc.policy.flow import shipped_flow
from kyc.policy.reasons import REASONS
from kyc.review.deciding import MAX_TEXT, Outcome, Verdict, check_verdict, give_verdict
from kyc.review.settling import settle_verdict
from kyc.review.taking_back import TAKE_BACK
from tests.core.databases import ON_SQLITE
from tests.core.kit import CLAIM, LASTS, dump, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

FRONT, BACK, SELFIE = (str(kind) for kind in ItemKind)
APPROVE = Verdict(Outcome.APPROVE, 0, checked=KEYS)
ASK = Verdict(
    Outcome.REQUEST_INPUT,
    0,
    items=frozenset({SELFIE}),
    reasons=frozenset({"statement_illegible"}),
)
REJECT = Verdict(Outcome.REJECT, 0, reasons=frozenset({"document_not_original"}))
ESCALATE = Verdict(Outcome.ESCALATE, 0, note="The stamp looks odd to me.")
OUTCOMES = [APPROVE, ASK, REJECT, ESCALATE]


@pytest.fixture
def case(kit: "Kit", make: "Make") -> tuple[str, str]:
    """A case with pictures, and the person who has claimed it."""
    with kit.transaction() as db:
        session, person = make.waiting(db), make.staff(db)
        make.claim(db, session, person)
        return session.id, person.id


def _give(
    kit: "Kit", case: tuple[str, str], verdict: Verdict, *, attempts: int = 3, **changes: Any
) -> str:
    version = kit.get(VerificationSession, case[0]).version
    verdict = replace(verdict, **{"version": version, **changes})
    with kit.transaction() as db:
        return give_verdict(db, kit.vault, *case, verdict, attempts=attempts, now=kit.now).id


def _decide(kit: "Kit", case: tuple[str, str], verdict: Verdict, **changes: Any) -> str:
    """Given, and no longer to be taken back; the id of the decision."""
    verdict_id = _give(kit, case, verdict, **changes)
    kit.moment += TAKE_BACK
    with kit.transaction() as db:
        settle_verdict(db, kit.vault, verdict_id, key=b"k", lasts=LASTS, now=kit.now)
    return kit.all(Decision, Decision.session_id == case[0])[-1].id


@pytest.mark.parametrize(
    ("verdict", "status", "rule", "mail"),
    [
        (APPROVE, Status.VERIFIED, ("approved", 180), "verified"),
        (ASK, Status.REQUIRES_INPUT, ("asked_again", 90), "asked"),
        (REJECT, Status.REJECTED, ("rejected", 90), "rejected"),
    ],
)
def test_everything_follows_from_the_outcome(
    kit: "Kit", case: tuple[str, str], verdict: Verdict, status: str, rule: Any, mail: str
) -> None:
    version = kit.get(VerificationSession, case[0]).version
    kit.later(minutes=5)
    _decide(kit, case, verdict)
    session = kit.get(VerificationSession, case[0])
    assert (session.status, session.version) == (status, version + 2)
    assert session.waiting_since is None
    kept = kit.all(Artifact, Artifact.state == "stored")
    due = kit.now + timedelta(days=rule[1])
    assert {(a.destroy_rule, a.destroy_at) for a in kept} == {(rule[0], due)}
    assert [m.kind for m in kit.all(OutgoingMail)] == ["received", mail]
    assert kit.all(Claim) == []
    assert sum(action.startswith("staff:decision:") for action in kit.actions(case[0])) == 1


def test_an_approved_record_stays_until_the_relationship_ends(
    kit: "Kit", case: tuple[str, str]
) -> None:
    _decide(kit, case, APPROVE)
    session = kit.get(VerificationSession, case[0])
    assert (session.decided_at, session.record_destroy_at) == (kit.now, None)


def test_a_rejected_record_is_kept_for_a_year(kit: "Kit", case: tuple[str, str]) -> None:
    _decide(kit, case, REJECT)
    session = kit.get(VerificationSession, case[0])
    assert session.record_rule == "record_rejected"
    assert session.record_destroy_at == kit.now + timedelta(days=365)


def test_asking_again_begins_another_attempt_with_a_new_deadline(
    kit: "Kit", case: tuple[str, str]
) -> None:
    kit.later(days=3)
    with kit.transaction() as db:
        db.get_one(Claim, case[0]).expires_at = kit.now + CLAIM
    _decide(kit, case, ASK)
    session = kit.get(VerificationSession, case[0])
    assert (session.attempt, session.requested_items) == (2, [SELFIE])
    assert (session.decided_at, session.expires_at) == (None, kit.now + LASTS)


def test_images_of_a_former_attempt_keep_their_own_clock(kit: "Kit", case: tuple[str, str]) -> None:
    with kit.transaction() as db:
        former = db.get_one(Artifact, kit.all(Artifact, Artifact.state == "stored")[0].id)
        due = kit.now + timedelta(days=1)
        former.destroy_rule, former.destroy_at = "asked_again", due
        former_id = former.id
    _decide(kit, case, APPROVE)
    assert kit.get(Artifact, former_id).destroy_at == due


@pytest.mark.parametrize("verdict", OUTCOMES)
def test_a_stale_version_is_refused(kit: "Kit", case: tuple[str, str], verdict: Verdict) -> None:
    version = kit.get(VerificationSession, case[0]).version
    for other in (version - 1, version + 1):
        with pytest.raises(ConflictError):
            _decide(kit, case, verdict, version=other)
    assert kit.all(GivenVerdict) == []


@pytest.mark.parametrize("verdict", OUTCOMES)
def test_a_lapsed_claim_is_refused(kit: "Kit", case: tuple[str, str], verdict: Verdict) -> None:
    kit.moment += CLAIM
    with pytest.raises(ConflictError):
        _decide(kit, case, verdict)


@pytest.mark.parametrize("verdict", OUTCOMES)
def test_nobody_decides_the_case_of_another(
    kit: "Kit", make: "Make", case: tuple[str, str], verdict: Verdict
) -> None:
    with kit.transaction() as db:
        other = make.staff(db).id
    with pytest.raises(ConflictError):
        _decide(kit, (case[0], other), verdict)


@given(st.sets(st.sampled_from(sorted(KEYS)), max_size=len(KEYS) - 1))
def test_no_part_of_the_checklist_is_enough(checked: set[str]) -> None:
    with pytest.raises(InvalidInputError):
        check_verdict(
            replace(APPROVE, checked=frozenset(checked)), VerificationSession(), 3, shipped_flow()
        )


REFUSED: dict[str, tuple[Verdict, dict[str, Any]]] = {
    "an approval with a line that is not on the list": (APPROVE, {"checked": KEYS | {"more"}}),
    "an approval with a reason": (APPROVE, {"reasons": frozenset({"other"})}),
    "an approval that asks for something": (APPROVE, {"items": frozenset({FRONT})}),
    "asking again without a reason": (ASK, {"reasons": frozenset()}),
    "asking again for nothing": (ASK, {"items": frozenset()}),
    "asking again for what is not known": (ASK, {"items": frozenset({"passport"})}),
    "asking again for what the document does not have": (ASK, {"items": frozenset({BACK})}),
    "asking again for one thing because of another": (
        ASK,
        {"reasons": frozenset({"statement_illegible", "document_glare"})},
    ),
    "rejecting without a reason": (REJECT, {"reasons": frozenset()}),
    "rejecting for an unknown reason": (REJECT, {"reasons": frozenset({"dislike"})}),
    "`other` without a message": (REJECT, {"reasons": frozenset({"other"}), "message": " \n"}),
    "passing on without a note": (ESCALATE, {"note": " "}),
    "passing on with a message to the customer": (ESCALATE, {"message": "Wait."}),
    "passing on with a reason": (ESCALATE, {"reasons": frozenset({"other"})}),
    "a note that is too long": (REJECT, {"note": "x" * (MAX_TEXT + 1)}),
    "a message that is too long": (REJECT, {"message": "x" * (MAX_TEXT + 1)}),
}


@ON_SQLITE
@pytest.mark.parametrize("what", REFUSED)
def test_it_refuses(kit: "Kit", case: tuple[str, str], what: str) -> None:
    verdict, changes = REFUSED[what]
    with pytest.raises(InvalidInputError):
        _decide(kit, case, verdict, **changes)
    assert kit.get(VerificationSession, case[0]).status == Status.PROCESSING
    assert kit.all(GivenVerdict) == []


@ON_SQLITE
@pytest.mark.parametrize(
    "code", [r.code for r in REASONS.values() if not (r.retryable or r.passes_on)]
)
def test_a_reason_that_can_only_reject_does_not_ask_again(
    kit: "Kit", case: tuple[str, str], code: str
) -> None:
    with pytest.raises(InvalidInputError):
        _decide(kit, case, ASK, reasons=frozenset({code}))
    _decide(kit, case, REJECT, reasons=frozenset({code}))


def test_without_attempts_left_nothing_is_asked_again(kit: "Kit", case: tuple[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        _decide(kit, case, ASK, attempts=1)
    _decide(kit, case, ASK, attempts=2)


def test_note_and_message_are_sealed(kit: "Kit", case: tuple[str, str]) -> None:
    note, message = "looks like the aunt", "Please write Leelo in full"
    decision_id = _decide(kit, case, ASK, note=f" {note} ", message=message)
    decision = kit.get(Decision, decision_id)
    session = kit.get(VerificationSession, case[0])
    assert decision.note is not None
    assert open_text(kit.vault, session, "note", decision.note) == note
    found = dump(kit.engine)
    assert note.encode() not in found
    assert message.encode() not in found


def test_many_clicks_at_once_make_one_decision(kit: "Kit", case: tuple[str, str]) -> None:
    version = kit.get(VerificationSession, case[0]).version
    answers = race(6, lambda _: _give(kit, case, REJECT, version=version))
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert sum(isinstance(answer, ConflictError) for answer in answers) == 5
    assert len(kit.all(GivenVerdict)) == 1


def test_what_was_read_before_the_lock_does_not_decide(kit: "Kit", case: tuple[str, str]) -> None:
    if kit.engine.dialect.name == "sqlite":
        return  # one writer at a time: test_db.py
    stale_version = kit.get(VerificationSession, case[0]).version
    with kit.runtime.sessions() as db:
        db.get_one(VerificationSession, case[0])
        db.get_one(Claim, case[0])
        _decide(kit, case, REJECT)
        verdict = replace(APPROVE, version=stale_version)
        with pytest.raises(ConflictError):
            give_verdict(db, kit.vault, *case, verdict, attempts=3, now=kit.now)
