"""Owns the rules of security keys: whose, for whom, once, fresh, verified, not copied."""

import json
from typing import TYPE_CHECKING

import pytest

from kyc.access import Role
from kyc.errors import ConflictError, InvalidInputError, NotFoundError, TooManyError
from kyc.mails import owe_staff_mail
from kyc.models import AuditEvent, SecurityKey, Staff, StaffMail, StaffSession
from kyc.staff import own_account
from kyc.staff.addresses import address_of, write_address
from kyc.staff.factors import Given, Means, offered
from kyc.staff.security_keys import (
    CHALLENGE_LIFE,
    MOST_KEYS,
    NewKey,
    add_key,
    check_new,
    creation_options,
    give_challenge,
    keys_of,
    request_options,
    site_of,
    take_challenge,
)
from kyc.staff.sessions import begin_session
from kyc.staff.signing_in import FREE_FAILURES, pass_second_factor
from tests.authenticator import Authenticator, named_in
from tests.core.databases import ON_SQLITE
from tests.core.kit import PASSWORD, race

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

SITE = site_of("https://kyc.example.org", "Example Hosting")


def _means(kit: "Kit", *, required: bool = False) -> Means:
    return Means(kit.vault, kit.lookup, SITE, keys_required=required)


class Person:
    """A member of staff with a session that waits for the second factor."""

    def __init__(self, kit: "Kit", make: "Make", role: Role = Role.SENIOR) -> None:
        self.kit = kit
        with kit.transaction() as db:
            self.id = make.staff(db, role).id
        self.begins()

    def begins(self) -> None:
        with self.kit.transaction() as db:
            person = db.get_one(Staff, self.id)
            token = begin_session(db, self.kit.lookup, person, self.kit.now)
        self.session = self.kit.lookup.token(token)

    def owns(self, key: Authenticator, name: str = "Blue key") -> None:
        assert SITE is not None
        with self.kit.transaction() as db:
            challenge = give_challenge(db.get_one(StaffSession, self.session), self.kit.now)
            made = key.create(creation_options(SITE, challenge, self.id, "Mari", []))
            taken = take_challenge(db, db.get_one(StaffSession, self.session), self.kit.now)
            new = check_new(SITE, taken, made)
            own_account.add_key(db, db.get_one(Staff, self.id), new, name, self.kit.now)

    def asked(self) -> dict[str, object]:
        assert SITE is not None
        with self.kit.transaction() as db:
            challenge = give_challenge(db.get_one(StaffSession, self.session), self.kit.now)
            return request_options(SITE, challenge, keys_of(db, self.id))

    def gives(self, answer: str, *, required: bool = False) -> bool:
        with self.kit.transaction() as db:
            mine = db.get_one(StaffSession, self.session)
            challenge = take_challenge(db, mine, self.kit.now)
        with self.kit.transaction() as db:
            given = Given(assertion=answer, challenge=challenge)
            mine, means = (
                db.get_one(StaffSession, self.session),
                _means(self.kit, required=required),
            )
            return pass_second_factor(db, means, mine, given, self.kit.now) is not None


@pytest.fixture
def mari(kit: "Kit", make: "Make") -> Person:
    return Person(kit, make)


@pytest.fixture
def key() -> Authenticator:
    return Authenticator()


def _reasons(kit: "Kit") -> list[str]:
    return [action for action in kit.actions() if action.endswith("second_factor:refused")]


def test_a_key_signs_in_and_is_counted(kit: "Kit", mari: Person, key: Authenticator) -> None:
    mari.owns(key)
    assert mari.gives(key.get(mari.asked()))
    (stored,) = kit.all(SecurityKey)
    assert (stored.sign_count, stored.used_at) == (1, kit.now)
    assert kit.actions()[-1] == "staff:sign_in:done"


def test_an_answer_is_good_once(mari: Person, key: Authenticator) -> None:
    mari.owns(key)
    answer = key.get(mari.asked())
    assert mari.gives(answer)
    mari.begins()
    assert not mari.gives(answer)


def test_an_answer_to_another_sessions_challenge_is_refused(
    kit: "Kit", mari: Person, key: Authenticator
) -> None:
    mari.owns(key)
    answer = key.get(mari.asked())
    mari.begins()
    mari.asked()
    assert not mari.gives(answer)
    assert len(_reasons(kit)) == 1


def test_a_refused_answer_has_used_up_the_challenge(mari: Person, key: Authenticator) -> None:
    mari.owns(key)
    options = mari.asked()
    assert not mari.gives(key.copy(origin="https://kyc.example.com").get(options))
    assert not mari.gives(key.get(options))


def test_one_of_many_takes_a_challenge(kit: "Kit", mari: Person) -> None:
    mari.asked()

    def take(_: int) -> bytes | None:
        with kit.transaction() as db:
            return take_challenge(db, db.get_one(StaffSession, mari.session), kit.now)

    assert sum(isinstance(found, bytes) for found in race(4, take)) == 1


def test_a_challenge_grows_old(kit: "Kit", mari: Person, key: Authenticator) -> None:
    mari.owns(key)
    answer = key.get(mari.asked())
    kit.moment += CHALLENGE_LIFE
    kit.later(seconds=1)
    assert not mari.gives(answer)


WRONG = {
    "another origin": {"origin": "https://kyc.example.com"},
    "another origin of ours": {"origin": "http://kyc.example.org"},
    "another relying party": {"rp_id": "example.org"},
    "a person who was not verified": {"verified": False},
}


@ON_SQLITE
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_an_answer_is_refused_from(
    kit: "Kit", mari: Person, key: Authenticator, wrong: dict[str, object]
) -> None:
    mari.owns(key)
    assert not mari.gives(key.copy(**wrong).get(mari.asked()))
    assert len(_reasons(kit)) == 1


@ON_SQLITE
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_no_key_is_made_from(mari: Person, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        mari.owns(Authenticator(**wrong))  # type: ignore[arg-type]  # one field of it
    assert mari.kit.all(SecurityKey) == []


def test_no_key_is_made_for_an_old_challenge(key: Authenticator) -> None:
    assert SITE is not None
    made = key.create(creation_options(SITE, b"c" * 32, "usr", "Mari", []))
    for challenge in (None, b"d" * 32):
        with pytest.raises(InvalidInputError):
            check_new(SITE, challenge, made)


def test_somebody_elses_key_is_refused(
    kit: "Kit", make: "Make", mari: Person, key: Authenticator
) -> None:
    other = Person(kit, make)
    other.owns(key)
    assert not mari.gives(key.get(mari.asked()))


def test_another_key_under_the_same_name_is_refused(mari: Person, key: Authenticator) -> None:
    mari.owns(key)
    forged = Authenticator(credential_id=key.credential_id)
    assert not mari.gives(forged.get(mari.asked()))


def test_a_copied_key_is_refused_once_the_other_was_used(
    kit: "Kit", mari: Person, key: Authenticator
) -> None:
    mari.owns(key)
    copied = key.copy()
    assert mari.gives(key.get(mari.asked()))
    mari.begins()
    assert not mari.gives(copied.get(mari.asked()))
    assert '"reason":"counter"' in kit.all(AuditEvent)[-1].body


def test_a_key_that_does_not_count_is_taken_each_time(mari: Person) -> None:
    key = Authenticator(counts=False)
    mari.owns(key)
    for _ in range(2):
        assert mari.gives(key.get(mari.asked()))
        mari.begins()


@ON_SQLITE
@pytest.mark.parametrize(
    "untrusted",
    [
        "{}",
        "x",
        "[]",
        "null",
        '{"rawId": 7}',
        '{"rawId": "€"}',
        "[" * 19_000,
        "x" * 20_001,
        '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}',
    ],
)
def test_nonsense_is_refused(mari: Person, key: Authenticator, untrusted: str) -> None:
    assert SITE is not None
    mari.owns(key)
    mari.asked()
    assert not mari.gives(untrusted)
    with pytest.raises(InvalidInputError):
        check_new(SITE, b"c" * 32, untrusted)


@ON_SQLITE
@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
@pytest.mark.parametrize("content", ["", "AAAA", "€", 7, None])
def test_an_answer_with_a_spoilt_part_is_refused(
    mari: Person, key: Authenticator, part: str, content: object
) -> None:
    mari.owns(key)
    answer = json.loads(key.get(mari.asked()))
    answer["response"][part] = content
    assert not mari.gives(json.dumps(answer))


def test_wrong_answers_bar_the_account_too(kit: "Kit", mari: Person, key: Authenticator) -> None:
    mari.owns(key)
    for _ in range(FREE_FAILURES):
        mari.gives("{}")
    options = mari.asked()
    with pytest.raises(TooManyError):
        mari.gives(key.get(options))
    assert kit.get(Staff, mari.id).failures == FREE_FAILURES


def test_several_keys_each_open_the_account(mari: Person, key: Authenticator) -> None:
    second = Authenticator()
    mari.owns(key)
    mari.owns(second, "Office laptop")
    assert set(named_in(mari.asked())) == {key.credential_id, second.credential_id}
    assert mari.gives(second.get(mari.asked()))


def test_a_key_is_in_use_once(kit: "Kit", make: "Make", mari: Person, key: Authenticator) -> None:
    mari.owns(key)
    with pytest.raises(ConflictError):
        Person(kit, make).owns(key)


@ON_SQLITE
@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_key_has_a_short_name(kit: "Kit", mari: Person, name: str) -> None:
    with pytest.raises(InvalidInputError), kit.transaction() as db:
        add_key(db, db.get_one(Staff, mari.id), NewKey(b"c", b"k", 0), name, kit.now)


def test_an_account_has_not_more_keys_than_it_can_name(kit: "Kit", mari: Person) -> None:
    with kit.transaction() as db:
        person = db.get_one(Staff, mari.id)
        for number in range(MOST_KEYS):
            add_key(db, person, NewKey(bytes([number]), b"k", 0), "key", kit.now)
        with pytest.raises(ConflictError):
            add_key(db, person, NewKey(b"more", b"k", 0), "key", kit.now)


# --- removing --------------------------------------------------------------------------


def _remove(kit: "Kit", mari: Person, key_id: str, *, required: bool = False) -> None:
    with kit.transaction() as db:
        person, means = db.get_one(Staff, mari.id), _means(kit, required=required)
        own_account.remove_key(db, means, person, key_id, kit.now)


def test_a_removed_key_opens_nothing(kit: "Kit", mari: Person, key: Authenticator) -> None:
    mari.owns(key)
    options = mari.asked()
    _remove(kit, mari, kit.all(SecurityKey)[0].id)
    assert not mari.gives(key.get(options))


def test_the_last_factor_stays(kit: "Kit", mari: Person, key: Authenticator) -> None:
    mari.owns(key)
    with kit.transaction() as db:
        own_account.remove_app(db, db.get_one(Staff, mari.id), kit.now)
    with pytest.raises(ConflictError, match="last factor"):
        _remove(kit, mari, kit.all(SecurityKey)[0].id)


def test_an_app_without_a_key_beside_it_stays(kit: "Kit", mari: Person) -> None:
    with pytest.raises(ConflictError), kit.transaction() as db:
        own_account.remove_app(db, db.get_one(Staff, mari.id), kit.now)


def test_the_last_key_of_a_role_that_needs_one_stays(
    kit: "Kit", mari: Person, key: Authenticator
) -> None:
    mari.owns(key)
    with pytest.raises(ConflictError, match="your role"):
        _remove(kit, mari, kit.all(SecurityKey)[0].id, required=True)


def test_nobody_removes_somebody_elses_key(
    kit: "Kit", make: "Make", mari: Person, key: Authenticator
) -> None:
    Person(kit, make).owns(key)
    with pytest.raises(NotFoundError):
        _remove(kit, mari, kit.all(SecurityKey)[0].id)


# --- who must have one --------------------------------------------------------------------


@ON_SQLITE
@pytest.mark.parametrize("role", Role)
def test_a_code_is_no_way_in_for_who_must_use_a_key_and_has_one(
    kit: "Kit", make: "Make", role: Role
) -> None:
    person = Person(kit, make, role)
    person.owns(Authenticator())
    strict = role in {Role.SENIOR, Role.PRIVACY, Role.ADMINISTRATOR}
    with kit.reading() as db:
        ways = offered(db, _means(kit, required=True), db.get_one(Staff, person.id))
    assert (ways.app, len(ways.keys)) == (not strict, 1)


def test_an_app_is_a_way_in_where_keys_are_only_allowed(kit: "Kit", mari: Person) -> None:
    mari.owns(Authenticator())
    with kit.reading() as db:
        assert offered(db, _means(kit), db.get_one(Staff, mari.id)).app


@pytest.mark.parametrize(
    ("base_url", "rp_id", "origin"),
    [
        ("https://kyc.example.org", "kyc.example.org", "https://kyc.example.org"),
        ("https://kyc.example.org:8443", "kyc.example.org", "https://kyc.example.org:8443"),
        ("http://localhost:8080", "localhost", "http://localhost:8080"),
    ],
)
def test_a_key_is_made_for_the_base_url(base_url: str, rp_id: str, origin: str) -> None:
    site = site_of(base_url, "Example")
    assert site is not None
    assert (site.rp_id, site.origin) == (rp_id, origin)


@pytest.mark.parametrize(
    "base_url", ["http://127.0.0.1:8080", "https://[::1]", "http://kyc.example.org", ""]
)
def test_there_are_no_keys_where_browsers_have_none(base_url: str) -> None:
    assert site_of(base_url, "Example") is None


# --- being told -----------------------------------------------------------------------------


def test_changes_of_factors_are_mailed(kit: "Kit", mari: Person) -> None:
    with kit.transaction() as db:
        write_address(_means(kit), db.get_one(Staff, mari.id), " Mari@Example.org ")
    mari.owns(Authenticator())
    _remove(kit, mari, kit.all(SecurityKey)[0].id)
    with kit.transaction() as db:
        own_account.renew_codes(db, _means(kit), db.get_one(Staff, mari.id), kit.now)
    kinds = [mail.kind for mail in kit.all(StaffMail)]
    assert sorted(kinds) == ["codes_renewed", "factor_added", "factor_removed"]
    assert address_of(kit.vault, kit.get(Staff, mari.id)) == "Mari@Example.org"
    assert kit.get(Staff, mari.id).email_hash == kit.lookup.email("mari@example.org")


def test_who_has_no_address_is_owed_no_mail(kit: "Kit", mari: Person) -> None:
    with kit.transaction() as db:
        owe_staff_mail(db, db.get_one(Staff, mari.id), "factor_added", kit.now)
    assert kit.all(StaffMail) == []


@ON_SQLITE
@pytest.mark.parametrize("address", ["", "mari", "@example.org", "mari@", "a b@c.d", "a@b\nBcc: c"])
def test_an_address_is_one(kit: "Kit", mari: Person, address: str) -> None:
    with pytest.raises(InvalidInputError), kit.transaction() as db:
        write_address(_means(kit), db.get_one(Staff, mari.id), address)


def test_a_changed_password_ends_the_other_sessions(kit: "Kit", mari: Person) -> None:
    before = mari.session
    mari.begins()
    with kit.transaction() as db:
        mine = db.get_one(StaffSession, mari.session)
        assert own_account.change_password(db, mine, PASSWORD, "another lamp here 8", now=kit.now)
    assert kit.get(StaffSession, before).ended_at == kit.now
    assert kit.get(StaffSession, mari.session).ended_at is None


def test_a_wrong_password_changes_nothing_and_counts(kit: "Kit", mari: Person) -> None:
    with kit.transaction() as db:
        mine = db.get_one(StaffSession, mari.session)
        assert not own_account.change_password(db, mine, "x", "another lamp here 8", now=kit.now)
    assert kit.get(Staff, mari.id).failures == 1
    assert kit.actions()[-1] == "staff:password:refused"


def test_the_new_password_is_another_one(kit: "Kit", mari: Person) -> None:
    mine = kit.get(StaffSession, mari.session)
    with pytest.raises(InvalidInputError), kit.transaction() as db:
        own_account.change_password(db, mine, PASSWORD, PASSWORD, now=kit.now)
