"""Owns what becomes of accounts: other roles, reports, new invitations, passwords, sessions."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest

from kyc.access import Role
from kyc.audit import OPERATOR, Actor
from kyc.errors import ForbiddenError, InvalidInputError, NotFoundError
from kyc.models import RecoveryCode, SecurityKey, Staff, StaffMail, StaffSession
from kyc.staff.accounts import change_role, enable, report_compromised
from kyc.staff.addresses import write_address
from kyc.staff.enrolling import Enrolment, enrol, invitation_secret, invite, open_invitation
from kyc.staff.factors import Given, Means
from kyc.staff.passwords import ALWAYS, PasswordRules, hash_new
from kyc.staff.second_factor import make_recovery_codes
from kyc.staff.sessions import (
    Limits,
    begin_session,
    end_all,
    end_named,
    live_session,
    lock_session,
    open_sessions,
    reference_of,
)
from kyc.staff.signing_in import check_password, pass_second_factor
from tests.core.kit import PASSWORD, TOTP_SECRET

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

LIMITS = Limits(timedelta(minutes=10), timedelta(hours=8))


@pytest.fixture
def person(kit: "Kit", make: "Make") -> Staff:
    with kit.transaction() as db:
        found = make.staff(db, login="ott")
        write_address(Means(kit.vault, kit.lookup), found, "ott@example.org")
        return found


def _sign_in(kit: "Kit", person: Staff) -> str:
    """The token of a session with both factors."""
    kit.later(seconds=60)
    means = Means(kit.vault, kit.lookup)
    with kit.transaction() as db:
        half = begin_session(db, kit.lookup, db.get_one(Staff, person.id), kit.now)
        given = Given(code=pyotp.TOTP(TOTP_SECRET).at(kit.now))
        row = db.get_one(StaffSession, kit.lookup.token(half))
        token = pass_second_factor(db, means, row, given, kit.now)
    assert token is not None
    return token


def _state(kit: "Kit", token: str) -> str:
    with kit.reading() as db:
        live = live_session(db, kit.lookup, token, LIMITS, kit.now)
    return "over" if live is None else "locked" if live.locked else "live"


def _report(kit: "Kit", person: Staff) -> None:
    with kit.transaction() as db:
        report_compromised(db, db.get_one(Staff, person.id), by=OPERATOR, now=kit.now)


# --- sessions --------------------------------------------------------------------------------


def test_a_session_locks_when_idle_and_is_over_after_a_shift(kit: "Kit", person: Staff) -> None:
    token = _sign_in(kit, person)
    kit.moment += LIMITS.idle
    assert _state(kit, token) == "live"
    kit.later(seconds=1)
    assert _state(kit, token) == "locked"
    kit.moment += LIMITS.absolute
    assert _state(kit, token) == "over"


def test_a_session_that_was_locked_stays_locked(kit: "Kit", person: Staff) -> None:
    token = _sign_in(kit, person)
    with kit.transaction() as db:
        lock_session(db, db.get_one(StaffSession, kit.lookup.token(token)), kit.now)
    assert _state(kit, token) == "locked"


def test_sessions_are_listed_and_ended_by_a_name_that_opens_nothing(
    kit: "Kit", person: Staff
) -> None:
    tokens = [_sign_in(kit, person) for _ in range(2)]
    with kit.reading() as db:
        mine = open_sessions(db, person.id, LIMITS, kit.now)
    assert len(mine) == 2
    name = reference_of(mine[0])
    by = Actor("staff", person.id)
    with kit.transaction() as db:
        end_named(db, person.id, name, by=by, now=kit.now)
    assert sorted(_state(kit, token) for token in tokens) == ["live", "over"]
    with pytest.raises(NotFoundError), kit.transaction() as db:
        end_named(db, person.id, name, by=by, now=kit.now)


def test_ending_none_is_no_event(kit: "Kit", person: Staff) -> None:
    with kit.transaction() as db:
        assert end_all(db, person.id, by=OPERATOR, now=kit.now) == 0
    assert "staff:session:ended" not in kit.actions()


# --- compromised ------------------------------------------------------------------------------


def test_nothing_opens_what_was_reported(kit: "Kit", make: "Make", person: Staff) -> None:
    token = _sign_in(kit, person)
    with kit.transaction() as db:
        make.security_key(db, person)
        make_recovery_codes(db, kit.lookup, person)
    _report(kit, person)
    assert _state(kit, token) == "over"
    assert kit.all(SecurityKey) == []
    assert kit.all(RecoveryCode) == []
    assert kit.get(Staff, person.id).totp_secret == b""
    with kit.transaction() as db:
        assert check_password(db, "ott", PASSWORD, kit.now) is None
        enable(db, db.get_one(Staff, person.id), by=OPERATOR, now=kit.now)
        assert check_password(db, "ott", PASSWORD, kit.now) is None


def test_a_report_is_one_event_and_told_once(kit: "Kit", make: "Make", person: Staff) -> None:
    with kit.transaction() as db:
        boss = make.staff(db, Role.ADMINISTRATOR)
        write_address(Means(kit.vault, kit.lookup), boss, "boss@example.org")
    _report(kit, person)
    _report(kit, person)
    assert kit.actions().count("operator:account:compromised") == 1
    told = {(mail.staff_id, mail.kind) for mail in kit.all(StaffMail)}
    assert told == {(boss.id, "compromised"), (person.id, "compromised_own")}
    assert len(kit.all(StaffMail)) == 2


def _renew(kit: "Kit", person: Staff) -> Staff:
    means = Means(kit.vault, kit.lookup)
    with kit.transaction() as db:
        known = db.get_one(Staff, person.id)
        role, tools = Role(known.role), (kit.vault, kit.lookup)
        token = invite(db, *tools, role, by=OPERATOR, now=kit.now, person=known)
        invitation = open_invitation(db, kit.lookup, token, kit.now)
        code = pyotp.TOTP(invitation_secret(kit.vault, invitation)).at(kit.now)
        form = Enrolment("", "", "three new lamps there", "ott@example.org", code)
        return enrol(db, means, invitation, form, kit.now)[0]


def test_a_new_invitation_opens_the_same_account_with_new_things(kit: "Kit", person: Staff) -> None:
    token = _sign_in(kit, person)
    _report(kit, person)
    assert _renew(kit, person).id == person.id
    assert _state(kit, token) == "over"
    with kit.transaction() as db:
        assert check_password(db, "ott", PASSWORD, kit.now) is None
        assert check_password(db, "ott", "three new lamps there", kit.now) is not None
    assert kit.actions().count("staff:account:renewed") == 1
    assert kit.actions().count("operator:account:reinvited") == 1


def test_a_report_voids_the_links_to_the_account_from_before(kit: "Kit", person: Staff) -> None:
    with kit.transaction() as db:
        known, tools = db.get_one(Staff, person.id), (kit.vault, kit.lookup)
        role = Role(known.role)
        token = invite(db, *tools, role, by=OPERATOR, now=kit.now, person=known)
    _report(kit, person)
    with pytest.raises(NotFoundError), kit.reading() as db:
        open_invitation(db, kit.lookup, token, kit.now)


def test_the_person_is_told_of_a_link_to_their_account(kit: "Kit", person: Staff) -> None:
    _renew(kit, person)
    assert [mail.kind for mail in kit.all(StaffMail)] == ["reinvited", "renewed"]


# --- roles, passwords --------------------------------------------------------------------------


def test_a_changed_role_gives_the_case_back_and_is_one_event(
    kit: "Kit", make: "Make", person: Staff
) -> None:
    by = Actor("staff", "usr_" + 30 * "0")
    with kit.transaction() as db:
        make.claim(db, make.queued(db), person)
    for _ in range(2):
        with kit.transaction() as db:
            change_role(db, db.get_one(Staff, person.id), Role.SENIOR, by=by, now=kit.now)
    assert kit.get(Staff, person.id).role == Role.SENIOR
    assert kit.actions()[-2:] == ["staff:claim:released", "staff:account:retitled"]


def test_nobody_changes_their_own_role(kit: "Kit", person: Staff) -> None:
    by, found = Actor("staff", person.id), kit.get(Staff, person.id)
    with pytest.raises(ForbiddenError), kit.transaction() as db:
        change_role(db, found, Role.ADMINISTRATOR, by=by, now=kit.now)
    assert kit.get(Staff, person.id).role == Role.REVIEWER


@pytest.mark.parametrize(
    ("password", "rules"),
    [
        ("quiet lamps 12", PasswordRules(minimum=20)),
        ("quietlampshere", PasswordRules(classes=2)),
        ("quietLampshere", PasswordRules(classes=3)),
        ("quietLampshere12", PasswordRules(classes=4)),
    ],
)
def test_a_deployment_may_ask_for_more(password: str, rules: PasswordRules) -> None:
    with pytest.raises(InvalidInputError):
        hash_new(password, login="ott", rules=rules)
    assert hash_new(password, login="ott")


def test_a_password_that_meets_all_kinds_is_taken() -> None:
    assert hash_new("quiet Lamps 12", login="ott", rules=PasswordRules(classes=4))


def test_a_password_lasts_as_long_as_the_rule_says(kit: "Kit") -> None:
    month = PasswordRules(lasts=timedelta(days=30))
    assert not month.is_over(kit.now - timedelta(days=30), kit.now)
    assert month.is_over(kit.now - timedelta(days=30, seconds=1), kit.now)
    assert not ALWAYS.is_over(kit.now - timedelta(days=9999), kit.now)
