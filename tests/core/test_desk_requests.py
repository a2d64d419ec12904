"""Owns the life of a request about personal data, for each of the seven rights."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kyc.audit import CUSTOMER, Action, Actor
from kyc.desk.listing import PAGE, Counts, Tab, Wanted, by_right, counted, listed
from kyc.desk.receiving import MOST_OPEN, receive_from_customer, take_over_request
from kyc.desk.requests import (
    Reply,
    answer,
    assign,
    extend,
    opened,
    refuse,
    requests_of,
    shown_name,
    withdraw,
)
from kyc.desk.words import open_words, seen
from kyc.errors import ConflictError, InvalidInputError, NotFoundError, TooManyError
from kyc.intake.links import follow_link, view_of_browser
from kyc.models import OutgoingMail, PrivacyRequest, VerificationSession
from kyc.policy.grounds import GROUNDS, grounds_for
from kyc.policy.rights import RIGHTS, Outcome, RequestState, Right
from storage.boxes import is_box
from storage.errors import SealOnlyError
from tests.core.databases import ON_SQLITE
from tests.core.desk_hands import (
    SAID,
    asked,
    decide_values,
    entered,
    officer,
    row,
    waiting_case,
)
from tests.core.kit import Make, dump, race

if TYPE_CHECKING:
    from tests.core.kit import Kit

ANSWER = "We have looked into it, Ms Tammsaar, and did as you asked."
NEW_SURNAME = {"surname": "Kask"}


def _corrections(right: Right) -> dict[str, str]:
    return NEW_SURNAME if right == Right.CORRECTION else {}


def _reply(**changes: Any) -> Reply:
    return replace(Reply(ANSWER), **changes)


def _answer(kit: "Kit", request_id: str, by: Actor, **changes: Any) -> PrivacyRequest:
    with kit.transaction() as db:
        return answer(db, kit.vault, request_id, _reply(**changes), by=by, now=kit.now)


def _refuse(kit: "Kit", request_id: str, by: Actor, **changes: Any) -> PrivacyRequest:
    with kit.transaction() as db:
        return refuse(db, kit.vault, request_id, _reply(**changes), by=by, now=kit.now)


def _read_by_customer(kit: "Kit", request: PrivacyRequest, name: str, box: bytes | None) -> str:
    """As the page does it: with what the cookie of a followed link opens, and nothing else."""
    assert request.session_id is not None
    with kit.transaction() as db:
        token = Make(kit).link(db, db.get_one(VerificationSession, request.session_id))
    tools = kit.vault.boxes, kit.lookup
    with kit.transaction() as db:
        cookie = follow_link(db, *tools, token, kit.now)
        view = view_of_browser(db, *tools, cookie)
    assert view is not None
    return seen(kit.intake, view, request.session_id, shown_name(request, name), box)


@pytest.mark.parametrize("right", Right)
def test_each_right_goes_from_request_to_an_answer_that_the_customer_reads(
    kit: "Kit", right: Right
) -> None:
    case, by = waiting_case(kit), officer(kit)
    request_id = asked(kit, case, right, _corrections(right))
    decide_values(kit, request_id, by)
    kit.later(days=3)
    request = _answer(kit, request_id, by)
    assert (request.state, request.outcome) == (RequestState.ANSWERED, Outcome.GRANTED)
    assert request.destroy_at is not None
    assert _read_by_customer(kit, request, "words", row(kit, request_id).shown_words) == SAID
    assert _read_by_customer(kit, request, "answer", row(kit, request_id).shown_answer) == ANSWER
    assert [mail.kind for mail in kit.all(OutgoingMail, OutgoingMail.session_id == case)][-2:] == [
        "rights_received",
        "rights_answered",
    ]
    acts = [action for action in kit.actions(case) if ":request:" in action]
    assert acts == [
        Action.CUSTOMER_REQUEST_MADE,
        Action.SYSTEM_REQUEST_TAKEN_OVER,
        Action.STAFF_REQUEST_ANSWERED,
    ]


@pytest.mark.parametrize("right", Right)
def test_each_right_may_be_refused_with_a_ground_of_its_own(kit: "Kit", right: Right) -> None:
    request_id, by = asked(kit, waiting_case(kit), right, _corrections(right)), officer(kit)
    decide_values(kit, request_id, by)
    ground = grounds_for(right)[0].code
    request = _refuse(kit, request_id, by, ground=ground)
    assert (request.state, request.ground) == (RequestState.REFUSED, ground)


@ON_SQLITE
def test_a_refusal_needs_a_ground_that_carries_it(kit: "Kit") -> None:
    request_id, by = asked(kit, waiting_case(kit), Right.OBJECTION), officer(kit)
    for ground in (None, "", "legal_obligation", "because"):
        with pytest.raises(InvalidInputError, match="ground"):
            _refuse(kit, request_id, by, ground=ground)
    assert row(kit, request_id).state == RequestState.OPEN


@ON_SQLITE
def test_a_part_that_is_refused_needs_its_ground(kit: "Kit") -> None:
    request_id, by = asked(kit, waiting_case(kit), Right.ACCESS), officer(kit)
    with pytest.raises(InvalidInputError, match="part"):
        _answer(kit, request_id, by, outcome=Outcome.PARTLY)
    done = _answer(kit, request_id, by, outcome=Outcome.PARTLY, ground="rights_of_others")
    assert (done.outcome, done.ground) == (Outcome.PARTLY, "rights_of_others")


@ON_SQLITE
@pytest.mark.parametrize("words", ["", "   ", "x" * 8001])
def test_an_answer_needs_words_of_some_length(kit: "Kit", words: str) -> None:
    request_id, by = asked(kit, waiting_case(kit)), officer(kit)
    with pytest.raises(InvalidInputError, match="write"):
        _answer(kit, request_id, by, words=words)


def test_of_two_officers_who_answer_at_once_one_is_too_late(kit: "Kit") -> None:
    request_id, officers = asked(kit, waiting_case(kit)), [officer(kit), officer(kit)]
    outcomes = race(2, lambda number: _answer(kit, request_id, officers[number]))
    assert sorted(type(one).__name__ for one in outcomes) == ["ConflictError", "PrivacyRequest"]
    assert kit.actions().count(Action.STAFF_REQUEST_ANSWERED) == 1


@ON_SQLITE
def test_who_saw_an_older_state_of_it_must_open_it_anew(kit: "Kit") -> None:
    request_id, by = asked(kit, waiting_case(kit)), officer(kit)
    before = row(kit, request_id).version
    with kit.transaction() as db:
        assign(db, request_id, by.id, by=by, now=kit.now)
    with pytest.raises(ConflictError, match="anew"):
        _answer(kit, request_id, by, version=before)
    assert _answer(kit, request_id, by, version=before + 1).assigned_to == by.id


@ON_SQLITE
def test_what_is_answered_is_not_answered_extended_taken_or_withdrawn_again(kit: "Kit") -> None:
    request_id, by = asked(kit, waiting_case(kit)), officer(kit)
    _answer(kit, request_id, by)
    with pytest.raises(ConflictError):
        _refuse(kit, request_id, by, ground="unfounded")
    with kit.transaction() as db, pytest.raises(ConflictError):
        extend(db, kit.vault, request_id, "number", "", by=by, now=kit.now)
    with kit.transaction() as db, pytest.raises(ConflictError):
        assign(db, request_id, by.id, by=by, now=kit.now)
    with kit.transaction() as db, pytest.raises(ConflictError):
        withdraw(db, request_id, by=CUSTOMER, now=kit.now)


def test_an_extension_is_mailed_with_its_reason_and_moves_the_day(kit: "Kit") -> None:
    case, by = waiting_case(kit), officer(kit)
    request_id = asked(kit, case, Right.ACCESS)
    kit.later(days=20)
    with kit.transaction() as db:
        request = extend(db, kit.vault, request_id, "complexity", "Many files.", by=by, now=kit.now)
    assert request.state == RequestState.EXTENDED
    assert (request.due_at - request.received_at).days in range(89, 93)
    assert kit.all(OutgoingMail)[-1].kind == "extended_complexity"
    told = _read_by_customer(kit, request, "extension", row(kit, request_id).shown_extension)
    assert told == "Many files."
    with kit.transaction() as db, pytest.raises(ConflictError, match="once"):
        extend(db, kit.vault, request_id, "number", "", by=by, now=kit.now)
    _answer(kit, request_id, by)


@ON_SQLITE
def test_an_extension_comes_within_the_month_and_for_a_reason_of_the_law(kit: "Kit") -> None:
    request_id, by = asked(kit, waiting_case(kit)), officer(kit)
    with kit.transaction() as db, pytest.raises(InvalidInputError, match="reason"):
        extend(db, kit.vault, request_id, "holidays", "", by=by, now=kit.now)
    kit.later(days=32)
    with kit.transaction() as db, pytest.raises(ConflictError, match="month is over"):
        extend(db, kit.vault, request_id, "number", "", by=by, now=kit.now)


def test_a_customer_withdraws_what_they_asked_for(kit: "Kit") -> None:
    case = waiting_case(kit)
    request_id = asked(kit, case)
    with kit.transaction() as db:
        withdraw(db, request_id, by=CUSTOMER, now=kit.now)
    assert row(kit, request_id).state == RequestState.WITHDRAWN
    assert kit.actions(case)[-1] == Action.CUSTOMER_REQUEST_WITHDRAWN


def test_staff_enter_a_request_for_somebody_without_a_case(kit: "Kit") -> None:
    by = officer(kit)
    came = kit.now - timedelta(days=2)
    request_id = entered(kit, by, received_at=came)
    request = row(kit, request_id)
    assert (request.session_id, request.how_identified, request.entered_by) == (
        None,
        "staff",
        by.id,
    )
    assert request.received_at == came
    assert "Tartu" in open_words(kit.vault, request, "identified", request.identified)
    assert kit.all(OutgoingMail) == []
    _answer(kit, request_id, by)
    assert kit.actions(request_id) == [Action.STAFF_REQUEST_MADE, Action.STAFF_REQUEST_ANSWERED]


def test_staff_enter_a_request_for_a_case_and_its_customer_sees_it(kit: "Kit") -> None:
    case, by = waiting_case(kit), officer(kit)
    request = row(kit, entered(kit, by, case=case, right="erasure"))
    assert request.session_id == case
    assert _read_by_customer(kit, request, "words", request.shown_words) == SAID
    assert kit.all(OutgoingMail)[-1].kind == "rights_received"


@ON_SQLITE
def test_an_entry_must_say_how_the_person_was_identified(kit: "Kit") -> None:
    by = officer(kit)
    with pytest.raises(InvalidInputError, match="who they are"):
        entered(kit, by, identified=" ")
    with pytest.raises(InvalidInputError, match="what it is about"):
        entered(kit, by, words="")
    with pytest.raises(InvalidInputError, match="future"):
        entered(kit, by, received_at=kit.now + timedelta(minutes=1))
    with pytest.raises(NotFoundError):
        entered(kit, by, case="C-404")
    assert kit.all(PrivacyRequest) == []


@ON_SQLITE
@pytest.mark.parametrize("right", [Right.OBJECTION, Right.COMPLAINT])
def test_what_cannot_be_answered_without_words_needs_some(kit: "Kit", right: Right) -> None:
    with pytest.raises(InvalidInputError, match="what it is about"):
        asked(kit, waiting_case(kit), right, words="")


@ON_SQLITE
def test_a_case_has_so_many_open_requests_and_no_more(kit: "Kit") -> None:
    case = waiting_case(kit)
    for _ in range(MOST_OPEN):
        asked(kit, case)
    with pytest.raises(TooManyError):
        asked(kit, case)


def test_the_customers_process_boxes_what_it_cannot_open(kit: "Kit") -> None:
    case = waiting_case(kit)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        request = receive_from_customer(
            db, kit.intake, session, Right.COMPLAINT, SAID, {}, now=kit.now
        )
        assert request.words is not None
        assert is_box(request.words)
        with pytest.raises(SealOnlyError):
            open_words(kit.intake, request, "words", request.words)
    for _ in range(2):
        with kit.transaction() as db:
            take_over_request(db, kit.vault, request.id, kit.now)
    taken = row(kit, request.id)
    assert taken.words is not None
    assert not is_box(taken.words)
    assert open_words(kit.vault, taken, "words", taken.words) == SAID
    assert kit.actions(case).count(Action.SYSTEM_REQUEST_TAKEN_OVER) == 1


def test_a_stolen_database_shows_no_word_of_it(kit: "Kit") -> None:
    request_id, by = asked(kit, waiting_case(kit)), officer(kit)
    entered(kit, by)
    _answer(kit, request_id, by)
    found = dump(kit.engine)
    assert [word for word in (b"Tartu", b"Tammsaar", b"rnu") if word in found] == []


def test_the_list_shows_what_is_due_first_a_page_at_a_time(kit: "Kit") -> None:
    by = officer(kit)
    ids = []
    for number in range(PAGE + 2):
        ids.append(entered(kit, by, received_at=kit.now - timedelta(hours=number)))
    wanted = Wanted(Tab.OPEN, by.id)
    with kit.reading() as db:
        first = listed(db, wanted, kit.now)
        rest = listed(db, wanted, kit.now, first.after)
    shown = [one.request.id for one in (*first.rows, *rest.rows)]
    assert (len(first.rows), len(rest.rows), rest.after) == (PAGE, 2, None)
    assert sorted(shown) == sorted(ids)
    assert [one.request.due_at for one in first.rows] == sorted(
        one.request.due_at for one in first.rows
    )


def test_the_list_is_narrowed_by_tab_right_state_and_case(kit: "Kit") -> None:
    case, by = waiting_case(kit), officer(kit)
    mine, late = asked(kit, case, Right.ACCESS), entered(kit, by, kit.now - timedelta(days=40))
    due = entered(kit, by, kit.now - timedelta(days=27))
    done = asked(kit, case, Right.COMPLAINT)
    _answer(kit, done, by)
    with kit.transaction() as db:
        assign(db, mine, by.id, by=by, now=kit.now)

    def ids(tab: Tab, **changes: Any) -> list[str]:
        with kit.reading() as db:
            page = listed(db, replace(Wanted(tab, by.id), **changes), kit.now)
            return [one.request.id for one in page.rows]

    assert ids(Tab.OPEN) == [late, due, mine]
    assert ids(Tab.MINE) == [mine]
    assert ids(Tab.DUE) == [due]
    assert ids(Tab.LATE) == [late]
    assert ids(Tab.DONE) == [done]
    assert ids(Tab.OPEN, case=case) == [mine]
    assert ids(Tab.OPEN, right=Right.COMPLAINT) == []
    assert ids(Tab.DONE, state=RequestState.REFUSED) == []
    with kit.reading() as db:
        assert counted(db, kit.now) == Counts(unanswered=3, past_target=2, due=1, late=1)
        assert by_right(db)[Right.ACCESS] == 3
        assert {one.id for one in requests_of(db, case)} == {mine, done}


@ON_SQLITE
def test_there_is_no_request_of_an_unknown_id(kit: "Kit") -> None:
    with kit.reading() as db, pytest.raises(NotFoundError):
        opened(db, "pr_none")


def test_every_right_has_its_article_its_words_and_a_ground() -> None:
    assert set(RIGHTS) == set(Right)
    for right in Right:
        assert RIGHTS[right].article.startswith("GDPR Art.")
        assert grounds_for(right)
    assert all(code == ground.code for code, ground in GROUNDS.items())
