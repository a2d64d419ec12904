"""Owns corrections: a value is put right, what it was stays as history and goes with the case."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

import pytest

from kyc.audit import Action, Actor
from kyc.desk.corrections import (
    ACCEPTED,
    ASKED,
    FIELDS,
    REFUSED,
    Correction,
    accept,
    add_correction,
    as_text,
    checked,
    corrections_of,
    decline,
)
from kyc.desk.requests import Reply, answer, undecided
from kyc.desk.restricting import Ask, restrict
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.fields import read_details, see_details
from kyc.intake.links import follow_link, view_of_browser
from kyc.lifecycle import Status
from kyc.models import CorrectionItem, SeenHash, VerificationSession
from kyc.policy.rights import Right
from kyc.restrictions import RestrictedError
from kyc.retention.purging import destroy_record
from kyc.review.changes import require_unchanged
from kyc.review.claims import claim_named
from kyc.seen import person_hashes
from tests.core.databases import ON_SQLITE
from tests.core.desk_hands import asked, officer, row, waiting_case
from tests.core.kit import CLAIM, Make, details, dump, race

if TYPE_CHECKING:
    from tests.core.kit import Kit

WANTED = {"surname": "Kask", "email": "leelo.kask@example.org"}


def _opened(kit: "Kit", case: str) -> dict[str, Correction]:
    with kit.reading() as db:
        found = corrections_of(db, kit.vault, db.get_one(VerificationSession, case))
    return {one.item.field: one for one in found}


def _accept(kit: "Kit", item_id: str, by: Actor) -> CorrectionItem:
    with kit.transaction() as db:
        return accept(db, kit.vault, kit.lookup, item_id, by=by, now=kit.now)


def _asked(kit: "Kit") -> tuple[str, str, dict[str, str]]:
    """The case, the request, and the ids of its items by field."""
    case = waiting_case(kit)
    request_id = asked(kit, case, Right.CORRECTION, WANTED)
    return case, request_id, {name: one.item.id for name, one in _opened(kit, case).items()}


def test_what_is_asked_stands_beside_what_is_claimed_until_it_is_decided(kit: "Kit") -> None:
    case, request_id, _items = _asked(kit)
    found = _opened(kit, case)
    assert {name: (one.asked, one.former, one.item.state) for name, one in found.items()} == {
        name: (value, "", ASKED) for name, value in WANTED.items()
    }
    claimed = as_text(details())
    assert {name: one.held for name, one in found.items()} == {
        name: claimed[name] for name in WANTED
    }
    assert read_details(kit.vault, kit.get(VerificationSession, case)) == details()
    with kit.reading() as db:
        assert undecided(db, request_id)


def test_an_accepted_value_takes_its_place_and_what_it_was_stays(kit: "Kit") -> None:
    (case, request_id, items), by = _asked(kit), officer(kit)
    for item_id in items.values():
        _accept(kit, item_id, by)
    assert read_details(kit.vault, kit.get(VerificationSession, case)) == details(**WANTED)
    found = _opened(kit, case)
    assert {name: one.former for name, one in found.items()} == {
        name: asdict(details())[name] for name in WANTED
    }
    assert {name: one.held for name, one in found.items()} == {
        name: one.former for name, one in found.items()
    }
    assert {one.item.state for one in found.values()} == {ACCEPTED}
    assert kit.actions(case).count(Action.STAFF_CORRECTION_ACCEPTED) == 2
    with kit.reading() as db:
        assert not undecided(db, request_id)


def test_people_are_found_again_by_the_corrected_name_and_address(kit: "Kit") -> None:
    (case, _request, items), by = _asked(kit), officer(kit)
    for item_id in items.values():
        _accept(kit, item_id, by)
    session = kit.get(VerificationSession, case)
    assert session.email_hash == kit.lookup.email(WANTED["email"])
    new = details(**WANTED)
    hashes = person_hashes(kit.lookup, new.surname, new.given_names, new.date_of_birth)
    kept = {one.hash for one in kit.all(SeenHash, SeenHash.session_id == case)}
    assert kept == hashes


def test_the_customer_sees_the_corrected_value_on_their_page(kit: "Kit") -> None:
    (case, _request, items), by = _asked(kit), officer(kit)
    with kit.transaction() as db:
        token = Make(kit).link(db, db.get_one(VerificationSession, case))
    _accept(kit, items["surname"], by)
    tools = kit.vault.boxes, kit.lookup
    with kit.transaction() as db:
        view = view_of_browser(db, *tools, follow_link(db, *tools, token, kit.now))
        assert view is not None
        seen = see_details(db, kit.intake, view, db.get_one(VerificationSession, case))
        assert seen is not None
        assert seen.surname == "Kask"


def test_a_declined_value_changes_nothing(kit: "Kit") -> None:
    (case, _request, items), by = _asked(kit), officer(kit)
    with kit.transaction() as db:
        decline(db, items["surname"], by=by, now=kit.now)
    assert _opened(kit, case)["surname"].item.state == REFUSED
    assert read_details(kit.vault, kit.get(VerificationSession, case)) == details()
    assert kit.actions(case)[-1] == Action.STAFF_CORRECTION_REFUSED


def test_of_two_officers_who_decide_a_value_one_is_too_late(kit: "Kit") -> None:
    (_case, _request, items), officers = _asked(kit), [officer(kit), officer(kit)]
    results = race(2, lambda number: _accept(kit, items["surname"], officers[number]))
    assert sorted(type(one).__name__ for one in results) == ["ConflictError", "CorrectionItem"]


def test_a_reviewer_who_saw_the_former_value_must_open_the_case_anew(kit: "Kit") -> None:
    (case, _request, items), by = _asked(kit), officer(kit)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, case)
        reviewer = Make(kit).staff(db)
        Make(kit).claim(db, session, reviewer)
        before = session.version
    _accept(kit, items["surname"], by)
    with kit.reading() as db:
        session = db.get_one(VerificationSession, case)
        with pytest.raises(ConflictError, match="changed since"):
            require_unchanged(db, session, reviewer.id, before, kit.now)


@ON_SQLITE
def test_a_decided_case_is_corrected_too(kit: "Kit") -> None:
    (case, _request, items), by = _asked(kit), officer(kit)
    with kit.transaction() as db:
        db.get_one(VerificationSession, case).status = Status.VERIFIED
    _accept(kit, items["surname"], by)
    known = read_details(kit.vault, kit.get(VerificationSession, case))
    assert known is not None
    assert known.surname == "Kask"


@ON_SQLITE
def test_a_restricted_case_is_corrected_as_its_customer_asks(kit: "Kit") -> None:
    """GDPR Art. 18(2): with the consent of the person, who asked for it; reviewers stay out."""
    (case, _request, items), by = _asked(kit), officer(kit)
    with kit.transaction() as db:
        reviewer = Make(kit).staff(db)
        why = Ask("accuracy", "The name is disputed.")
        restrict(db, kit.vault, case, why, by=by, now=kit.now)
    with kit.transaction() as db, pytest.raises(RestrictedError):
        claim_named(db, case, reviewer.id, CLAIM, kit.now)
    _accept(kit, items["surname"], by)
    assert _opened(kit, case)["surname"].item.state == ACCEPTED


@ON_SQLITE
def test_after_the_answer_no_value_is_decided_any_more(kit: "Kit") -> None:
    (_case, request_id, items), by = _asked(kit), officer(kit)
    with kit.transaction() as db, pytest.raises(ConflictError, match="each value"):
        answer(db, kit.vault, request_id, Reply("Done."), by=by, now=kit.now)
    for item_id in items.values():
        _accept(kit, item_id, by)
    with kit.transaction() as db:
        answer(db, kit.vault, request_id, Reply("Done."), by=by, now=kit.now)
    with pytest.raises(ConflictError):
        _accept(kit, items["surname"], by)


@ON_SQLITE
def test_values_go_with_the_case_and_the_request_stays(kit: "Kit") -> None:
    (case, request_id, items), by = _asked(kit), officer(kit)
    _accept(kit, items["surname"], by)
    with kit.transaction() as db:
        destroy_record(db, db.get_one(VerificationSession, case), kit.now)
    for item in kit.all(CorrectionItem):
        assert (item.asked, item.former, item.shown_asked, item.shown_former) == (None,) * 4
    assert row(kit, request_id).words is not None
    with pytest.raises(ConflictError, match="destroyed"):
        _accept(kit, items["email"], by)
    with kit.transaction() as db:
        decline(db, items["email"], by=by, now=kit.now)
        answer(db, kit.vault, request_id, Reply("It is gone."), by=by, now=kit.now)


@ON_SQLITE
def test_staff_add_a_value_that_they_were_told(kit: "Kit") -> None:
    (case, request_id, _items), by = _asked(kit), officer(kit)
    with kit.transaction() as db:
        add_correction(db, kit.vault, request_id, "patronymic", "", by=by, now=kit.now)
    assert _opened(kit, case)["patronymic"].asked == ""
    other = asked(kit, case, Right.OBJECTION)
    with kit.transaction() as db, pytest.raises(ConflictError, match="correction"):
        add_correction(db, kit.vault, other, "surname", "Kask", by=by, now=kit.now)


@ON_SQLITE
def test_a_correction_must_change_something(kit: "Kit") -> None:
    with pytest.raises(InvalidInputError, match="at least one"):
        asked(kit, waiting_case(kit), Right.CORRECTION, {})
    with kit.transaction() as db, pytest.raises(NotFoundError):
        decline(db, "fix_none", by=officer(kit), now=kit.now)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("acting_for", "entity"),
        ("shoe_size", "41"),
        ("surname", "  "),
        ("surname", "x" * 255),
        ("given_names", "Leelo\x00"),
        ("date_of_birth", "23.04.1987"),
        ("nationality", "Estonia"),
        ("email", "leelo"),
    ],
)
def test_it_refuses_a_value_that_has_not_the_form_of_its_field(field: str, value: str) -> None:
    with pytest.raises(InvalidInputError):
        checked(field, value)


def test_it_keeps_a_value_as_it_is_written() -> None:
    assert checked("surname", "  Kask   Tamm ") == "Kask Tamm"
    assert checked("date_of_birth", "1987-04-24") == date(1987, 4, 24).isoformat()
    assert "acting_for" not in FIELDS


def test_a_stolen_database_shows_no_value(kit: "Kit") -> None:
    (_case, _request, items), by = _asked(kit), officer(kit)
    _accept(kit, items["surname"], by)
    assert b"Kask" not in dump(kit.engine)
