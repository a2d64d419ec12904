"""Owns mails to staff: to their own address, once, without the name of a case."""

from typing import TYPE_CHECKING

import pytest

from kyc.delivery.staff_letters import OWN, WORDS, staff_letter
from kyc.mails import owe_staff_mail
from kyc.models import StaffMail
from kyc.staff.addresses import write_address
from kyc.staff.factors import Means
from kyc.staff.own_account import change_email
from tests.workers.hands import Outbox
from workers.owed import run

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make
    from workers.house import House


def _owe(kit: "Kit", make: "Make", kind: str = "factor_added") -> StaffMail:
    with kit.transaction() as db:
        person = make.staff(db)
        write_address(Means(kit.vault, kit.lookup), person, "ott@example.org")
        owe_staff_mail(db, person, kind, kit.now)
    (mail,) = kit.all(StaffMail)
    return mail


def test_a_mail_goes_to_the_address_of_the_person(
    kit: "Kit", make: "Make", house: "House", post: Outbox
) -> None:
    mail = _owe(kit, make)
    run(house, kit.woken.pop())
    ((letter, message_id),) = post.letters
    assert letter.to == "ott@example.org"
    assert letter.subject == "Example Hosting: A way to sign in was added to your account"
    assert "Good day, Ott Tark," in letter.body
    assert message_id == f"<{mail.id}@kyc.invalid>"
    assert kit.get(StaffMail, mail.id).sent_at == kit.now
    assert kit.actions()[-1] == "system:mail:sent"


def test_who_had_the_account_before_is_told_that_the_address_changed(
    kit: "Kit", make: "Make", house: "House", post: Outbox
) -> None:
    means = Means(kit.vault, kit.lookup)
    with kit.transaction() as db:
        person = make.staff(db)
        write_address(means, person, "ott@example.org")
        change_email(db, means, person, "thief@example.org", kit.now)
    while kit.woken:
        run(house, kit.woken.pop(0))
    told = [(letter.to, letter.subject.partition(": ")[2]) for letter, _ in post.letters]
    assert told == [
        ("ott@example.org", "Your address was changed to another one"),
        ("thief@example.org", "Your address was changed"),
    ]
    assert {mail.address for mail in kit.all(StaffMail)} == {None}


def test_a_mail_is_sent_once(kit: "Kit", make: "Make", house: "House", post: Outbox) -> None:
    _owe(kit, make)
    (job,) = kit.woken
    run(house, job)
    run(house, job)
    assert len(post.letters) == 1


def test_a_mail_that_went_already_goes_no_second_time(
    kit: "Kit", make: "Make", house: "House", post: Outbox
) -> None:
    mail = _owe(kit, make)
    with kit.transaction() as db:
        db.get_one(StaffMail, mail.id).sent_at = kit.now
    run(house, kit.woken.pop())
    assert post.letters == []


@pytest.mark.parametrize("kind", WORDS)
def test_each_letter_leads_somewhere(kind: str) -> None:
    letter = staff_letter(kind, "o@example.org", "Ott", "Example", "https://kyc.example.org")
    page = "/staff/account" if kind in OWN else "/staff/"
    assert f"https://kyc.example.org{page}\n" in letter.body
    assert "vs_" not in letter.body


def test_letters_about_ones_own_account_are_among_the_letters() -> None:
    assert set(WORDS) >= OWN
