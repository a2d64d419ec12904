"""Owns noticing the same file, document number or person in another account, and forgetting it."""

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from kyc.intake.giving_details import give_details
from kyc.intake.receiving import (
    UntrustedFile,
    acknowledge_upload,
    announce_upload,
    discard,
    give_up,
)
from kyc.intake.redacting import announce_copy, document_seen, finish_redaction, plan_redaction
from kyc.intake.taking_over import take_over
from kyc.lifecycle import ItemKind, Status
from kyc.models import Artifact, SeenHash, Upload, VerificationSession
from kyc.retention.purging import destroy_due_records, mark_due
from kyc.review.duplicates import (
    MOST_NAMED,
    cases_showing,
    is_possible_duplicate,
    possible_duplicates,
)
from kyc.review.filters import Filters, Flag
from kyc.review.queue import Tab, page
from kyc.seen import SeenKind, forget_seen, note_seen
from tests.core.kit import BUSINESS, LIMITS, details, dump, redaction

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

FILE, NUMBER, PERSON = SeenKind.FILE, SeenKind.DOCUMENT_NUMBER, SeenKind.PERSON
KINDS = list(SeenKind)
HASH, OTHER_HASH = sha256(b"one").digest(), sha256(b"two").digest()
VALID = {"mrz_check_digits": True, "issuing_state": "EST"}


def shows(
    kit: "Kit", make: "Make", kind: SeenKind = FILE, hashed: bytes = HASH, **values: Any
) -> str:
    """A case that waits and shows this."""
    with kit.transaction() as db:
        session = make.queued(db, **values)
        note_seen(db, session.id, kind, "up_1", {hashed})
        return session.id


def flagged(kit: "Kit", session_id: str) -> bool:
    with kit.reading() as db:
        return is_possible_duplicate(db, db.get_one(VerificationSession, session_id))


def others(kit: "Kit", session_id: str, kind: SeenKind) -> list[str]:
    with kit.reading() as db:
        session = db.get_one(VerificationSession, session_id)
        return [case.id for case in cases_showing(db, session, kind)]


# --- what is a hit ----------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_of_each_kind_in_another_account_is_noticed(
    kit: "Kit", make: "Make", kind: SeenKind
) -> None:
    one = shows(kit, make, kind, email_hash=b"one")
    two = shows(kit, make, kind, email_hash=b"two")
    assert flagged(kit, one)
    assert flagged(kit, two)
    assert {k: others(kit, one, k) for k in KINDS} == {k: [two] if k == kind else [] for k in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_another_hash_is_no_hit(kit: "Kit", make: "Make", kind: SeenKind) -> None:
    one = shows(kit, make, kind, HASH, email_hash=b"one")
    shows(kit, make, kind, OTHER_HASH, email_hash=b"two")
    assert not flagged(kit, one)
    assert others(kit, one, kind) == []


def test_a_hash_of_another_kind_is_no_hit(kit: "Kit", make: "Make") -> None:
    one = shows(kit, make, FILE, email_hash=b"one")
    shows(kit, make, NUMBER, email_hash=b"two")
    assert not flagged(kit, one)


def test_attempts_of_one_session_are_no_hit(kit: "Kit", make: "Make") -> None:
    one = shows(kit, make, email_hash=b"one")
    with kit.transaction() as db:
        note_seen(db, one, FILE, "up_2", {HASH})
    assert not flagged(kit, one)
    assert others(kit, one, FILE) == []


@pytest.mark.parametrize(
    ("mine", "theirs", "hit"),
    [
        ({"email_hash": b"a"}, {"email_hash": b"b"}, True),
        ({"email_hash": b"a"}, {"email_hash": b"a"}, False),
        ({"email_hash": b"a"}, {}, True),
        ({}, {}, True),
        ({"client_reference_id": "C-1"}, {"client_reference_id": "C-2"}, True),
        ({"client_reference_id": "C-1"}, {"client_reference_id": "C-1"}, False),
        (
            {"client_reference_id": "C-1", "email_hash": b"a"},
            {"client_reference_id": "C-1", "email_hash": b"b"},
            False,
        ),
        (
            {"client_reference_id": "C-1", "email_hash": b"a"},
            {"client_reference_id": "C-2", "email_hash": b"a"},
            True,
        ),
        ({"client_reference_id": "C-1", "email_hash": b"a"}, {"email_hash": b"a"}, False),
        ({"client_reference_id": "C-1", "email_hash": b"a"}, {"email_hash": b"b"}, True),
    ],
)
def test_only_another_account_is_a_hit(
    kit: "Kit", make: "Make", mine: dict[str, Any], theirs: dict[str, Any], hit: bool
) -> None:
    """The reference tells accounts apart, and the address where one of the two has none."""
    one, two = shows(kit, make, **mine), shows(kit, make, **theirs)
    assert others(kit, one, FILE) == ([two] if hit else [])
    assert others(kit, two, FILE) == ([one] if hit else [])
    with kit.reading() as db:
        cases = [db.get_one(VerificationSession, one)]
        by_address = mine.get("email_hash") == theirs.get("email_hash") is not None
        assert bool(possible_duplicates(db, cases)) == (hit or by_address)


@pytest.mark.parametrize("status", list(Status))
def test_what_was_never_sent_or_has_lapsed_is_no_hit(
    kit: "Kit", make: "Make", status: Status
) -> None:
    counted = {Status.PROCESSING, Status.REQUIRES_INPUT, Status.VERIFIED, Status.REJECTED}
    one = shows(kit, make, email_hash=b"one")
    shows(kit, make, email_hash=b"two", status=status)
    assert flagged(kit, one) == (status in counted)


def test_one_more_than_are_named_is_looked_for(kit: "Kit", make: "Make") -> None:
    one = shows(kit, make, email_hash=b"me")
    made = []
    for number in range(MOST_NAMED + 3):
        at = kit.now + timedelta(minutes=number)
        made.append(shows(kit, make, email_hash=bytes([number]), created_at=at))
    assert others(kit, one, FILE) == made[::-1][: MOST_NAMED + 1]


def test_the_queue_flags_them_and_can_be_narrowed_to_them(kit: "Kit", make: "Make") -> None:
    twins = {shows(kit, make, NUMBER, email_hash=mail) for mail in (b"one", b"two")}
    alone = shows(kit, make, NUMBER, OTHER_HASH, email_hash=b"three")
    with kit.transaction() as db:
        same_address = {make.queued(db, email_hash=b"four").id for _ in range(2)}
    with kit.reading() as db:
        rows = page(db, Tab.WAITING, "usr_me", kit.now).rows
        narrowed = page(
            db, Tab.WAITING, "usr_me", kit.now, filters=Filters(flag=Flag.DUPLICATE)
        ).rows
    assert alone in {row.session.id for row in rows}
    assert {row.session.id for row in rows if row.may_be_duplicate} == twins | same_address
    assert {row.session.id for row in narrowed} == twins | same_address


# --- where it is noted ------------------------------------------------------------


def upload(kit: "Kit", make: "Make", content: bytes, session_id: str = "") -> Upload:
    """An acknowledged one, of a session of its own unless one is named."""
    with kit.transaction() as db:
        session = db.get(VerificationSession, session_id) or make.ready(db)
        means = kit.intake, kit.lookup, session
        file = UntrustedFile(content, "image/jpeg")
        made, announced = announce_upload(
            db, *means, kind=ItemKind.DOCUMENT_FRONT, file=file, limits=LIMITS, now=kit.now
        )
    kit.vault.store(announced.object_name, announced.ciphertext)
    with kit.transaction() as db:
        acknowledge_upload(db, made.id, kit.now)
    return made


def redacted(kit: "Kit", upload_id: str, number: str | None, facts: dict[str, Any]) -> None:
    read = redaction(document_number=number, facts=facts)
    with kit.transaction() as db:
        plan = plan_redaction(db, kit.vault, upload_id, BUSINESS, kit.now)
        assert plan is not None
        copy = announce_copy(db, kit.vault, plan, read, kit.now)
    kit.vault.store(copy.object_name, copy.ciphertext)
    seen = document_seen(kit.lookup, read)
    with kit.transaction() as db:
        finish_redaction(db, plan, read, copy.artifact_id, kit.now, document=seen)


def noted(kit: "Kit", session_id: str, kind: SeenKind) -> set[bytes]:
    with kit.reading() as db:
        mine = (SeenHash.session_id == session_id, SeenHash.kind == kind)
        return set(db.scalars(select(SeenHash.hash).where(*mine)))


def readdress(kit: "Kit", session_id: str) -> None:
    with kit.transaction() as db:
        mine = VerificationSession.id == session_id
        db.execute(update(VerificationSession).where(mine).values(email_hash=b"another"))


def test_the_same_file_is_noticed(kit: "Kit", make: "Make") -> None:
    one, two, other = (upload(kit, make, c) for c in (b"\xff\xd8 x", b"\xff\xd8 x", b"\xff\xd8 y"))
    readdress(kit, two.session_id)
    assert others(kit, one.session_id, FILE) == [two.session_id]
    assert others(kit, other.session_id, FILE) == []


def test_the_same_document_number_is_noticed(kit: "Kit", make: "Make") -> None:
    one, two, other = (upload(kit, make, bytes([n])) for n in range(3))
    for made, number in ((one, "AB123"), (two, "AB123"), (other, "AB124")):
        redacted(kit, made.id, number, VALID)
    readdress(kit, two.session_id)
    assert others(kit, one.session_id, NUMBER) == [two.session_id]
    assert others(kit, other.session_id, NUMBER) == []


@pytest.mark.parametrize(
    ("number", "facts"),
    [
        (None, VALID),
        ("", VALID),
        ("AB123", VALID | {"mrz_check_digits": False}),
        ("AB123", VALID | {"mrz_check_digits": None}),
        ("AB123", VALID | {"issuing_state": None}),
        ("AB123", VALID | {"issuing_state": ""}),
    ],
)
def test_no_number_is_noted_of_a_zone_that_is_not_sure(
    kit: "Kit", number: str | None, facts: dict[str, Any]
) -> None:
    assert document_seen(kit.lookup, redaction(document_number=number, facts=facts)) is None


def test_the_same_person_is_noticed_however_the_name_is_written(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        one, two, other = make.ready(db), make.session(db), make.session(db)
        swapped = details(surname="LEELO MAARJA", given_names="tammsaar", email="b@example.org")
        somebody = details(given_names="Leelo", email="c@example.org")
        for session, typed in ((two, swapped), (other, somebody)):
            given = db, kit.intake, kit.lookup, session, typed
            give_details(*given, minimum_age=18, now=kit.now)
            take_over(db, kit.vault, kit.lookup, session.id, kit.now)
    assert others(kit, one.id, PERSON) == [two.id]
    assert others(kit, other.id, PERSON) == []


def test_details_given_anew_are_noted_in_place_of_the_old_ones(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session = make.ready(db)
    before = noted(kit, session.id, PERSON)
    with kit.transaction() as db:
        given = db, kit.intake, kit.lookup, db.get_one(VerificationSession, session.id)
        give_details(*given, details(surname="Kask"), minimum_age=18, now=kit.now)
        take_over(db, kit.vault, kit.lookup, session.id, kit.now)
    assert before
    assert noted(kit, session.id, PERSON)
    assert not noted(kit, session.id, PERSON) & before


def test_the_database_holds_no_number_name_or_digest(kit: "Kit", make: "Make") -> None:
    content = b"\xff\xd8 a file"
    made = upload(kit, make, content)
    redacted(kit, made.id, "AB1234567", VALID)
    assert {row.kind for row in kit.all(SeenHash)} == set(KINDS)
    held = dump(kit.engine)
    born = details().date_of_birth.isoformat()
    for text in (b"AB1234567", b"TAMMSAAR", b"Tammsaar", b"LEELO", born.encode()):
        assert text not in held
    digest = sha256(content)
    assert digest.digest() not in held
    assert digest.hexdigest().encode() not in held


# --- how it is forgotten ----------------------------------------------------------


def test_what_is_discarded_is_forgotten(kit: "Kit", make: "Make") -> None:
    one = upload(kit, make, b"first")
    redacted(kit, one.id, "AB123", VALID)
    with kit.transaction() as db:
        discard(db, db.get_one(Upload, one.id), kit.now)
    assert noted(kit, one.session_id, FILE) == noted(kit, one.session_id, NUMBER) == set()
    assert noted(kit, one.session_id, PERSON)


def test_another_photo_takes_the_place_of_what_the_former_showed(kit: "Kit", make: "Make") -> None:
    one = upload(kit, make, b"first")
    before = noted(kit, one.session_id, FILE)
    upload(kit, make, b"second", one.session_id)
    after = noted(kit, one.session_id, FILE)
    assert (len(before), len(after)) == (1, 1)
    assert before != after


def test_what_comes_to_nothing_is_forgotten(kit: "Kit", make: "Make") -> None:
    one = upload(kit, make, b"first")
    with kit.transaction() as db:
        give_up(db, one.id, "broken", kit.now)
    assert noted(kit, one.session_id, FILE) == set()


def test_an_upload_whose_file_is_purged_in_an_open_session_is_forgotten(
    kit: "Kit", make: "Make"
) -> None:
    one = upload(kit, make, b"first")
    with kit.transaction() as db:
        db.execute(update(Artifact).values(destroy_at=kit.now))
        assert mark_due(db, kit.now) == 1
    assert noted(kit, one.session_id, FILE) == set()


def test_hashes_go_with_the_record_and_not_before(kit: "Kit", make: "Make") -> None:
    one, two = shows(kit, make, email_hash=b"one"), shows(kit, make, email_hash=b"two")
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, two)
        session.status, session.record_rule = Status.REJECTED, "record_rejected"
        session.record_destroy_at = kit.now + timedelta(seconds=1)
    with kit.transaction() as db:
        assert destroy_due_records(db, kit.now) == 0
    assert flagged(kit, one)
    kit.later(seconds=1)
    with kit.transaction() as db:
        assert destroy_due_records(db, kit.now) == 1
    assert {row.session_id for row in kit.all(SeenHash)} == {one}
    assert not flagged(kit, one)


def test_who_is_refused_for_their_age_leaves_nothing(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        young = details(date_of_birth=kit.now.date() - timedelta(days=3650))
        assert db.scalars(select(SeenHash)).all()
        given = db, kit.intake, kit.lookup, session, young
        give_details(*given, minimum_age=18, now=kit.now)
        take_over(db, kit.vault, kit.lookup, session.id, kit.now)
    assert kit.all(SeenHash) == []


def test_forgetting_one_source_leaves_the_others(kit: "Kit", make: "Make") -> None:
    one, two = shows(kit, make), shows(kit, make)
    with kit.transaction() as db:
        note_seen(db, one, FILE, "up_2", {OTHER_HASH})
        forget_seen(db, one, "up_1")
    assert noted(kit, one, FILE) == {OTHER_HASH}
    assert noted(kit, two, FILE) == {HASH}
