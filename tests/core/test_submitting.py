"""Owns choosing the document, the statement, and sending the whole for review."""

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kyc.errors import ConflictError, InvalidInputError
from kyc.intake.items import missing
from kyc.intake.statement import fresh_statement
from kyc.intake.submitting import choose_document, submit
from kyc.lifecycle import ItemKind, Status, UploadState
from kyc.models import Artifact, OutgoingMail, Upload, VerificationSession
from tests.core.databases import ON_SQLITE
from tests.core.kit import BUSINESS, FRESH, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

FRONT, BACK, SELFIE = ItemKind.DOCUMENT_FRONT, ItemKind.DOCUMENT_BACK, ItemKind.SELFIE_STATEMENT
CONFIRMED = UploadState.CONFIRMED


def _submit(kit: "Kit", session_id: str) -> None:
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, session_id)
        submit(db, session, business=BUSINESS, statement_lasts=FRESH, now=kit.now)


def _choose(kit: "Kit", session_id: str, document: str, country: str = "EE") -> None:
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, session_id)
        choose_document(db, session, document, country, kit.now)


def _missing(kit: "Kit", session_id: str) -> list[ItemKind]:
    with kit.reading() as db:
        return missing(db, db.get_one(VerificationSession, session_id))


def _complete(kit: "Kit", make: "Make") -> str:
    with kit.transaction() as db:
        session = make.ready(db)
        for kind in (FRONT, SELFIE):
            make.picture(db, session, kind, CONFIRMED)
        return session.id


def test_a_case_is_sent_with_every_item_confirmed(kit: "Kit", make: "Make") -> None:
    session_id = _complete(kit, make)
    version = kit.get(VerificationSession, session_id).version
    _submit(kit, session_id)
    session = kit.get(VerificationSession, session_id)
    assert session.status == Status.PROCESSING
    assert session.version == version + 1
    assert session.submitted_at == session.waiting_since == kit.now
    kept = kit.all(Artifact, Artifact.state == "stored")
    assert {(a.destroy_rule, a.destroy_at) for a in kept} == {
        ("undecided", kit.now + timedelta(days=90))
    }
    assert [mail.kind for mail in kit.all(OutgoingMail)] == ["received"]


@ON_SQLITE
@pytest.mark.parametrize("state", [s for s in UploadState if s != CONFIRMED])
def test_a_case_with_an_unconfirmed_item_is_not_sent(
    kit: "Kit", make: "Make", state: UploadState
) -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        make.picture(db, session, FRONT, CONFIRMED)
        make.picture(db, session, SELFIE, state)
    with pytest.raises(ConflictError) as refusal:
        _submit(kit, session.id)
    assert refusal.value.context == {"item": SELFIE}


def test_a_later_photo_that_is_not_confirmed_stops_the_case(kit: "Kit", make: "Make") -> None:
    session_id = _complete(kit, make)
    with kit.transaction() as db:
        kit.later(minutes=1)
        make.picture(db, db.get_one(VerificationSession, session_id), FRONT, UploadState.PROCESSING)
    with pytest.raises(ConflictError):
        _submit(kit, session_id)


def test_a_card_is_not_sent_without_its_back(kit: "Kit", make: "Make") -> None:
    session_id = _complete(kit, make)
    with kit.transaction() as db:
        db.get_one(VerificationSession, session_id).document_type = "identity_card"
    with pytest.raises(ConflictError) as refusal:
        _submit(kit, session_id)
    assert refusal.value.context == {"item": BACK}


def test_a_case_without_a_statement_is_not_sent(kit: "Kit", make: "Make") -> None:
    session_id = _complete(kit, make)
    with kit.transaction() as db:
        db.get_one(VerificationSession, session_id).statement_code = None
    with pytest.raises(ConflictError):
        _submit(kit, session_id)


@ON_SQLITE
@pytest.mark.parametrize(
    "status", [Status.VERIFIED, Status.REJECTED, Status.CANCELED, Status.EXPIRED]
)
def test_a_session_that_has_ended_is_not_sent(kit: "Kit", make: "Make", status: Status) -> None:
    session_id = _complete(kit, make)
    with kit.transaction() as db:
        db.get_one(VerificationSession, session_id).status = status
    with pytest.raises(ConflictError):
        _submit(kit, session_id)


def test_sending_twice_is_one_event_and_one_mail(kit: "Kit", make: "Make") -> None:
    session_id = _complete(kit, make)
    _submit(kit, session_id)
    _submit(kit, session_id)
    assert kit.actions(session_id).count("customer:session:submitted") == 1
    assert len(kit.all(OutgoingMail)) == 1


def test_many_clicks_at_once_are_one_event_and_one_mail(kit: "Kit", make: "Make") -> None:
    session_id = _complete(kit, make)
    assert race(8, lambda _: _submit(kit, session_id)) == [None] * 8
    assert kit.actions(session_id).count("customer:session:submitted") == 1
    assert len(kit.all(OutgoingMail)) == 1


def test_another_document_drops_the_pictures_of_the_former_one(kit: "Kit", make: "Make") -> None:
    session_id = _complete(kit, make)
    _choose(kit, session_id, "identity_card")
    states = {upload.kind: upload.state for upload in kit.all(Upload)}
    assert states == {FRONT: UploadState.DISCARDED, SELFIE: CONFIRMED}
    live = kit.all(Artifact, Artifact.wrapped_key.is_not(None))
    assert [artifact.kind for artifact in live] == [SELFIE]
    assert _missing(kit, session_id) == [FRONT, BACK]


def test_the_same_document_of_another_country_drops_them_too(kit: "Kit", make: "Make") -> None:
    session_id = _complete(kit, make)
    _choose(kit, session_id, "passport", "LV")
    assert _missing(kit, session_id) == [FRONT]


def test_the_same_choice_drops_nothing(kit: "Kit", make: "Make") -> None:
    session_id = _complete(kit, make)
    _choose(kit, session_id, "passport")
    assert _missing(kit, session_id) == []


def test_an_unknown_document_is_refused(kit: "Kit", make: "Make") -> None:
    session_id = _complete(kit, make)
    with pytest.raises(InvalidInputError):
        _choose(kit, session_id, "library_card")


@ON_SQLITE
@pytest.mark.parametrize("status", [s for s in Status if s != Status.REQUIRES_INPUT])
def test_the_choice_stays_once_it_is_sent(kit: "Kit", make: "Make", status: Status) -> None:
    with kit.transaction() as db:
        session_id = make.ready(db, status=status).id
    with pytest.raises(ConflictError):
        _choose(kit, session_id, "identity_card")


def test_only_what_was_asked_again_is_missing(kit: "Kit", make: "Make") -> None:
    session_id = _complete(kit, make)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, session_id)
        session.attempt, session.requested_items = 2, [SELFIE]
    assert _missing(kit, session_id) == [SELFIE]
    with kit.transaction() as db:
        make.picture(db, db.get_one(VerificationSession, session_id), SELFIE, CONFIRMED)
    assert _missing(kit, session_id) == []
    _submit(kit, session_id)


def test_another_document_at_a_later_attempt_asks_for_all_its_sides(
    kit: "Kit", make: "Make"
) -> None:
    session_id = _complete(kit, make)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, session_id)
        session.attempt, session.requested_items = 2, [SELFIE]
    _choose(kit, session_id, "identity_card")
    assert _missing(kit, session_id) == [FRONT, BACK, SELFIE]
    assert set(kit.get(VerificationSession, session_id).requested_items) == {FRONT, BACK, SELFIE}


def test_each_choice_of_a_document_and_each_statement_is_told_once(
    kit: "Kit", make: "Make"
) -> None:
    with kit.transaction() as db:
        session_id = make.ready(db).id
    before = Counter(kit.actions(session_id))
    for document in ("identity_card", "identity_card", "passport"):
        _choose(kit, session_id, document)
    for moment in (kit.now, kit.now + FRESH):
        with kit.transaction() as db:
            session = db.get_one(VerificationSession, session_id)
            fresh_statement(db, session, BUSINESS, FRESH, moment)
    assert Counter(kit.actions(session_id)) - before == {
        "customer:document:chosen": 2,
        "system:statement:issued": 1,
    }


def test_the_statement_stays_while_it_is_fresh_and_is_renewed_after(
    kit: "Kit", make: "Make"
) -> None:
    with kit.transaction() as db:
        session = make.session(db)
        first = fresh_statement(db, session, BUSINESS, FRESH, kit.now)
        assert first.lines == (f"Only for {BUSINESS}", "2026-03-02", f"Code {first.code}")
        last_moment = kit.now + FRESH - timedelta(seconds=1)
        assert fresh_statement(db, session, BUSINESS, FRESH, last_moment) == first
        renewed = fresh_statement(db, session, BUSINESS, FRESH, kit.now + FRESH)
    assert renewed.code != first.code
    assert renewed.date == "2026-03-05"
