"""Owns what workers do for the privacy desk: mails with codes and answers, reminders, the end."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kyc.access import Role
from kyc.clock import real_clock
from kyc.desk.codes import ask_for_code, prove
from kyc.desk.receiving import receive_from_customer
from kyc.desk.requests import Reply, answer, extend
from kyc.desk.words import open_words
from kyc.models import PrivacyRequest, VerificationSession
from kyc.policy.rights import Right
from kyc.staff.addresses import write_address
from kyc.staff.factors import Means
from storage.boxes import is_box
from tests.core.databases import POSTGRESQL
from tests.core.desk_hands import SAID, asked, officer, row, waiting_case
from tests.workers.hands import Outbox
from workers.desk import watch_desk
from workers.owed import run
from workers.periodic import sweep

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make
    from workers.house import House

HERE = b"h" * 32
ANSWER = "We weighed it, Ms Tammsaar."


def _work(kit: "Kit", house: "House") -> None:
    kit.woken.clear()
    sweep(house)
    while kit.woken:
        run(house, kit.woken.pop())


def _mailed(post: Outbox, subject: str) -> str:
    return next(letter.body for letter, _id in reversed(post.letters) if subject in letter.subject)


def test_a_code_comes_by_mail_in_the_customers_language_and_proves_them(
    kit: "Kit", house: "House", post: Outbox
) -> None:
    case = waiting_case(kit)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        session.locale = "de"
        ask_for_code(db, session, HERE, kit.now)
    _work(kit, house)
    body = _mailed(post, "Ihr Code")
    (code,) = re.findall(r"\b\d{8}\b", body)
    assert "Guten Tag," in body
    assert "http" not in body
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        assert prove(db, kit.lookup, session, HERE, code, kit.now)


def test_a_code_that_was_asked_for_too_long_ago_is_not_mailed(
    kit: "Kit", house: "House", post: Outbox
) -> None:
    case = waiting_case(kit)
    with kit.transaction() as db:
        ask_for_code(db, db.get_one(VerificationSession, case), HERE, kit.now)
    kit.later(hours=2)
    _work(kit, house)
    assert not [letter for letter, _id in post.letters if "code" in letter.subject]


def test_a_request_is_taken_over_and_its_receipt_is_mailed(
    kit: "Kit", house: "House", post: Outbox
) -> None:
    case = waiting_case(kit)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        changes = {"surname": "Kask"}
        made = receive_from_customer(
            db, kit.intake, session, Right.CORRECTION, SAID, changes, now=kit.now
        )
    _work(kit, house)
    request = row(kit, made.id)
    assert request.words is not None
    assert not is_box(request.words)
    assert open_words(kit.vault, request, "words", request.words) == SAID
    body = _mailed(post, "has received your request")
    assert "/v/" in body
    assert SAID not in body
    assert "Kask" not in body


def test_the_mail_of_an_answer_holds_nothing_of_it(
    kit: "Kit", house: "House", post: Outbox
) -> None:
    request_id, by = asked(kit, waiting_case(kit)), officer(kit)
    reply = Reply(ANSWER)
    with kit.transaction() as db:
        answer(db, kit.vault, request_id, reply, by=by, now=kit.now)
    _work(kit, house)
    body = _mailed(post, "There is an answer")
    assert "/v/" in body
    assert "weighed" not in body
    assert "Tammsaar" not in body


@pytest.mark.parametrize(
    ("reason", "told"), [("complexity", "is complex"), ("number", "very many")]
)
def test_the_reason_of_an_extension_is_mailed(
    kit: "Kit", house: "House", post: Outbox, reason: str, told: str
) -> None:
    request_id, by = asked(kit, waiting_case(kit)), officer(kit)
    with kit.transaction() as db:
        extend(db, kit.vault, request_id, reason, "Tapes of 2019.", by=by, now=kit.now)
    _work(kit, house)
    body = _mailed(post, "takes longer")
    assert told in body
    assert "three months" in body
    assert "Tapes" not in body


def test_officers_get_one_mail_for_all_that_wait(
    kit: "Kit", make: "Make", house: "House", post: Outbox
) -> None:
    with kit.transaction() as db:
        person = make.staff(db, Role.PRIVACY)
        write_address(Means(kit.vault, kit.lookup), person, "piret@example.org")
    case = waiting_case(kit)
    for _ in range(3):
        asked(kit, case)
    kit.later(days=15)
    post.letters.clear()
    for _ in range(2):
        watch_desk(house)
    _work(kit, house)
    told = [letter for letter, _id in post.letters if letter.to == "piret@example.org"]
    assert len(told) == 1
    assert "Requests about personal data wait" in told[0].subject
    assert case not in told[0].body


def test_what_was_kept_long_enough_ends(kit: "Kit", house: "House") -> None:
    request_id, by = asked(kit, waiting_case(kit)), officer(kit)
    with kit.transaction() as db:
        answer(db, kit.vault, request_id, Reply(ANSWER), by=by, now=kit.now)
    kit.later(days=1200)
    watch_desk(house)
    gone = kit.get(PrivacyRequest, request_id)
    assert (gone.field_key, gone.answer, gone.session_id) == (None, None, None)


@pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)
def test_nothing_ends_while_the_clocks_differ(kit: "Kit", house: "House") -> None:
    request_id, by = asked(kit, waiting_case(kit)), officer(kit)
    with kit.transaction() as db:
        done = answer(db, kit.vault, request_id, Reply(ANSWER), by=by, now=kit.now)
        done.destroy_at = kit.now
    ahead = replace(house.runtime, real_now=lambda: real_clock() + timedelta(minutes=6))
    watch_desk(replace(house, runtime=ahead))
    assert row(kit, request_id).answer is not None
    kit.later(minutes=1)
    watch_desk(house)
    assert row(kit, request_id).answer is None
