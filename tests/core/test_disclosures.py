"""Owns the register of disclosures: what is entered, refused, struck, told and forgotten."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kyc.audit import Actor
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.models import AuditEvent, Disclosure, VerificationSession, new_id
from kyc.registers.disclosure_checks import ForbiddenDisclosureError, Given
from kyc.registers.disclosures import Entry, Told, enter, entries, of, strike
from kyc.retention.purging import destroy_due_records
from tests.core.databases import ON_SQLITE
from tests.core.kit import dump

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

DAY = timedelta(days=1)
OFFICER = Actor("staff", new_id("usr"))


def given(kit: "Kit", *cases: str, **changes: Any) -> Given:
    values: dict[str, Any] = {
        "kind": "authority",
        "recipient": "Keskkriminaalpolitsei",
        "country": "EE",
        "ground": "order",
        "classes": ["details", "pictures"],
        "cases": cases,
        "disclosed_on": kit.now.date(),
        "reference": "26-1-77",
        "note": "Handed over on paper",
    }
    return Given(**(values | changes))


def enter_one(kit: "Kit", *cases: str, **changes: Any) -> Disclosure:
    with kit.transaction() as db:
        return enter(db, kit.vault, given(kit, *cases, **changes), by=OFFICER, now=kit.now)


def listed(kit: "Kit", case: str | None = None) -> list[Entry]:
    with kit.reading() as db:
        return entries(db, kit.vault, 50, case=case)


def told(kit: "Kit", case: str) -> list[Told]:
    with kit.reading() as db:
        return of(db, case, kit.now)


@pytest.fixture
def case(kit: "Kit", make: "Make") -> VerificationSession:
    with kit.transaction() as db:
        return make.waiting(db, client_reference_id="C-1")


def german(kit: "Kit", make: "Make", document: str, **values: Any) -> str:
    with kit.transaction() as db:
        return make.waiting(db, document_type=document, document_country="DE", **values).id


def test_it_says_who_got_what_on_which_ground_and_the_customer_is_told(
    kit: "Kit", case: VerificationSession
) -> None:
    row = enter_one(kit, "C-1")
    (entry,) = listed(kit, case.id)
    assert entry.disclosure.entered_by == OFFICER.id
    words = {"reference": "26-1-77", "note": "Handed over on paper"}
    assert entry.cases == ((case.id, "C-1", words),)
    (one,) = told(kit, case.id)
    assert (one.id, one.recipient, one.ground) == (row.id, "Keskkriminaalpolitsei", "order")
    assert one.classes == ("details", "pictures")
    assert kit.actions(case.id)[-1] == "staff:disclosure:entered"


def test_each_case_has_its_event_and_nobody_elses_is_told(
    kit: "Kit", make: "Make", case: VerificationSession
) -> None:
    with kit.transaction() as db:
        other, third = make.waiting(db).id, make.waiting(db).id
    enter_one(kit, case.id, other, case.id)
    assert kit.actions().count("staff:disclosure:entered") == 2
    assert [len(told(kit, one)) for one in (case.id, other, third)] == [1, 1, 0]
    (entry,) = listed(kit)
    assert len(entry.cases) == 2


def test_what_was_written_is_sealed_and_goes_with_the_details(
    kit: "Kit", case: VerificationSession
) -> None:
    enter_one(kit, case.id)
    for word in (b"26-1-77", b"on paper"):
        assert word not in dump(kit.engine)
    with kit.transaction() as db:
        row = db.get_one(VerificationSession, case.id)
        row.record_rule, row.record_destroy_at = "record_rejected", kit.now
    kit.later(days=1)
    with kit.transaction() as db:
        assert destroy_due_records(db, kit.now) == 1
    (entry,) = listed(kit)
    assert entry.disclosure.recipient == "Keskkriminaalpolitsei"
    assert entry.cases == ((case.id, case.id[:11], None),)
    with pytest.raises(ConflictError, match="enter it without reference and note"):
        enter_one(kit, case.id)
    assert enter_one(kit, case.id, ground="duty", reference="", note="").classes


@pytest.mark.parametrize(("document", "rule"), [
    ("identity_card", "PAuswG section 20"), ("passport", "PassG section 18"),
])  # fmt: skip
def test_pictures_of_german_documents_go_to_no_third_party(
    kit: "Kit", make: "Make", document: str, rule: str
) -> None:
    case = german(kit, make, document)
    with pytest.raises(ForbiddenDisclosureError, match=rule):
        enter_one(kit, case, kind="other", ground="claim")
    assert listed(kit) == []
    assert enter_one(kit, case, kind="other", ground="claim", classes=["details"]).id
    for kind in ("authority", "court"):
        assert enter_one(kit, case, kind=kind).id


def test_what_machines_read_counts_as_what_the_customer_said(kit: "Kit", make: "Make") -> None:
    facts = {"issuing_state": "DEU", "document_type": "passport"}
    with kit.transaction() as db:
        case = make.waiting(db, facts=facts).id
    with pytest.raises(ForbiddenDisclosureError):
        enter_one(kit, case, kind="other", ground="claim")


def test_a_german_licence_and_a_foreign_passport_may_be_shown(kit: "Kit", make: "Make") -> None:
    licence = german(kit, make, "driving_licence")
    with kit.transaction() as db:
        foreign = make.waiting(db).id
    for case in (licence, foreign):
        assert enter_one(kit, case, kind="other", ground="claim").id


def test_who_must_not_know_is_told_when_the_day_is_over(
    kit: "Kit", case: VerificationSession
) -> None:
    last = kit.now.date() + 10 * DAY
    enter_one(kit, case.id, withheld_until=last, withheld_ground="tipping_off")
    assert told(kit, case.id) == []
    kit.later(days=10)
    assert told(kit, case.id) == []
    kit.later(days=1)
    assert len(told(kit, case.id)) == 1


def test_an_entry_is_struck_once_and_stays(kit: "Kit", case: VerificationSession) -> None:
    row = enter_one(kit, case.id)
    with kit.transaction() as db:
        strike(db, row.id, "wrong_case", by=OFFICER, now=kit.now)
    (entry,) = listed(kit)
    assert entry.disclosure.struck_reason == "wrong_case"
    assert told(kit, case.id) == []
    assert kit.actions()[-1] == "staff:disclosure:struck"
    with kit.transaction() as db, pytest.raises(ConflictError):
        strike(db, row.id, "twice", by=OFFICER, now=kit.now)
    with kit.transaction() as db, pytest.raises(NotFoundError):
        strike(db, new_id("dscl"), "twice", by=OFFICER, now=kit.now)


def test_a_reason_for_striking_is_one_of_the_table(kit: "Kit", case: VerificationSession) -> None:
    row = enter_one(kit, case.id)
    with kit.transaction() as db, pytest.raises(InvalidInputError):
        strike(db, row.id, "because", by=OFFICER, now=kit.now)


@ON_SQLITE
@pytest.mark.parametrize(("changes", "says"), [
    ({"kind": "friend"}, "kind of recipient"),
    ({"recipient": "  "}, "name the body"),
    ({"recipient": "x" * 201}, "name the body"),
    ({"ground": "because"}, "the ground is one of"),
    ({"classes": []}, "at least one class"),
    ({"classes": ["details", "shoes"]}, "at least one class"),
    ({"cases": ()}, "name the cases"),
    ({"reference": ""}, "reference of the order"),
    ({"note": "x" * 2001}, "at most"),
    ({"withheld_ground": "shame"}, "on which ground"),
])  # fmt: skip
def test_an_entry_that_lacks_something_is_refused(
    kit: "Kit", case: VerificationSession, changes: dict[str, Any], says: str
) -> None:
    cases = changes.pop("cases", (case.id,))
    if "withheld_ground" in changes:
        changes["withheld_until"] = kit.now.date() + DAY
    with pytest.raises(InvalidInputError, match=says):
        enter_one(kit, *cases, **changes)
    assert kit.all(Disclosure) == []


@ON_SQLITE
@pytest.mark.parametrize(("days", "says"), [(1, "in the future"), (-1, "did not exist")])
def test_a_day_that_cannot_be_is_refused(
    kit: "Kit", case: VerificationSession, days: int, says: str
) -> None:
    with pytest.raises(InvalidInputError, match=says):
        enter_one(kit, case.id, disclosed_on=kit.now.date() + days * DAY)


@ON_SQLITE
@pytest.mark.parametrize("days", [-1, 4000])
def test_silence_has_an_end_that_can_be(kit: "Kit", case: VerificationSession, days: int) -> None:
    until = kit.now.date() + days * DAY
    with pytest.raises(InvalidInputError, match="within ten years"):
        enter_one(kit, case.id, withheld_until=until, withheld_ground="court")


@ON_SQLITE
def test_an_unknown_case_is_not_found(kit: "Kit") -> None:
    with pytest.raises(NotFoundError):
        enter_one(kit, "C-0")


@ON_SQLITE
def test_events_carry_codes_and_no_words(kit: "Kit", case: VerificationSession) -> None:
    enter_one(kit, case.id)
    (event,) = kit.all(AuditEvent, AuditEvent.action == "staff:disclosure:entered")
    assert "Keskkriminaalpolitsei" not in event.body
    assert "26-1-77" not in event.body
    assert '"reason":"order"' in event.body
