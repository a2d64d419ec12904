"""Owns a customer's way in: links work once, browsers open their own session."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kyc.errors import NotFoundError
from kyc.intake.links import (
    BROWSER_LIFE,
    DeadLinkError,
    ask_for_new_link,
    check_link,
    follow_link,
    session_of_browser,
)
from kyc.intake.previewing import own_upload
from kyc.lifecycle import Status
from kyc.models import CustomerBrowser, CustomerLink, OutgoingMail, VerificationSession
from kyc.retention.purging import destroy_record
from tests.core.databases import ON_SQLITE
from tests.core.kit import LASTS, dump, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make


@pytest.fixture
def session_id(kit: "Kit", make: "Make") -> str:
    with kit.transaction() as db:
        return make.ready(db).id


def _link(kit: "Kit", make: "Make", session_id: str) -> str:
    with kit.transaction() as db:
        return make.link(db, db.get_one(VerificationSession, session_id))


def _follow(kit: "Kit", token: str) -> str:
    with kit.transaction() as db:
        return follow_link(db, kit.vault.boxes, kit.lookup, token, kit.now)


def test_a_link_opens_its_session_in_one_browser(kit: "Kit", make: "Make", session_id: str) -> None:
    cookie = _follow(kit, _link(kit, make, session_id))
    with kit.reading() as db:
        found = session_of_browser(db, kit.lookup, cookie, kit.now)
    assert found is not None
    assert found.id == session_id
    assert kit.actions(session_id)[-1] == "customer:session:linked"


def test_a_link_works_once(kit: "Kit", make: "Make", session_id: str) -> None:
    token = _link(kit, make, session_id)
    _follow(kit, token)
    with pytest.raises(DeadLinkError) as refusal:
        _follow(kit, token)
    assert refusal.value.code == "used"


def test_a_link_works_once_for_many_that_follow_it_at_once(
    kit: "Kit", make: "Make", session_id: str
) -> None:
    token = _link(kit, make, session_id)
    answers = race(12, lambda _: _follow(kit, token))
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert sum(isinstance(answer, DeadLinkError) for answer in answers) == 11
    assert len(kit.all(CustomerBrowser)) == 1


def test_a_link_expires(kit: "Kit", make: "Make", session_id: str) -> None:
    token = _link(kit, make, session_id)
    kit.moment += LASTS - timedelta(seconds=1)
    with kit.reading() as db:
        check_link(db, kit.lookup, token, kit.now)
    kit.later(seconds=1)
    with pytest.raises(DeadLinkError) as refusal:
        _follow(kit, token)
    assert refusal.value.code == "expired"


def test_a_link_that_nobody_made_is_unknown(kit: "Kit") -> None:
    with pytest.raises(DeadLinkError) as refusal:
        _follow(kit, "guess")
    assert refusal.value.code == "unknown"


def test_the_former_link_dies_with_a_new_one(kit: "Kit", make: "Make", session_id: str) -> None:
    former = _link(kit, make, session_id)
    newer = _link(kit, make, session_id)
    with pytest.raises(DeadLinkError) as refusal:
        _follow(kit, former)
    assert refusal.value.code == "expired"
    _follow(kit, newer)


def test_the_links_of_other_sessions_live_on(kit: "Kit", make: "Make", session_id: str) -> None:
    with kit.transaction() as db:
        other = make.link(db, make.session(db))
    _link(kit, make, session_id)
    _follow(kit, other)


def test_only_the_hash_of_a_token_is_kept(kit: "Kit", make: "Make", session_id: str) -> None:
    token = _link(kit, make, session_id)
    cookie = _follow(kit, token)
    found = dump(kit.engine)
    assert token.encode() not in found
    assert cookie.encode() not in found
    assert len(kit.all(CustomerLink)) == 1


def test_a_browser_is_forgotten_after_two_weeks(kit: "Kit", make: "Make", session_id: str) -> None:
    cookie = _follow(kit, _link(kit, make, session_id))
    kit.moment += BROWSER_LIFE
    with kit.reading() as db:
        assert session_of_browser(db, kit.lookup, cookie, kit.now) is None


def test_a_cookie_that_nobody_gave_opens_nothing(kit: "Kit", make: "Make", session_id: str) -> None:
    token = _link(kit, make, session_id)
    with kit.reading() as db:
        for untrusted in ("", "guess", token):
            assert session_of_browser(db, kit.lookup, untrusted, kit.now) is None


def test_a_browser_reaches_only_the_uploads_of_its_session(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        mine, other = make.ready(db), make.ready(db)
        upload = make.picture(db, mine)
    with kit.reading() as db:
        assert own_upload(db, mine, upload.id).id == upload.id
        for session, upload_id in ((other, upload.id), (mine, "up_none")):
            with pytest.raises(NotFoundError):
                own_upload(db, session, upload_id)


@ON_SQLITE
@pytest.mark.parametrize("status", Status)
def test_a_new_link_goes_to_whoever_something_is_held_about(
    kit: "Kit", make: "Make", status: Status
) -> None:
    with kit.transaction() as db:
        make.ready(db, status=status)
    with kit.transaction() as db:
        found = ask_for_new_link(db, kit.lookup, " Leelo.Tammsaar@EXAMPLE.org", kit.now)
    assert found == 1
    assert [mail.kind for mail in kit.all(OutgoingMail)] == ["link"]


@ON_SQLITE
def test_no_link_goes_where_the_details_are_destroyed(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        destroy_record(db, make.ready(db), kit.now)
    with kit.transaction() as db:
        assert ask_for_new_link(db, kit.lookup, "leelo.tammsaar@example.org", kit.now) == 0
    assert kit.all(OutgoingMail) == []


def test_an_unknown_address_gets_no_mail(kit: "Kit", session_id: str) -> None:
    with kit.transaction() as db:
        assert ask_for_new_link(db, kit.lookup, "nobody@example.org", kit.now) == 0
    assert kit.all(OutgoingMail) == []
