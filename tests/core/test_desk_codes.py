"""Owns the mailed code: it proves one browser of one case, once, and not for long."""

from typing import TYPE_CHECKING

import pytest

from kyc.audit import Action
from kyc.desk.codes import (
    DIGITS,
    MOST_A_DAY,
    TRIES,
    Sent,
    ask_for_code,
    forget_old_codes,
    is_proven,
    make_code,
    prove,
    require_proven,
)
from kyc.errors import NotFoundError
from kyc.models import RightsCode, VerificationSession
from tests.core.desk_hands import waiting_case
from tests.core.kit import Make, dump, race

if TYPE_CHECKING:
    from tests.core.kit import Kit

HERE, ELSEWHERE = b"h" * 32, b"e" * 32


def _ask(kit: "Kit", case: str, browser: bytes = HERE) -> Sent:
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        return ask_for_code(db, session, browser, kit.now)


def _mailed(kit: "Kit", case: str) -> str:
    """The code in the newest mail, as a worker makes it."""
    codes = sorted(kit.all(RightsCode, RightsCode.session_id == case), key=lambda c: c.asked_at)
    with kit.transaction() as db:
        made = make_code(db, kit.lookup, codes[-1].mail_id, kit.now)
    assert made is not None
    return made


def _give(kit: "Kit", case: str, code: str, browser: bytes = HERE) -> bool:
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        return prove(db, kit.lookup, session, browser, code, kit.now)


def _proven(kit: "Kit", case: str, browser: bytes = HERE) -> bool:
    with kit.reading() as db:
        return is_proven(db, case, browser, kit.now)


def _coded(kit: "Kit") -> tuple[str, str]:
    case = waiting_case(kit)
    assert _ask(kit, case) == Sent.ON_ITS_WAY
    return case, _mailed(kit, case)


def test_the_right_code_proves_this_browser_for_half_an_hour(kit: "Kit") -> None:
    case, code = _coded(kit)
    assert _give(kit, case, f"{code[:4]} {code[4:]}")
    assert _proven(kit, case)
    assert not _proven(kit, case, ELSEWHERE)
    kit.later(minutes=30)
    assert not _proven(kit, case)
    with kit.reading() as db, pytest.raises(NotFoundError, match="code"):
        require_proven(db, case, HERE, kit.now)
    assert [a for a in kit.actions(case) if "code" in a] == [
        Action.CUSTOMER_CODE_ASKED,
        Action.CUSTOMER_CODE_ACCEPTED,
    ]


def test_a_code_works_once(kit: "Kit") -> None:
    case, code = _coded(kit)
    assert _give(kit, case, code)
    kit.later(minutes=31)
    assert not _give(kit, case, code)
    assert not _proven(kit, case)


def test_of_two_that_give_it_at_once_one_is_let_in(kit: "Kit") -> None:
    case, code = _coded(kit)
    assert sorted(race(2, lambda _n: _give(kit, case, code)), key=str) == [False, True]


def test_a_wrong_code_is_refused_and_on_record(kit: "Kit") -> None:
    case, code = _coded(kit)
    assert not _give(kit, case, f"{(int(code) + 1) % 10**DIGITS:08}")
    assert not _proven(kit, case)
    assert kit.actions(case)[-1] == Action.CUSTOMER_CODE_REFUSED


def test_an_empty_code_is_refused_before_the_mail_is_made(kit: "Kit") -> None:
    case = waiting_case(kit)
    _ask(kit, case)
    assert not _give(kit, case, "")
    assert not _give(kit, case, "0" * DIGITS)


def test_after_five_wrong_ones_the_right_one_is_refused_too(kit: "Kit") -> None:
    case, code = _coded(kit)
    wrong = f"{(int(code) + 1) % 10**DIGITS:08}"
    for _ in range(TRIES):
        assert not _give(kit, case, wrong)
    assert not _give(kit, case, code)


def test_an_expired_code_is_refused(kit: "Kit") -> None:
    case, code = _coded(kit)
    kit.later(minutes=15)
    assert not _give(kit, case, code)


def test_the_code_of_another_case_is_refused(kit: "Kit") -> None:
    case, _code = _coded(kit)
    _other, others_code = _coded(kit)
    assert not _give(kit, case, others_code)


def test_a_code_that_another_browser_asked_for_is_refused(kit: "Kit") -> None:
    case, code = _coded(kit)
    assert not _give(kit, case, code, ELSEWHERE)


def test_a_newer_code_ends_the_one_before(kit: "Kit") -> None:
    case, code = _coded(kit)
    kit.later(minutes=2)
    assert _ask(kit, case) == Sent.ON_ITS_WAY
    assert not _give(kit, case, code)
    assert _give(kit, case, _mailed(kit, case))


def test_codes_are_throttled_by_the_minute_and_by_the_day(kit: "Kit") -> None:
    case = waiting_case(kit)
    assert _ask(kit, case) == Sent.ON_ITS_WAY
    assert _ask(kit, case) == Sent.WAIT
    for _ in range(MOST_A_DAY - 1):
        kit.later(minutes=2)
        assert _ask(kit, case) == Sent.ON_ITS_WAY
    kit.later(minutes=2)
    assert _ask(kit, case) == Sent.TOO_MANY
    kit.later(days=1)
    assert _ask(kit, case) == Sent.ON_ITS_WAY


def test_without_an_address_there_is_no_code(kit: "Kit") -> None:
    with kit.transaction() as db:
        case = Make(kit).session(db).id
    assert _ask(kit, case) == Sent.NO_ADDRESS


def test_a_mail_that_comes_too_late_carries_no_code(kit: "Kit") -> None:
    case = waiting_case(kit)
    _ask(kit, case)
    (code,) = kit.all(RightsCode)
    kit.later(hours=1)
    with kit.transaction() as db:
        assert make_code(db, kit.lookup, code.mail_id, kit.now) is None


def test_the_database_holds_a_keyed_hash_alone(kit: "Kit") -> None:
    _case, code = _coded(kit)
    (kept,) = kit.all(RightsCode)
    assert kept.code_hash is not None
    assert len(kept.code_hash) == 32
    assert code.encode() not in dump(kit.engine)


def test_old_codes_are_forgotten(kit: "Kit") -> None:
    _coded(kit)
    kit.later(days=2, minutes=1)
    with kit.transaction() as db:
        forget_old_codes(db, kit.now)
    assert kit.all(RightsCode) == []
