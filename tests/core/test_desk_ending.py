"""Owns how long it stays on record that somebody asked: longer than the case, and not for ever."""

from datetime import timedelta
from typing import TYPE_CHECKING

from kyc.audit import Action
from kyc.desk.ending import WORDS, end_due_requests
from kyc.desk.requests import Reply, answer
from kyc.desk.words import open_words
from kyc.keeping.rows import COLUMNS
from kyc.models import PrivacyRequest, RightsCode, VerificationSession
from kyc.policy.rights import KEPT_YEARS, RequestState, Right
from kyc.retention.purging import destroy_record
from storage.keys import WrappedKey
from tests.core.desk_hands import SAID, asked, officer, row, waiting_case
from tests.core.kit import Make

if TYPE_CHECKING:
    from tests.core.kit import Kit


def _answered(kit: "Kit") -> tuple[str, str]:
    case, by = waiting_case(kit), officer(kit)
    request_id = asked(kit, case, Right.ERASURE)
    with kit.transaction() as db:
        answer(db, kit.vault, request_id, Reply("It is gone."), by=by, now=kit.now)
    return case, request_id


def _end(kit: "Kit") -> int:
    with kit.transaction() as db:
        return end_due_requests(db, kit.now)


def test_a_request_outlives_the_purge_of_its_case_with_what_was_said(kit: "Kit") -> None:
    case, request_id = _answered(kit)
    with kit.transaction() as db:
        destroy_record(db, db.get_one(VerificationSession, case), kit.now)
    kept = row(kit, request_id)
    assert (kept.state, kept.session_id) == (RequestState.ANSWERED, case)
    assert open_words(kit.vault, kept, "words", kept.words) == SAID
    assert open_words(kit.vault, kept, "answer", kept.answer) == "It is gone."
    assert (kept.shown_words, kept.shown_answer) == (None, None)
    assert kit.all(RightsCode) == []


def test_after_three_years_nothing_names_the_person(kit: "Kit") -> None:
    case, request_id = _answered(kit)
    kit.later(days=365 * KEPT_YEARS)
    assert _end(kit) == 0
    kit.later(days=2)
    assert _end(kit) == 1
    gone = row(kit, request_id)
    assert [getattr(gone, name) for name in WORDS] == [None] * len(WORDS)
    assert (gone.session_id, gone.assigned_to, gone.destroyed_at) == (None, None, kit.now)
    assert (gone.kind, gone.state) == (Right.ERASURE, RequestState.ANSWERED)
    assert kit.actions(case)[-1] == Action.SYSTEM_REQUEST_DESTROYED
    assert _end(kit) == 0


def test_a_hold_on_the_case_keeps_its_requests(kit: "Kit") -> None:
    case, request_id = _answered(kit)
    with kit.transaction() as db:
        until = kit.now + timedelta(days=2000)
        Make(kit).hold(db, db.get_one(VerificationSession, case), until=until)
    kit.later(days=1500)
    assert _end(kit) == 0
    assert row(kit, request_id).words is not None
    kit.later(days=501)
    assert _end(kit) == 1


def test_a_request_without_a_case_ends_too(kit: "Kit") -> None:
    _case, request_id = _answered(kit)
    with kit.transaction() as db:
        db.get_one(PrivacyRequest, request_id).session_id = None
    kit.later(days=2000)
    assert _end(kit) == 1


def test_what_nobody_answered_has_no_end(kit: "Kit") -> None:
    asked(kit, waiting_case(kit))
    kit.later(days=5000)
    assert _end(kit) == 0


def test_the_key_of_a_request_moves_with_the_others(kit: "Kit") -> None:
    _answered(kit)
    (column,) = (one for one in COLUMNS if one.kind == "request")
    assert column.model is PrivacyRequest
    (request,) = kit.all(PrivacyRequest)
    assert request.field_key is not None
    wrapped = WrappedKey(request.field_key_epoch, request.field_key)
    moved = column.rewrap(kit.vault, wrapped, request, "2029-03")
    request.field_key, request.field_key_epoch = moved.blob, moved.epoch
    assert open_words(kit.vault, request, "words", request.words) == SAID
