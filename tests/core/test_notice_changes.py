"""Owns telling customers that their notice has changed: who, when, once, and in which words."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from kyc.intake.giving_details import acknowledge_notice
from kyc.models import NoticeInForce, NoticeText, OutgoingMail, VerificationSession
from kyc.policy.flow import shipped_flow
from kyc.privacy.notice_words import notice_said
from kyc.registers.notices import SETTLED, notice_told, tell_changed
from kyc.retention.purging import destroy_due_records
from tests.core.test_privacy_documents import LATER, WHOLE
from tests.workers.hands import Outbox, open_house
from workers.owed import run
from workers.registers import tell_notices

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make
    from workers.house import House

CHANGED = WHOLE.replace("Objects | GmbH", "Other Objects AB")


class Town:
    """Customers who acknowledged what the notice said, and the worker that tells of changes."""

    def __init__(self, kit: "Kit", make: "Make", directory: Path) -> None:
        self.kit, self.make, self.post = kit, make, Outbox()
        self.house: House = open_house(kit, directory, self.post)
        self.says(WHOLE)

    def says(self, text: str) -> None:
        self.kit.runtime.settings.controller_file.write_text(text, encoding="utf-8")

    def customer(self, language: str = "en") -> str:
        settings = self.kit.runtime.settings
        with self.kit.transaction() as db:
            session = self.make.ready(db, locale=language)
            said = notice_said(shipped_flow(), settings, language)
            acknowledge_notice(db, session, said, self.kit.now)
            return session.id

    def hour(self) -> None:
        tell_notices(self.house)

    def change(self, text: str = CHANGED) -> None:
        """To a wording that has stood for a day."""
        self.hour()
        self.says(text)
        self.hour()
        self.kit.moment += SETTLED
        self.hour()

    def mails(self) -> list[str]:
        return sorted(m.session_id for m in self.kit.all(OutgoingMail) if m.kind == "notice")

    def deliver(self) -> list[str]:
        while self.kit.woken:
            run(self.house, self.kit.woken.pop(0))
        return [letter.body for letter, _id in self.post.letters]


@pytest.fixture
def town(kit: "Kit", make: "Make", tmp_path: Path) -> Town:
    return Town(kit, make, tmp_path)


def test_who_acknowledged_another_wording_is_told_once_in_their_language(town: Town) -> None:
    english, german = town.customer(), town.customer("de")
    town.change()
    assert town.mails() == sorted([english, german])
    bodies = town.deliver()
    (mine,) = [body for body in bodies if "your identity" in body]
    (theirs,) = [body for body in bodies if "Ihre Identität" in body]
    assert "Other Objects AB (storage, DE)" in mine.split("The whole notice")[0]
    assert "WHO ASKS, AND WHY" in mine
    assert "Wer Ihre Daten erhält".upper() in theirs
    town.kit.later(days=3)
    town.hour()
    assert len(town.mails()) == 2
    row = town.kit.get(VerificationSession, english)
    assert row.notice_told_sha256 != row.notice_sha256
    assert town.kit.get(NoticeText, row.notice_told_sha256).language == "en"
    assert town.kit.actions().count("system:notice:changed") == 2


def test_nobody_is_told_before_it_has_stood_for_a_day_nor_of_a_slip(town: Town) -> None:
    town.customer()
    town.hour()
    town.says(CHANGED)
    town.hour()
    town.kit.moment += SETTLED / 2
    town.hour()
    assert town.mails() == []
    town.says(WHOLE)
    town.hour()
    town.kit.moment += SETTLED * 2
    town.hour()
    assert town.mails() == []


def test_a_change_of_this_very_moment_waits_for_its_own_day(town: Town) -> None:
    town.customer()
    town.hour()
    town.says(CHANGED)
    town.hour()
    town.kit.moment += SETTLED
    town.says(CHANGED.replace("storage", "disks"))
    with town.kit.transaction() as db:
        assert tell_changed(db, town.kit.runtime.settings, town.kit.now) == 0


def test_a_file_out_of_form_is_no_change(town: Town) -> None:
    town.customer()
    town.change("processors = 5")
    assert town.mails() == []
    assert len(town.kit.all(NoticeInForce)) == 1


def test_who_acknowledged_what_stands_and_who_is_gone_is_told_nothing(
    town: Town, kit: "Kit"
) -> None:
    gone, never = town.customer(), town.customer()
    with kit.transaction() as db:
        row = db.get_one(VerificationSession, gone)
        row.record_rule, row.record_destroy_at = "record_rejected", kit.now
        db.execute(
            update(VerificationSession)
            .where(VerificationSession.id == never)
            .values(notice_version=None, notice_sha256=None)
        )
        destroy_due_records(db, kit.now)
    town.says(CHANGED)
    fresh = town.customer()
    town.kit.moment += SETTLED
    town.change()
    assert fresh not in town.mails()
    assert town.mails() == []


def test_whose_words_were_not_kept_is_told_the_whole(town: Town, kit: "Kit") -> None:
    old = town.customer()
    with kit.transaction() as db:
        db.execute(update(VerificationSession).values(notice_sha256=None))
    town.change()
    assert town.mails() == [old]
    with kit.reading() as db:
        told = notice_told(db, db.get_one(VerificationSession, old))
    assert "Authority that you may complain to" in told["changes"]


def test_a_second_change_is_told_too(town: Town) -> None:
    customer = town.customer()
    town.change()
    town.change(CHANGED + LATER.replace('until = "2026-02-28"', ""))
    assert town.mails() == [customer, customer]


def test_it_goes_in_batches_and_goes_on_where_it_was_killed(town: Town, kit: "Kit") -> None:
    everybody = sorted(town.customer() for _ in range(5))
    town.hour()
    town.says(CHANGED)
    town.hour()
    kit.moment += SETTLED
    settings = kit.runtime.settings
    with kit.transaction() as db:
        assert tell_changed(db, settings, kit.now, batch=2) == 2
    with kit.reading() as db:  # what is never committed is as good as killed
        assert tell_changed(db, settings, kit.now, batch=2) == 2
        db.rollback()
    assert len(town.mails()) == 2
    for count in (2, 1, 0):
        with kit.transaction() as db:
            assert tell_changed(db, settings, kit.now, batch=2) == count
    assert town.mails() == everybody
