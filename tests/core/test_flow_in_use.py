"""Owns the promise that a case goes by its flow: documents, countries, statement, checklist."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kyc.errors import InvalidInputError
from kyc.flows import came_into_force, flow_of
from kyc.intake.redacting import plan_redaction
from kyc.intake.statement import current_statement
from kyc.intake.submitting import choose_document
from kyc.lifecycle import UploadState
from kyc.models import GivenVerdict, Upload, VerificationSession
from kyc.policy.flow import shipped_flow
from kyc.retention.relationships import end_relationship
from kyc.review.deciding import Outcome, Verdict, give_verdict
from kyc.review.ticks import lines_of
from tests.core.databases import ON_SQLITE
from tests.core.kit import BUSINESS, FRESH, LASTS
from tests.core.test_flow import changed

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

pytestmark = ON_SQLITE


def begun(kit: "Kit", make: "Make", path: str, value: object, **values: Any) -> str:
    """A session that may send pictures, under a flow with another value at `path`."""
    with kit.transaction() as db:
        came_into_force(make.flow(db, changed(path, value)), "console", kit.now)
        return make.ready(db, **values).id


def _give(kit: "Kit", case: tuple[str, str], verdict: Verdict) -> None:
    with kit.transaction() as db:
        give_verdict(db, kit.vault, *case, verdict, attempts=3, now=kit.now)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("documents", ["passport"], "this kind of document is not accepted here"),
        ("countries", ["EE", "LV"], "documents from this country are not accepted here"),
    ],
)
def test_it_refuses_what_the_flow_does_not_accept(
    kit: "Kit", make: "Make", path: str, value: object, said: str
) -> None:
    session_id = begun(kit, make, path, value)
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, session_id)
        with pytest.raises(InvalidInputError, match=said):
            choose_document(db, session, "identity_card", "FI", kit.now)


def test_a_session_from_before_goes_on_with_what_was_accepted_then(
    kit: "Kit", make: "Make"
) -> None:
    with kit.transaction() as db:
        session = make.ready(db)
        came_into_force(make.flow(db, changed("countries", ["EE"])), "console", kit.now)
        choose_document(db, session, "identity_card", "FI", kit.now)
        assert session.document_country == "FI"


def test_the_statement_has_the_lines_of_the_flow(kit: "Kit", make: "Make") -> None:
    lines = ["{code} is my code for {business}", "Today is {date}"]
    session_id = begun(kit, make, "statement", lines)
    with kit.reading() as db:
        session = db.get_one(VerificationSession, session_id)
        statement = current_statement(db, session, BUSINESS, FRESH)
    assert statement is not None
    assert statement.lines == (
        f"{statement.code} is my code for {BUSINESS}",
        f"Today is {statement.date}",
    )


def test_redaction_is_told_those_lines_and_the_profile(kit: "Kit", make: "Make") -> None:
    session_id = begun(kit, make, "statement", ["{business}", "{date}", "{code}"])
    with kit.transaction() as db:
        session = db.get_one(VerificationSession, session_id)
        upload = make.upload(db, session)
        upload.raw_artifact_id = make.artifact(db, upload).id
    with kit.reading() as db:
        plan = plan_redaction(db, kit.vault, kit.get(Upload, upload.id).id, BUSINESS, kit.now)
    assert plan is not None
    assert plan.statement[0] == BUSINESS
    assert plan.policy.id.startswith("contract/")


def test_an_approval_ticks_the_lines_of_the_flow_and_no_others(kit: "Kit", make: "Make") -> None:
    line = {"key": "by_eye", "text": "I have looked"}
    with kit.transaction() as db:
        came_into_force(make.flow(db, changed("checklist", [line])), "console", kit.now)
        session, person = make.waiting(db), make.staff(db)
        make.claim(db, session, person)
        case, version = (session.id, person.id), session.version
    usual = Verdict(Outcome.APPROVE, version, checked=shipped_flow().check_keys)
    with pytest.raises(InvalidInputError, match="whole checklist"):
        _give(kit, case, usual)
    _give(kit, case, replace(usual, checked=frozenset({"by_eye"})))
    (given,) = kit.all(GivenVerdict)
    assert given.checklist == ["by_eye"]


@pytest.mark.parametrize(
    ("state", "reasons", "asked"),
    [
        (UploadState.CONFIRMED, ["nothing_found"], ["by_eye", "numbers_covered"]),
        (UploadState.CONFIRMED, [], ["by_eye"]),
        (UploadState.DISCARDED, ["nothing_found"], ["by_eye"]),
    ],
)
def test_a_covering_in_doubt_is_ticked_whatever_the_flow_asks(
    kit: "Kit", make: "Make", state: UploadState, reasons: list[str], asked: list[str]
) -> None:
    """An image in which no number was found is never finished without a person of staff."""
    line = {"key": "by_eye", "text": "I have looked"}
    with kit.transaction() as db:
        came_into_force(make.flow(db, changed("checklist", [line])), "console", kit.now)
        session, person = make.waiting(db), make.staff(db)
        make.upload(db, session, state=state, reasons=reasons)
        make.claim(db, session, person)
        case, version = (session.id, person.id), session.version
        shown = [key for key, _text in lines_of(db, session, flow_of(db, session))]
    assert shown == asked
    verdict = Verdict(Outcome.APPROVE, version, checked=frozenset(asked))
    with pytest.raises(InvalidInputError, match="whole checklist"):
        _give(kit, case, replace(verdict, checked=verdict.checked ^ {"numbers_covered"}))
    _give(kit, case, verdict)
    (given,) = kit.all(GivenVerdict)
    assert given.checklist == asked


def test_a_flow_that_asks_about_the_covering_asks_once(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        session = make.waiting(db)
        make.upload(db, session, state=UploadState.CONFIRMED, reasons=["blurred"])
        assert lines_of(db, session, flow_of(db, session)) == shipped_flow().checklist


def test_the_flow_may_say_how_many_years_the_details_stay(kit: "Kit", make: "Make") -> None:
    session_id = begun(
        kit, make, "retention.record_approved.years", 3, status="verified", decided_at=kit.now
    )
    with kit.transaction() as db:
        (ended,) = end_relationship(db, session_id, kit.now.date(), years=7, now=kit.now)
    assert ended.destroy_at.year == kit.now.year + 3
    assert (ended.destroy_at - kit.now) > timedelta(days=3 * 365) > LASTS
