"""Owns erasure on request (GDPR Art. 17): at once, or refused with the ground; never half known."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete

from kyc.access import Role
from kyc.audit import OPERATOR, Actor
from kyc.delivery.catalogues import catalogue
from kyc.desk.erasing import ANSWERED_WITHIN, MAIL, Erasure, erase
from kyc.desk.erasure_plan import Plan, erasure_plan
from kyc.desk.erasure_words import erasure_words
from kyc.desk.receiving import receive_from_customer
from kyc.desk.requests import Reply, answer
from kyc.desk.restricting import Ask, restrict
from kyc.errors import ConflictError, InvalidInputError
from kyc.lifecycle import ItemKind, Status, UploadState
from kyc.models import (
    Artifact,
    CustomerBrowser,
    OutgoingMail,
    PrivacyRequest,
    Receipt,
    SeenHash,
    Tombstone,
    VerificationSession,
)
from kyc.policy.erasure import ERASURE, GROUND_OF, TOMBSTONE_MONTHS, Why, why_kept
from kyc.policy.grounds import GROUNDS
from kyc.policy.retention import RetentionRule
from kyc.policy.rights import Right
from kyc.retention.purging import destroy_due_records, mark_due
from kyc.retention.regulatory import Order, preserve
from kyc.review.images_after import images_decided
from kyc.seen import SeenKind, note_seen, person_hashes
from kyc.tombstones import ADDRESS, bury, forget_address, forget_tombstones, returning
from tests.core.databases import ON_SQLITE
from tests.core.kit import details, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

PERSON = details()


@pytest.fixture
def officer(kit: "Kit", make: "Make") -> Actor:
    with kit.transaction() as db:
        return Actor("staff", make.staff(db, Role.PRIVACY).id)


def _case(kit: "Kit", make: "Make", status: Status | None = None, **values: Any) -> str:
    """In this status, with two pictures under the rule that belongs to it."""
    with kit.transaction() as db:
        session = make.waiting(db) if status is not Status.REQUIRES_INPUT else make.ready(db)
        if status is Status.REQUIRES_INPUT:
            make.picture(db, session, ItemKind.DOCUMENT_FRONT, UploadState.READY)
        if status is not None:
            session.status = status
        rule = (
            {Status.VERIFIED: "approved", Status.REJECTED: "rejected"}.get(status)
            if status
            else None
        )
        if rule:
            session.decided_at, session.waiting_since = kit.now, None
            images_decided(db, session, rule, kit.now, is_final=True)
        for name, value in values.items():
            setattr(session, name, value)
        return session.id


def _asked(kit: "Kit", case_id: str, right: Right = Right.ERASURE) -> str:
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case_id)
        words = "Please." if right == Right.OBJECTION else ""
        return receive_from_customer(db, kit.intake, session, right, words, {}, now=kit.now).id


def _plan(kit: "Kit", case_id: str, *, waives: bool = False) -> Plan:
    with kit.reading() as db:
        session = db.get_one(VerificationSession, case_id)
        return erasure_plan(db, session, kit.now, waives_claims=waives)


def _erase(
    kit: "Kit", request_id: str, case_id: str, by: Actor, *, waives: bool = False
) -> PrivacyRequest:
    seen = frozenset(part.id for part in _plan(kit, case_id, waives=waives).erased)
    with kit.transaction() as db:
        asked = Erasure("We have deleted it.", seen, waives_claims=waives)
        return erase(db, kit.vault, kit.lookup, request_id, asked, by=by, now=kit.now)


def _live(kit: "Kit", case_id: str) -> list[str]:
    mine = Artifact.session_id == case_id, Artifact.wrapped_key.is_not(None)
    return [artifact.id for artifact in kit.all(Artifact, *mine)]


@pytest.mark.parametrize("status", [Status.REQUIRES_INPUT, Status.EXPIRED])
def test_what_nothing_keeps_is_destroyed_at_once(
    kit: "Kit", make: "Make", officer: Actor, status: Status
) -> None:
    case = _case(kit, make, status)
    request = _asked(kit, case)
    assert _plan(kit, case).is_whole
    answered = _erase(kit, request, case, officer)
    assert (answered.state, answered.outcome, answered.ground) == ("answered", "granted", None)
    assert _live(kit, case) == []
    images = [a.id for a in kit.all(Artifact, Artifact.session_id == case)]
    receipts = kit.all(Receipt, Receipt.subject_id.in_(images))
    assert {receipt.rule for receipt in receipts} == {ERASURE}
    assert len(receipts) == len(images)
    assert kit.actions(case).count("staff:erasure:done") == 1


def test_the_details_follow_by_the_purge_once_the_answer_could_be_mailed(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    case = _case(kit, make, Status.EXPIRED)
    with kit.transaction() as db:
        make.browser(db, db.get_one(VerificationSession, case))
    _erase(kit, _asked(kit, case), case, officer)
    assert [mail.kind for mail in kit.all(OutgoingMail, OutgoingMail.kind == MAIL)] == [MAIL]
    with kit.transaction() as db:
        assert destroy_due_records(db, kit.now) == 0
    kit.moment += ANSWERED_WITHIN
    with kit.transaction() as db:
        assert destroy_due_records(db, kit.now) == 1
    session = kit.get(VerificationSession, case)
    assert (session.details, session.field_key, session.email_hash) == (None, None, None)
    assert kit.all(CustomerBrowser) == []
    assert kit.all(SeenHash, SeenHash.session_id == case) == []
    (receipt,) = kit.all(Receipt, Receipt.subject_id == case)
    assert receipt.rule == ERASURE


def test_an_open_verification_ends_with_it(kit: "Kit", make: "Make", officer: Actor) -> None:
    case = _case(kit, make, Status.REQUIRES_INPUT)
    _erase(kit, _asked(kit, case), case, officer)
    assert kit.get(VerificationSession, case).status == Status.CANCELED


def test_a_case_under_review_is_refused(kit: "Kit", make: "Make", officer: Actor) -> None:
    case = _case(kit, make)
    refused = _erase(kit, _asked(kit, case), case, officer)
    assert (refused.state, refused.ground) == ("refused", "still_needed")
    assert len(_live(kit, case)) == 2
    assert kit.all(Tombstone) == []


@pytest.mark.parametrize(
    ("reason", "ground"),
    [
        ("legal_claim", "legal_claims"),
        ("fraud", "legal_claims"),
        ("authority", "legal_obligation"),
    ],
)
def test_a_hold_keeps_it(
    kit: "Kit", make: "Make", officer: Actor, reason: str, ground: str
) -> None:
    case = _case(kit, make, Status.EXPIRED)
    with kit.transaction() as db:
        make.hold(db, db.get_one(VerificationSession, case), reason=reason)
    refused = _erase(kit, _asked(kit, case), case, officer)
    assert (refused.state, refused.ground) == ("refused", ground)
    assert len(_live(kit, case)) == 2


def test_a_hold_that_has_ended_keeps_nothing(kit: "Kit", make: "Make", officer: Actor) -> None:
    case = _case(kit, make, Status.EXPIRED)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        make.hold(db, session, lifted_at=kit.now)
        make.hold(db, session, until=kit.now)
    assert _plan(kit, case).is_whole


def test_an_order_keeps_it(kit: "Kit", make: "Make", officer: Actor) -> None:
    case = _case(kit, make, Status.EXPIRED)
    with kit.transaction() as db:
        reader = make.staff(db).id
        order = Order("TCO 7", kit.now.date(), [reader], ["complaints"])
        preserve(db, kit.vault, case, order, by=officer, now=kit.now)
    plan = _plan(kit, case)
    assert {part.why for part in plan.parts} == {Why.ORDERED}
    assert plan.ground == "legal_obligation"


def test_what_the_person_asked_to_keep_is_kept(kit: "Kit", make: "Make", officer: Actor) -> None:
    case = _case(kit, make, Status.EXPIRED)
    with kit.transaction() as db:
        restrict(db, kit.vault, case, Ask("claims", "Sues."), by=officer, now=kit.now)
    assert _plan(kit, case).ground == "kept_for_you"


def test_a_restriction_that_keeps_nothing_is_no_ground_to_refuse(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    case = _case(kit, make, Status.EXPIRED)
    with kit.transaction() as db:
        restrict(db, kit.vault, case, Ask("accuracy", "Wrong."), by=officer, now=kit.now)
    assert _plan(kit, case).is_whole


@pytest.mark.parametrize("status", [Status.REJECTED, Status.VERIFIED])
def test_the_rule_of_the_flow_keeps_what_was_decided(
    kit: "Kit", make: "Make", officer: Actor, status: Status
) -> None:
    case = _case(kit, make, status)
    plan = _plan(kit, case)
    assert plan.erased == []
    assert {part.why for part in plan.parts if part.kind != "record"} == {Why.CLAIMS}
    refused = _erase(kit, _asked(kit, case), case, officer)
    assert refused.state == "refused"


def test_an_interest_that_was_weighed_and_does_not_prevail_keeps_nothing(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    case = _case(kit, make, Status.REJECTED)
    answered = _erase(kit, _asked(kit, case), case, officer, waives=True)
    assert (answered.state, answered.outcome) == ("answered", "granted")
    assert _live(kit, case) == []


def test_a_running_contract_keeps_the_details_and_part_is_erased(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    case = _case(kit, make, Status.VERIFIED)
    answered = _erase(kit, _asked(kit, case), case, officer, waives=True)
    assert (answered.outcome, answered.ground) == ("partly", "still_needed")
    assert _live(kit, case) == []
    session = kit.get(VerificationSession, case)
    assert (session.details is not None, session.record_destroy_at) == (True, None)
    assert kit.all(Tombstone) == []
    mails = [mail.kind for mail in kit.all(OutgoingMail)]
    assert ("rights_answered" in mails, MAIL in mails) == (True, False)


def test_a_waiver_opens_nothing_that_is_held(kit: "Kit", make: "Make", officer: Actor) -> None:
    case = _case(kit, make, Status.REJECTED)
    with kit.transaction() as db:
        make.hold(db, db.get_one(VerificationSession, case))
    assert _plan(kit, case, waives=True).erased == []


@pytest.mark.parametrize(
    ("basis", "why"),
    [
        ("GDPR Art. 5(1)(c) and (e)", None),
        ("GDPR Art. 6(1)(c): Money Laundering Act, § 47", Why.DUTY),
        ("GDPR Art. 6(1)(f): answering a dispute", Why.CLAIMS),
        ("GDPR Art. 6(1)(f): claims; 6(1)(c) where a law asks for it", Why.CLAIMS),
    ],
)
def test_the_legal_basis_of_a_rule_says_whether_it_keeps(basis: str, why: Why | None) -> None:
    rule = RetentionRule("rejected", "images", "decision", timedelta(days=90), basis)
    assert why_kept(rule) == why


def test_every_reason_to_keep_has_a_ground_that_carries_a_refusal_of_erasure() -> None:
    assert set(GROUND_OF) == set(Why)
    assert all(Right.ERASURE in GROUNDS[code].rights for code in GROUND_OF.values())


def test_what_changed_since_the_page_was_opened_is_looked_at_anew(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    case = _case(kit, make, Status.EXPIRED)
    request = _asked(kit, case)
    seen = frozenset(part.id for part in _plan(kit, case).erased)
    with kit.transaction() as db:
        make.hold(db, db.get_one(VerificationSession, case))
    with kit.transaction() as db, pytest.raises(ConflictError, match="changed"):
        erase(db, kit.vault, kit.lookup, request, Erasure("x", seen), by=officer, now=kit.now)
    assert len(_live(kit, case)) == 2
    assert kit.get(PrivacyRequest, request).state == "open"


def test_another_kind_of_request_erases_nothing(kit: "Kit", make: "Make", officer: Actor) -> None:
    case = _case(kit, make, Status.EXPIRED)
    with pytest.raises(InvalidInputError, match="does not ask"):
        _erase(kit, _asked(kit, case, Right.ACCESS), case, officer)
    assert len(_live(kit, case)) == 2


def test_a_request_that_was_answered_erases_nothing(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    case = _case(kit, make, Status.EXPIRED)
    request = _asked(kit, case)
    with kit.transaction() as db:
        answer(db, kit.vault, request, Reply("Done."), by=officer, now=kit.now)
    with pytest.raises(ConflictError):
        _erase(kit, request, case, officer)
    assert len(_live(kit, case)) == 2


def test_a_destroyed_record_has_nothing_to_erase(kit: "Kit", make: "Make", officer: Actor) -> None:
    case = _case(kit, make, Status.EXPIRED)
    request = _asked(kit, case)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        session.record_destroy_at, session.record_rule = kit.now, "record_abandoned"
    with kit.transaction() as db:
        destroy_due_records(db, kit.now)
    asked = Erasure("x", frozenset())
    with kit.transaction() as db, pytest.raises(ConflictError, match="nothing is held"):
        erase(db, kit.vault, kit.lookup, request, asked, by=officer, now=kit.now)


def test_an_erasure_and_a_purge_at_once_destroy_each_thing_once(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    case = _case(kit, make, Status.EXPIRED)
    request = _asked(kit, case)
    with kit.transaction() as db:
        for artifact in db.query(Artifact).filter(Artifact.session_id == case):
            artifact.destroy_at = kit.now

    def act(number: int) -> None:
        if number:
            _erase(kit, request, case, officer)
            return
        with kit.transaction() as db:
            mark_due(db, kit.now)

    race(2, act)
    assert _live(kit, case) == []
    images = [a.id for a in kit.all(Artifact, Artifact.session_id == case)]
    assert len(kit.all(Receipt, Receipt.subject_id.in_(images))) == len(images)


@ON_SQLITE
@pytest.mark.parametrize("locale", ["en", "et", "de", "fr", "es", "pl", "ru"])
def test_the_answer_says_what_goes_and_what_stays_in_the_language_of_the_person(
    kit: "Kit", make: "Make", locale: str
) -> None:
    case = _case(kit, make, Status.VERIFIED)
    said = erasure_words(_plan(kit, case, waives=True), locale, leaves_tombstone=True)
    words = catalogue(locale)
    assert words.gettext("We have deleted:") in said
    assert words.gettext(GROUNDS["still_needed"].text) in said
    whole = erasure_words(
        _plan(kit, _case(kit, make, Status.EXPIRED)), locale, leaves_tombstone=True
    )
    assert words.gettext("We must keep:") not in whole
    assert "12" in whole


# What recognises a return.


def _person(kit: "Kit", case_id: str) -> None:
    with kit.transaction() as db:
        hashes = person_hashes(kit.lookup, PERSON.surname, PERSON.given_names, PERSON.date_of_birth)
        note_seen(db, case_id, SeenKind.PERSON, "details", hashes)


def _returning(kit: "Kit", case_id: str, at: datetime | None = None) -> list[str]:
    with kit.reading() as db:
        session = db.get_one(VerificationSession, case_id)
        return returning(db, kit.lookup, session, at or kit.now)


def test_who_was_erased_is_noticed_when_they_come_back(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    former, later = _case(kit, make, Status.EXPIRED), _case(kit, make)
    for case in (former, later):
        _person(kit, case)
    assert _returning(kit, later) == []
    _erase(kit, _asked(kit, former), former, officer)
    kit.moment += ANSWERED_WITHIN
    with kit.transaction() as db:
        destroy_due_records(db, kit.now)
    assert _returning(kit, later) == [ADDRESS, SeenKind.PERSON]


def test_a_tombstone_meets_no_other_table(kit: "Kit", make: "Make", officer: Actor) -> None:
    case = _case(kit, make, Status.EXPIRED)
    _person(kit, case)
    seen = {row.hash for row in kit.all(SeenHash)} | {kit.get(VerificationSession, case).email_hash}
    _erase(kit, _asked(kit, case), case, officer)
    stones = kit.all(Tombstone)
    assert len(stones) >= 2
    assert {stone.hash for stone in stones} & seen == set()


def test_a_tombstone_goes_after_a_year(kit: "Kit", make: "Make") -> None:
    former, later = _case(kit, make, Status.EXPIRED), _case(kit, make)
    with kit.transaction() as db:
        assert bury(db, kit.lookup, db.get_one(VerificationSession, former), kit.now) == 2
    (first, *_rest) = kit.all(Tombstone)
    assert (first.ends_at.year - kit.now.year, first.ends_at.month) == (
        TOMBSTONE_MONTHS // 12,
        kit.now.month,
    )
    assert _returning(kit, later, first.ends_at - timedelta(seconds=1)) != []
    assert _returning(kit, later, first.ends_at) == []
    with kit.transaction() as db:
        assert forget_tombstones(db, first.ends_at - timedelta(seconds=1)) == 0
        assert forget_tombstones(db, first.ends_at) == 2
        assert forget_tombstones(db, first.ends_at) == 0
    assert kit.all(Tombstone) == []
    assert kit.actions().count("system:tombstones:forgotten") == 1


def test_whoever_objects_is_forgotten_with_all_of_that_erasure_and_nobody_else(
    kit: "Kit", make: "Make"
) -> None:
    mine, other = _case(kit, make, Status.EXPIRED), _case(kit, make, Status.EXPIRED)
    _person(kit, mine)
    with kit.transaction() as db:
        bury(db, kit.lookup, db.get_one(VerificationSession, mine), kit.now)
    kit.later(days=1)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, other)
        session.email_hash = kit.lookup.email("somebody.else@example.org")
        db.execute(delete(SeenHash).where(SeenHash.session_id == other))
        bury(db, kit.lookup, session, kit.now)
    with kit.transaction() as db:
        address = PERSON.email.upper()
        assert forget_address(db, kit.lookup, address, by=OPERATOR, now=kit.now) == 2
        assert forget_address(db, kit.lookup, address, by=OPERATOR, now=kit.now) == 0
    assert {stone.made_at for stone in kit.all(Tombstone)} == {kit.now}
    assert kit.actions().count("operator:tombstones:forgotten") == 2


def test_who_comes_back_twice_has_one_tombstone_of_a_kind(kit: "Kit", make: "Make") -> None:
    cases = [_case(kit, make, Status.EXPIRED) for _ in range(2)]
    for case in cases:
        kit.later(days=1)
        with kit.transaction() as db:
            bury(db, kit.lookup, db.get_one(VerificationSession, case), kit.now)
    stones = kit.all(Tombstone, Tombstone.kind == ADDRESS)
    assert [stone.made_at for stone in stones] == [kit.now]


def test_what_was_never_sent_for_review_leaves_none(
    kit: "Kit", make: "Make", officer: Actor
) -> None:
    case = _case(kit, make, Status.REQUIRES_INPUT)
    _erase(kit, _asked(kit, case), case, officer)
    assert kit.all(Tombstone) == []


def test_the_events_of_an_erasure_name_nobody(kit: "Kit", make: "Make", officer: Actor) -> None:
    case = _case(kit, make, Status.EXPIRED)
    request = _asked(kit, case)
    before = len(kit.actions(case))
    _erase(kit, request, case, officer)
    told = kit.actions(case)[before:]
    assert sorted(set(told)) == [
        "staff:erasure:done",
        "staff:request:answered",
        "system:artifact:destroyed",
        "system:mail:queued",
    ]
