"""Owns the breach report: what it lists for each scope, and what it says could be read."""

import csv
import hashlib
import json
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from kyc.access import Role
from kyc.audit import Action, Actor, record
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.models import Artifact, CustomerView, Incident, VerificationSession, new_id
from kyc.registers.breach import Line, Question, Readable, Scope, Summary, moment_of, touched
from kyc.registers.breach_output import COLUMNS, LISTED, as_text
from kyc.registers.breach_record import link_report, note_report, reports
from kyc.registers.incidents import Facts, enter
from kyc.retention.purging import destroy_due_records
from tests.core.databases import ON_SQLITE

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

DAY = timedelta(days=1)
EVERYTHING = (Scope.BUCKET, Scope.DATABASE, Scope.KEY)


def ask(kit: "Kit", *scopes: Scope, **changes: Any) -> Question:
    given: dict[str, Any] = {"since": kit.now - DAY, "until": kit.now + DAY}
    return Question(frozenset(scopes), **(given | changes))


def told(kit: "Kit", asked: Question) -> set[tuple[str, str, str]]:
    """Class, readable, and what else is needed; of all lines."""
    with kit.reading() as db:
        return {(one.data, str(one.readable), " ".join(one.needs)) for one in touched(db, asked)}


def cases(kit: "Kit", asked: Question) -> set[str]:
    with kit.reading() as db:
        return {one.case for one in touched(db, asked)}


@pytest.fixture
def case(kit: "Kit", make: "Make") -> VerificationSession:
    with kit.transaction() as db:
        return make.waiting(db)


def test_a_bucket_alone_is_sealed(kit: "Kit", case: VerificationSession) -> None:
    assert told(kit, ask(kit, Scope.BUCKET)) == {("pictures", "no", "database key")}


def test_a_database_alone_has_wrapped_keys_and_facts_in_clear(
    kit: "Kit", case: VerificationSession
) -> None:
    assert told(kit, ask(kit, Scope.DATABASE)) == {
        ("pictures", "no", "bucket key"),
        ("details", "no", "key"),
        ("facts", "yes", ""),
    }


def test_all_three_together_open_everything(kit: "Kit", case: VerificationSession) -> None:
    found = told(kit, ask(kit, *EVERYTHING))
    assert found == {(data, "yes", "") for data in ("pictures", "details", "facts")}
    assert ("details", "yes", "") in told(kit, ask(kit, Scope.DATABASE, Scope.KEY))
    assert ("pictures", "no", "bucket") in told(kit, ask(kit, Scope.DATABASE, Scope.KEY))


def test_the_key_of_an_epoch_touches_what_it_wraps_and_what_it_may_have_wrapped(
    kit: "Kit", make: "Make"
) -> None:
    with kit.transaction() as db:
        here, there = make.waiting(db).id, make.waiting(db).id
        for model, column in ((Artifact, Artifact.session_id), (VerificationSession,
                              VerificationSession.id)):  # fmt: skip
            name = "key_epoch" if model is Artifact else "field_key_epoch"
            db.execute(update(model).where(column == there).values({name: "2031-01"}))
        db.execute(update(CustomerView).where(CustomerView.session_id == there)
                   .values(key_epoch="2031-01"))  # fmt: skip
    asked = ask(kit, *EVERYTHING, epochs=frozenset({"2031-01"}))
    with kit.reading() as db:
        found = {(one.case, one.data): one.readable for one in touched(db, asked)}
    assert found[there, "pictures"] is Readable.YES
    assert found[here, "pictures"] is Readable.MAYBE
    alone = ask(kit, Scope.KEY, epochs=frozenset({"2031-01"}))
    assert {one[1] for one in told(kit, alone)} == {"no"}
    with kit.transaction() as db:
        early = ask(kit, Scope.KEY, epochs=frozenset({"2020-01"}))
        assert list(touched(db, early)) == []


def test_the_view_of_the_customer_opens_what_they_may_see(
    kit: "Kit", case: VerificationSession
) -> None:
    with kit.transaction() as db:
        db.execute(update(Artifact).values(key_epoch="2019-01"))
        db.execute(update(VerificationSession).values(field_key_epoch="2019-01"))
        (view,) = db.query(CustomerView).all()
        view.key_epoch = "2018-01"
    asked = ask(kit, *EVERYTHING, epochs=frozenset({"2018-01"}))
    assert ("details", "yes", "") in told(kit, asked)
    other = ask(kit, *EVERYTHING, epochs=frozenset({"2017-01"}))
    assert ("details", "no", "key of 2018-01 or 2019-01") in told(kit, other)


def test_what_was_gone_before_or_came_after_is_left_out(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        old = make.waiting(db).id
        db.execute(update(Artifact).values(purged_at=kit.now, state="purged"))
        row = db.get_one(VerificationSession, old)
        row.record_rule, row.record_destroy_at = "record_rejected", kit.now
        destroy_due_records(db, kit.now)
    during = ask(kit, Scope.DATABASE, since=kit.now - DAY)
    assert {one[0] for one in told(kit, during)} == {"pictures", "details", "facts"}
    kit.later(days=5)
    assert told(kit, ask(kit, Scope.DATABASE)) == set()
    with kit.transaction() as db:
        make.waiting(db)
    before = ask(kit, Scope.DATABASE, since=kit.now - 9 * DAY, until=kit.now - DAY)
    assert cases(kit, before) == {old}


def test_a_persons_looks_and_acts_are_those_of_the_log(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        seen, acted, other = (make.waiting(db).id for _ in range(3))
        thief, reviewer = make.staff(db, Role.SENIOR), make.staff(db)
        me, them = Actor("staff", thief.id), Actor("staff", reviewer.id)
        picture = new_id("art")
        record(db, Action.STAFF_ARTIFACT_VIEWED, actor=me, now=kit.now, case=seen,
               object_id=picture)  # fmt: skip
        record(db, Action.STAFF_CASE_VIEWED, actor=me, now=kit.now, case=seen)
        record(db, Action.STAFF_HOLD_SET, actor=me, now=kit.now, case=acted)
        record(db, Action.STAFF_ARTIFACT_VIEWED, actor=them, now=kit.now, case=other)
        record(db, Action.STAFF_SIGN_IN_DONE, actor=me, now=kit.now)
        record(db, Action.STAFF_CASE_VIEWED, actor=me, now=kit.now - 9 * DAY, case=other)
    asked = ask(kit, Scope.STAFF, persons=(thief.id,))
    with kit.reading() as db:
        found = [(one.case, one.data, one.thing, str(one.readable)) for one in touched(db, asked)]
    assert sorted(found) == sorted([
        (seen, "pictures", picture, "yes"),
        (seen, "details", seen, "yes"),
        (acted, "act", acted, "no"),
    ])  # fmt: skip


def test_batches_lose_and_double_nothing(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        ids = [make.waiting(db).id for _ in range(5)]
    with kit.reading() as db:
        lines = list(touched(db, ask(kit, Scope.DATABASE), batch=2))
    assert sorted(one.case for one in lines if one.data == "facts") == sorted(ids)


def test_every_form_says_the_same(kit: "Kit", make: "Make") -> None:
    with kit.transaction() as db:
        for _ in range(3):
            make.waiting(db)
    asked = ask(kit, Scope.DATABASE)
    texts = {}
    for form in ("csv", "json", "markdown"):
        with kit.reading() as db:
            texts[form], summary = as_text(form, asked, touched(db, asked))
        assert (summary.cases, summary.readable_cases) == (3, 3)
    rows = list(csv.reader(StringIO(texts["csv"])))
    told = json.loads(texts["json"])
    assert (tuple(rows[0]), len(rows)) == (COLUMNS, 13)
    assert [list(line.values())[:8] for line in told["lines"]] == [row[:8] for row in rows[1:]]
    assert told["summary"]["cases"] == 3
    assert "3 cases touched" in texts["markdown"]
    assert "| pictures, readable: no | 6 |" in texts["markdown"]


@ON_SQLITE
def test_the_form_for_people_lists_some_and_counts_all(kit: "Kit") -> None:
    line = Line("vs_1", "facts", "vs_1", "record", "", kit.now, None, Readable.YES)
    text, summary = as_text("markdown", ask(kit, Scope.DATABASE), (line for _ in range(LISTED + 7)))
    assert text.count("| vs_1 | facts |") == LISTED
    assert "7 more" in text
    assert (summary.cases, summary.lines) == (1, {"facts, readable: yes": LISTED + 7})


def test_a_report_stands_in_the_log_and_with_its_breach(
    kit: "Kit", case: VerificationSession
) -> None:
    officer = Actor("staff", new_id("usr"))
    asked = ask(kit, Scope.BUCKET)
    with kit.reading() as db:
        text, summary = as_text("csv", asked, touched(db, asked))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    facts = Facts(["confidentiality"], ["pictures"])
    with kit.transaction() as db:
        incident = enter(db, kit.vault, "controller", kit.now, facts, "Copied", by=officer,
                         now=kit.now)  # fmt: skip
        note_report(db, asked, summary, sha256, incident.id, kit.now)
    report = kit.get(Incident, incident.id).report
    assert report is not None
    assert (report["sha256"], report["cases"], report["readable"]) == (sha256, 1, 0)
    assert kit.actions()[-1] == "operator:breach:reported"
    with kit.transaction() as db:
        db.get_one(Incident, incident.id).closed_at = kit.now
    with kit.transaction() as db, pytest.raises(ConflictError, match="closed"):
        note_report(db, asked, summary, sha256, incident.id, kit.now)
    with kit.transaction() as db, pytest.raises(NotFoundError):
        note_report(db, asked, summary, sha256, new_id("inc"), kit.now)


def test_a_report_that_was_made_before_is_linked_to_its_breach(
    kit: "Kit", case: VerificationSession
) -> None:
    officer, asked = Actor("staff", new_id("usr")), ask(kit, Scope.BUCKET)
    facts, sha256 = Facts(["confidentiality"], ["pictures"]), "ab" * 32
    with kit.transaction() as db:
        for cases in (1, 2):
            note_report(db, asked, Summary(cases, 0), sha256, None, kit.now)
        (made,) = reports(db)
        words = "Copied"
        incident = enter(
            db, kit.vault, "controller", kit.now, facts, words, by=officer, now=kit.now
        ).id
    assert (made.cases, made.since) == (2, asked.since.replace(second=0, microsecond=0))
    with kit.transaction() as db, pytest.raises(InvalidInputError, match="no such report"):
        link_report(db, incident, "cd" * 32, by=officer, now=kit.now)
    with kit.transaction() as db, pytest.raises(NotFoundError):
        link_report(db, new_id("inc"), sha256, by=officer, now=kit.now)
    with kit.transaction() as db:
        link_report(db, incident, sha256, by=officer, now=kit.now)
        report = db.get_one(Incident, incident).report
        db.get_one(Incident, incident).closed_at = kit.now
    assert report is not None
    assert (report["sha256"], report["scope"], report["cases"]) == (sha256, ["bucket"], 2)
    with kit.transaction() as db, pytest.raises(ConflictError, match="closed"):
        link_report(db, incident, sha256, by=officer, now=kit.now)


@ON_SQLITE
@pytest.mark.parametrize(("scopes", "changes", "says"), [
    ((), {}, "say what was exposed"),
    ((Scope.BUCKET,), {"epochs": frozenset({"2026-01"})}, "belongs to the scope key"),
    ((Scope.STAFF,), {}, "name the person"),
    ((Scope.BUCKET,), {"persons": ("usr_1",)}, "name the person"),
    ((Scope.STAFF, Scope.KEY), {"persons": ("usr_1",)}, "stands alone"),
    ((Scope.BUCKET,), {"until": moment_of("2020-01-01")}, "end is before"),
])  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused(
    kit: "Kit", scopes: tuple[Scope, ...], changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidInputError, match=says):
        ask(kit, *scopes, **changes)


def test_a_moment_is_read_as_people_write_it() -> None:
    assert moment_of("2026-10-31") == moment_of("2026-10-31T02:00+02:00")
    with pytest.raises(InvalidInputError, match="no moment"):
        moment_of("yesterday")
