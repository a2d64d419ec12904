"""Owns staff accounts: passwords, the second factor, sessions, invitations."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest
from argon2 import PasswordHasher, extract_parameters

from kyc.access import Role
from kyc.audit import OPERATOR, Actor
from kyc.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, TooManyError
from kyc.models import Claim, RecoveryCode, Staff, StaffInvitation, StaffSession
from kyc.staff.accounts import disable, enable
from kyc.staff.enrolling import (
    INVITATION_LIFE,
    Enrolment,
    enrol,
    invitation_secret,
    invite,
    open_invitation,
)
from kyc.staff.factors import Given, Means
from kyc.staff.passwords import DECOY, hash_new, is_right
from kyc.staff.second_factor import make_recovery_codes, matching_step
from kyc.staff.sessions import Limits, begin_session, end_session, live_session
from kyc.staff.signing_in import FREE_FAILURES, LONGEST_BAR, check_password, pass_second_factor
from tests.core.databases import ON_SQLITE
from tests.core.kit import PASSWORD, TOTP_SECRET, dump, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

IDLE, ABSOLUTE = timedelta(minutes=10), timedelta(hours=8)


@pytest.fixture
def person(kit: "Kit", make: "Make") -> Staff:
    with kit.transaction() as db:
        return make.staff(db, login="ott")


def _means(kit: "Kit") -> Means:
    return Means(kit.vault, kit.lookup)


def _check(kit: "Kit", login: str, password: str) -> str | None:
    with kit.transaction() as db:
        found = check_password(db, login, password, kit.now)
        return found.id if found else None


def _begin(kit: "Kit", person: Staff) -> str:
    with kit.transaction() as db:
        return begin_session(db, kit.lookup, db.get_one(Staff, person.id), kit.now)


def _pass(kit: "Kit", token: str, code: str) -> str | None:
    with kit.transaction() as db:
        half = db.get_one(StaffSession, kit.lookup.token(token))
        return pass_second_factor(db, _means(kit), half, Given(code=code), kit.now)


def _is_live(kit: "Kit", token: str) -> bool:
    with kit.reading() as db:
        found = live_session(db, kit.lookup, token, Limits(IDLE, ABSOLUTE), kit.now)
        return found is not None and not found.locked


def _code(kit: "Kit", steps: int = 0, secret: str = TOTP_SECRET) -> str:
    return pyotp.TOTP(secret).at(kit.now + timedelta(seconds=30 * steps))


# --- passwords -----------------------------------------------------------------------


@pytest.mark.usefixtures("shipped_passwords")
def test_passwords_are_hashed_with_argon2id() -> None:
    stored = hash_new(PASSWORD, login="ott")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert is_right(stored, PASSWORD)
    assert not is_right(stored, PASSWORD + " ")


@pytest.mark.parametrize(
    "password",
    [
        "eleven char",
        "x" * 201,
        "PassWord1234",
        "correcthorsebatterystaple",
        "abababababababab",
        "my name is OTT, really",
        "",
    ],
)
def test_a_bad_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidInputError):
        hash_new(password, login="ott")


def test_nobody_has_the_password_of_nobody() -> None:
    assert not is_right(None, "nobody has this password")


def test_the_wrong_name_costs_as_much_as_the_wrong_password() -> None:
    """`DECOY` was imported before the tests' own, quick one took its place."""
    real = extract_parameters(PasswordHasher().hash(PASSWORD))
    assert extract_parameters(DECOY) == real


def test_the_right_password_is_let_in(kit: "Kit", person: Staff) -> None:
    assert _check(kit, " OTT ", PASSWORD) == person.id


def test_unknown_wrong_disabled_and_barred_get_the_same_answer(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        make.staff(db, login="gone", disabled_at=kit.now)
        make.staff(db, login="ott")
        make.staff(db, login="late", barred_until=kit.now + IDLE)
    tries = (("x", PASSWORD), ("ott", "x"), ("gone", PASSWORD), ("late", PASSWORD))
    assert [_check(kit, *given) for given in tries] == [None] * 4
    assert kit.actions() == ["staff:sign_in:refused"] * 4


def test_a_bar_grows_and_ends(kit: "Kit", person: Staff) -> None:
    bars: list[timedelta] = []
    for number in range(FREE_FAILURES + 9):
        assert _check(kit, "ott", "wrong") is None
        until = kit.get(Staff, person.id).barred_until
        if number + 1 < FREE_FAILURES:
            assert until is None
            continue
        assert until is not None
        bars.append(until - kit.now)
        assert _check(kit, "ott", PASSWORD) is None
        assert kit.get(Staff, person.id).barred_until == until
        kit.moment = until
    assert bars == sorted(bars)
    assert (bars[0], bars[-1]) == (timedelta(seconds=15), LONGEST_BAR)
    assert _check(kit, "ott", PASSWORD) == person.id


def test_failures_at_once_are_all_counted(kit: "Kit", person: Staff) -> None:
    race(FREE_FAILURES, lambda _: _check(kit, "ott", "wrong"))
    assert kit.get(Staff, person.id).failures == FREE_FAILURES
    assert _check(kit, "ott", PASSWORD) is None


# --- second factor ---------------------------------------------------------------------


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_the_code_of_this_step_or_a_neighbour_is_taken(
    kit: "Kit", person: Staff, steps: int
) -> None:
    half = _begin(kit, person)
    full = _pass(kit, half, _code(kit, steps))
    assert full is not None
    assert _is_live(kit, full)
    assert not _is_live(kit, half)


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_two_steps_away_is_refused(kit: "Kit", person: Staff, steps: int) -> None:
    assert _pass(kit, _begin(kit, person), _code(kit, steps)) is None


def test_a_code_works_once(kit: "Kit", person: Staff) -> None:
    assert _pass(kit, _begin(kit, person), _code(kit))
    assert _pass(kit, _begin(kit, person), _code(kit)) is None
    assert _pass(kit, _begin(kit, person), _code(kit, -1)) is None
    kit.later(seconds=30)
    assert _pass(kit, _begin(kit, person), _code(kit))


def test_a_code_works_once_for_many_at_once(kit: "Kit", person: Staff) -> None:
    halves = [_begin(kit, person) for _ in range(4)]
    answers = race(4, lambda number: _pass(kit, halves[number], _code(kit)))
    assert sum(isinstance(answer, str) for answer in answers) == 1


@ON_SQLITE
@pytest.mark.parametrize("code", ["", "000000", "12345", "é23456", "１２３４５６", "x" * 40])
def test_a_wrong_code_is_refused(kit: "Kit", person: Staff, code: str) -> None:
    assert _pass(kit, _begin(kit, person), code) is None
    assert kit.get(Staff, person.id).failures == 1
    assert kit.actions()[-1] == "staff:second_factor:refused"


def test_a_code_with_a_space_is_taken(kit: "Kit", person: Staff) -> None:
    code = _code(kit)
    assert _pass(kit, _begin(kit, person), f" {code[:3]} {code[3:]} ")


def test_wrong_codes_bar_the_account_too(kit: "Kit", person: Staff) -> None:
    half = _begin(kit, person)
    for _ in range(FREE_FAILURES):
        _pass(kit, half, "000000")
    with pytest.raises(TooManyError):
        _pass(kit, half, _code(kit))
    assert _check(kit, "ott", PASSWORD) is None


def test_signing_in_forgets_the_failures(kit: "Kit", person: Staff) -> None:
    for _ in range(FREE_FAILURES - 1):
        _check(kit, "ott", "wrong")
    _pass(kit, _begin(kit, person), _code(kit))
    assert kit.get(Staff, person.id).failures == 0


def test_a_recovery_code_works_once_and_only_for_its_owner(
    kit: "Kit", make: "Make", person: Staff
) -> None:
    with kit.transaction() as db:
        codes = make_recovery_codes(db, kit.lookup, person)
        other = make.staff(db)
    assert len(set(codes)) == 8
    assert codes[0].encode() not in dump(kit.engine)
    assert _pass(kit, _begin(kit, other), codes[0]) is None
    assert _pass(kit, _begin(kit, person), f" {codes[0].upper()} ")
    assert _pass(kit, _begin(kit, person), codes[0]) is None
    assert len(kit.all(RecoveryCode, RecoveryCode.used_at.is_(None))) == 7


def test_no_step_matches_a_code_of_another_secret(kit: "Kit") -> None:
    assert matching_step(TOTP_SECRET, _code(kit, secret=pyotp.random_base32()), kit.now) is None


# --- sessions ---------------------------------------------------------------------------


def test_a_session_ends_when_idle(kit: "Kit", person: Staff) -> None:
    token = _begin(kit, person)
    kit.moment += IDLE
    assert _is_live(kit, token)
    kit.later(seconds=1)
    assert not _is_live(kit, token)


def test_a_session_ends_after_a_shift_however_busy(kit: "Kit", person: Staff) -> None:
    token = _begin(kit, person)
    kit.moment += ABSOLUTE
    _touch(kit, token)
    assert _is_live(kit, token)
    kit.later(seconds=1)
    _touch(kit, token)
    assert not _is_live(kit, token)


def test_a_session_ends_on_signing_out(kit: "Kit", person: Staff) -> None:
    token = _begin(kit, person)
    for _ in range(2):
        with kit.transaction() as db:
            end_session(db, db.get_one(StaffSession, kit.lookup.token(token)), kit.now)
    assert not _is_live(kit, token)
    assert kit.actions().count("staff:sign_out:done") == 1


@pytest.mark.parametrize("untrusted", ["", "guess"])
def test_a_token_that_nobody_gave_is_not_live(kit: "Kit", untrusted: str) -> None:
    assert not _is_live(kit, untrusted)


def test_a_disabled_person_has_no_live_session_and_no_case(
    kit: "Kit", make: "Make", person: Staff
) -> None:
    token = _begin(kit, person)
    with kit.transaction() as db:
        case = make.queued(db)
        make.claim(db, case, person)
    _disable(kit, person)
    assert not _is_live(kit, token)
    assert kit.all(Claim) == []
    assert "staff:claim:released" in kit.actions(case.id)
    assert _check(kit, "ott", PASSWORD) is None


def test_the_sessions_of_who_was_disabled_stay_dead(kit: "Kit", person: Staff) -> None:
    token = _begin(kit, person)
    _disable(kit, person)
    with kit.transaction() as db:
        enable(db, db.get_one(Staff, person.id), by=OPERATOR, now=kit.now)
    assert not _is_live(kit, token)
    assert _is_live(kit, _begin(kit, person))


def test_disabling_twice_is_one_event(kit: "Kit", person: Staff) -> None:
    _disable(kit, person)
    _disable(kit, person)
    assert kit.actions().count("staff:account:disabled") == 1


def test_what_an_operator_did_is_told_apart(kit: "Kit", person: Staff) -> None:
    with kit.transaction() as db:
        disable(db, db.get_one(Staff, person.id), by=OPERATOR, now=kit.now)
        enable(db, db.get_one(Staff, person.id), by=OPERATOR, now=kit.now)
    assert kit.actions() == ["operator:account:disabled", "operator:account:enabled"]


def test_nobody_disables_their_own_account(kit: "Kit", person: Staff) -> None:
    with pytest.raises(ForbiddenError), kit.transaction() as db:
        disable(db, db.get_one(Staff, person.id), by=Actor("staff", person.id), now=kit.now)
    assert kit.get(Staff, person.id).disabled_at is None


# --- invitations --------------------------------------------------------------------------


def _invite(kit: "Kit", role: Role = Role.REVIEWER) -> str:
    with kit.transaction() as db:
        return invite(db, kit.vault, kit.lookup, role, by=OPERATOR, now=kit.now)


def _enrol(kit: "Kit", token: str, login: str = "mari", code: str = "") -> tuple[Staff, list[str]]:
    with kit.transaction() as db:
        invitation = open_invitation(db, kit.lookup, token, kit.now)
        secret = invitation_secret(kit.vault, invitation)
        code = code or _code(kit, secret=secret)
        form = Enrolment(login, " Mari ", PASSWORD, "mari@example.org", code)
        return enrol(db, _means(kit), invitation, form, kit.now)


def test_an_invitation_makes_one_account_with_its_role(kit: "Kit") -> None:
    token = _invite(kit, Role.PRIVACY)
    person, codes = _enrol(kit, token, " Mari ")
    stored = kit.get(Staff, person.id)
    assert (stored.login, stored.display_name, stored.role) == ("mari", "Mari", Role.PRIVACY)
    assert len(codes) == 8
    assert kit.actions() == ["operator:account:invited", "staff:account:enrolled"]
    assert _check(kit, "mari", PASSWORD) == person.id


def test_the_code_of_the_enrolment_does_not_sign_in(kit: "Kit") -> None:
    token = _invite(kit)
    with kit.reading() as db:
        invitation = open_invitation(db, kit.lookup, token, kit.now)
        code = _code(kit, secret=invitation_secret(kit.vault, invitation))
    person, _ = _enrol(kit, token, code=code)
    assert _pass(kit, _begin(kit, person), code) is None


def test_an_invitation_works_once(kit: "Kit") -> None:
    token = _invite(kit)
    _enrol(kit, token)
    with pytest.raises(NotFoundError):
        _enrol(kit, token, "other")


def test_an_invitation_works_once_for_many_at_once(kit: "Kit") -> None:
    token = _invite(kit)
    answers = race(3, lambda number: _enrol(kit, token, f"mari{number}"))
    assert sum(isinstance(answer, tuple) for answer in answers) == 1
    assert len(kit.all(Staff)) == 1


def test_an_invitation_expires(kit: "Kit") -> None:
    token = _invite(kit)
    kit.moment += INVITATION_LIFE
    with pytest.raises(NotFoundError):
        _enrol(kit, token)


def test_an_invitation_that_nobody_made_is_unknown(kit: "Kit") -> None:
    with pytest.raises(NotFoundError):
        _enrol(kit, "guess")


def test_a_taken_name_is_refused_and_the_invitation_stays(kit: "Kit", person: Staff) -> None:
    token = _invite(kit)
    with pytest.raises(ConflictError):
        _enrol(kit, token, "Ott")
    _enrol(kit, token)


@ON_SQLITE
@pytest.mark.parametrize("code", ["000000", "é"])
def test_a_wrong_code_makes_no_account(kit: "Kit", code: str) -> None:
    with pytest.raises(InvalidInputError):
        _enrol(kit, _invite(kit), code=code)
    assert kit.all(Staff) == []


def test_the_secret_of_the_second_factor_is_sealed(kit: "Kit") -> None:
    token = _invite(kit)
    (invitation,) = kit.all(StaffInvitation)
    secret = invitation_secret(kit.vault, invitation)
    _enrol(kit, token)
    found = dump(kit.engine)
    assert secret.encode() not in found
    assert token.encode() not in found
    assert PASSWORD.encode() not in found


def _disable(kit: "Kit", person: Staff) -> None:
    boss = Actor("staff", "usr_" + 30 * "0")
    with kit.transaction() as db:
        disable(db, db.get_one(Staff, person.id), by=boss, now=kit.now)


def _touch(kit: "Kit", token: str) -> None:
    with kit.transaction() as db:
        db.get_one(StaffSession, kit.lookup.token(token)).seen_at = kit.now
