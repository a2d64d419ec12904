"""Owns the register of breaches: what is entered, written, judged, told in time, and closed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import pytest

from kyc.access import Role
from kyc.audit import Actor
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.models import AuditEvent, Incident, IncidentEntry, StaffMail, new_id
from kyc.registers.clocks import alarm_due, clock_counts, clock_of
from kyc.registers.incident_texts import written
from kyc.registers.incidents import (
    Facts,
    Telling,
    close,
    decide_persons,
    enter,
    incidents,
    judge,
    revise,
    told,
    write,
)
from kyc.registers.notification import draft
from kyc.staff.addresses import write_address
from kyc.staff.factors import Means
from tests.core.databases import ON_SQLITE
from tests.core.kit import dump
from tests.core.test_privacy_documents import WHOLE

if TYPE_CHECKING:
    from tests.core.kit import Kit, Make

HOUR = timedelta(hours=1)
OFFICER = Actor("staff", new_id("usr"))
FACTS = Facts(natures=["confidentiality"], classes=["details", "pictures"], persons=40)
CONTROLLER_HOURS = 48


class Desk:
    """What an officer does with one breach."""

    def __init__(self, kit: "Kit", role: str = "controller", **values: Any) -> None:
        self.kit = kit
        given: dict[str, Any] = {
            "aware_at": kit.now,
            "facts": FACTS,
            "words": "A laptop was stolen from a car",
        }
        known = given | values
        with kit.transaction() as db:
            self.id = enter(
                db, kit.vault, role, known["aware_at"], known["facts"], known["words"],
                by=OFFICER, now=kit.now,
            ).id  # fmt: skip

    @property
    def row(self) -> Incident:
        return self.kit.get(Incident, self.id)

    def write(self, **texts: str) -> None:
        with self.kit.transaction() as db:
            write(db, self.kit.vault, self.id, texts, by=OFFICER, now=self.kit.now)

    def judge(self, risk: str) -> None:
        with self.kit.transaction() as db:
            judge(db, self.id, risk, by=OFFICER, now=self.kit.now)

    def decide(self, decision: str, why: str = "As the risk was judged") -> None:
        with self.kit.transaction() as db:
            decide_persons(db, self.kit.vault, self.id, decision, why, by=OFFICER, now=self.kit.now)

    def tell(
        self,
        whom: Literal["authority", "controller", "persons"] = "authority",
        at: datetime | None = None,
        **words: str,
    ) -> None:
        telling = Telling(whom, at or self.kit.now, words)
        with self.kit.transaction() as db:
            told(
                db, self.kit.vault, self.id, telling, controller_hours=CONTROLLER_HOURS,
                by=OFFICER, now=self.kit.now,
            )  # fmt: skip

    def close(self) -> None:
        with self.kit.transaction() as db:
            close(db, self.id, controller_hours=CONTROLLER_HOURS, by=OFFICER, now=self.kit.now)

    def alarms(self) -> int:
        with self.kit.transaction() as db:
            return alarm_due(db, CONTROLLER_HOURS, self.kit.now)

    def counts(self) -> dict[str, int]:
        with self.kit.reading() as db:
            return clock_counts(db, CONTROLLER_HOURS, self.kit.now)

    def texts(self, kind: str) -> list[str]:
        with self.kit.reading() as db:
            known = written(db, self.kit.vault, db.get_one(Incident, self.id))
        return [one.words for one in known if one.kind == kind]

    def draft(self) -> str:
        named = frozenset({"KYC_BUSINESS_NAME"})
        settings = replace(self.kit.runtime.settings, given=named)
        with self.kit.reading() as db:
            row = db.get_one(Incident, self.id)
            return draft(db, self.kit.vault, settings, row, self.kit.now)


@pytest.fixture
def officer(kit: "Kit", make: "Make") -> None:
    """Somebody whom the mails go to."""
    with kit.transaction() as db:
        person = make.staff(db, Role.PRIVACY)
        write_address(Means(kit.vault, kit.lookup), person, "po@example.org")


def mails(kit: "Kit") -> list[str]:
    return [mail.kind for mail in sorted(kit.all(StaffMail), key=lambda one: one.created_at)]


def test_a_breach_goes_from_entry_to_its_end(kit: "Kit") -> None:
    desk = Desk(kit)
    desk.write(effects="Somebody may pose as them", measures="Its keys were revoked")
    desk.judge("high")
    desk.decide("told", "The laptop was not encrypted")
    desk.tell("authority", authority="AKI, 5-2/26/1")
    kit.later(hours=1)
    desk.tell("persons")
    desk.close()
    assert desk.row.closed_by == OFFICER.id
    assert kit.actions().count("staff:incident:changed") == 5
    assert kit.actions()[-1] == "staff:incident:closed"
    with pytest.raises(ConflictError, match="closed"):
        desk.write(note="More")
    with pytest.raises(ConflictError, match="closed"):
        desk.judge("none")
    with pytest.raises(ConflictError, match="closed"):
        desk.close()


def test_it_is_not_closed_while_something_is_missing(kit: "Kit") -> None:
    desk = Desk(kit)
    with pytest.raises(ConflictError) as refused:
        desk.close()
    for what in ("consequences", "measures", "judgement", "authority", "decision"):
        assert what in str(refused.value)
    desk.write(effects="None", measures="None")
    desk.judge("none")
    desk.decide("told", "To be open")
    with pytest.raises(ConflictError, match="missing: telling the people"):
        desk.close()
    desk.decide("not_high")
    desk.close()


def test_what_is_written_is_sealed_kept_and_only_added_to(kit: "Kit") -> None:
    desk = Desk(kit)
    desk.write(facts="It was a bag, not a car")
    assert desk.texts("facts") == ["A laptop was stolen from a car", "It was a bag, not a car"]
    for word in (b"laptop", b"bag"):
        assert word not in dump(kit.engine)
    (event, *_) = kit.all(AuditEvent, AuditEvent.action == "staff:incident:entered")
    assert "laptop" not in event.body
    assert len(kit.all(IncidentEntry)) == 2


def test_the_clock_of_the_authority_alarms_before_and_at_its_end(kit: "Kit", officer: None) -> None:
    desk = Desk(kit)
    assert (desk.alarms(), desk.counts()["running"]) == (0, 1)
    seen = []
    for hours in (47, 1, 17, 1, 5, 1, 10):
        kit.later(hours=hours)
        seen.append(desk.alarms())
    assert seen == [0, 1, 0, 1, 0, 1, 0]
    assert desk.row.alarmed == ["authority_24", "authority_6", "authority_over"]
    assert mails(kit) == ["incident", "incident_soon", "incident_soon", "incident_over"]
    assert desk.counts() == {"running": 0, "soon": 0, "over": 1}
    assert kit.actions().count("system:incident:alarmed") == 3


def test_who_comes_late_gets_the_last_alarm_alone(kit: "Kit", officer: None) -> None:
    desk = Desk(kit, aware_at=kit.now - 80 * HOUR)
    assert desk.alarms() == 1
    assert desk.row.alarmed == ["authority_over"]


def test_a_clock_that_was_met_alarms_nobody(kit: "Kit") -> None:
    desk = Desk(kit)
    kit.later(hours=60)
    desk.tell()
    kit.later(hours=40)
    assert (desk.alarms(), sum(desk.counts().values())) == (0, 0)


def test_a_processor_tells_the_controller_within_the_setting(kit: "Kit", officer: None) -> None:
    desk = Desk(kit, "processor")
    clock = clock_of(desk.row, 48)
    assert clock is not None
    assert (clock.code, clock.ends_at) == ("controller", kit.now + 48 * HOUR)
    kit.later(hours=48)
    desk.alarms()
    assert desk.row.alarmed == ["controller_over"]
    kit.later(hours=1)
    with pytest.raises(InvalidInputError, match="write down why"):
        desk.tell("controller")
    desk.tell("controller", late="The mail server was down")
    desk.write(effects="None", measures="None")
    desk.judge("risk")
    desk.close()


def test_no_likely_risk_has_no_clock(kit: "Kit") -> None:
    desk = Desk(kit)
    desk.judge("none")
    kit.later(hours=100)
    assert (clock_of(desk.row, 48), desk.alarms()) == (None, 0)


def test_whoever_tells_late_says_why(kit: "Kit") -> None:
    desk = Desk(kit)
    kit.later(hours=72)
    desk.tell(at=kit.now)
    other = Desk(kit)
    kit.later(hours=73)
    with pytest.raises(InvalidInputError, match="write down why"):
        other.tell()
    with pytest.raises(InvalidInputError, match="write down why"):
        other.tell(late="  ")
    assert other.row.authority_told_at is None
    other.tell(late="The extent was not known")
    assert other.texts("late") == ["The extent was not known"]


def test_people_are_not_left_untold_against_the_judgement(kit: "Kit") -> None:
    desk = Desk(kit)
    with pytest.raises(InvalidInputError, match="judge the risk first"):
        desk.decide("not_high")
    desk.judge("high")
    with pytest.raises(InvalidInputError, match="judged as high"):
        desk.decide("not_high")
    with pytest.raises(InvalidInputError, match="decide whether"):
        desk.decide("open")
    with pytest.raises(InvalidInputError, match="write it"):
        desk.decide("unreadable", " ")
    desk.decide("unreadable", "The bucket alone: every object is sealed")
    assert desk.row.persons_decision == "unreadable"


def test_what_is_known_can_be_put_right(kit: "Kit") -> None:
    desk = Desk(kit)
    facts = Facts(["availability"], ["facts"], None, 7, kit.now - 9 * HOUR, kit.now - HOUR)
    with kit.transaction() as db:
        revise(db, desk.id, facts, by=OFFICER, now=kit.now)
    assert (desk.row.natures, desk.row.persons, desk.row.records) == (["availability"], None, 7)


def test_open_ones_come_first(kit: "Kit") -> None:
    done, still = Desk(kit, aware_at=kit.now), Desk(kit, aware_at=kit.now - HOUR)
    done.write(effects="None", measures="None")
    done.judge("none")
    done.decide("not_high")
    done.close()
    with kit.reading() as db:
        assert [one.id for one in incidents(db, 9)] == [still.id, done.id]


@ON_SQLITE
@pytest.mark.parametrize(("role", "values", "says"), [
    ("owner", {}, "the role is one of"),
    ("controller", {"aware_at": timedelta(seconds=1)}, "in the future"),
    ("controller", {"words": "  "}, "What happened"),
    ("controller", {"words": "x" * 8001}, "What happened"),
    ("controller", {"facts": Facts([], ["details"])}, "what kind"),
    ("controller", {"facts": Facts(["theft"], ["details"])}, "what kind"),
    ("controller", {"facts": Facts(["integrity"], [])}, "which data"),
    ("controller", {"facts": Facts(["integrity"], ["log"], -1)}, "give a number"),
])  # fmt: skip
def test_an_entry_that_lacks_something_is_refused(
    kit: "Kit", role: str, values: dict[str, Any], says: str
) -> None:
    if "aware_at" in values:
        values = values | {"aware_at": kit.now + values["aware_at"]}
    with pytest.raises(InvalidInputError, match=says):
        Desk(kit, role, **values)
    assert kit.all(Incident) == []


@ON_SQLITE
@pytest.mark.parametrize(("began", "ended", "says"), [
    (1, None, "not in the future"), (None, 1, "not in the future"), (-1, -2, "before the begin"),
])  # fmt: skip
def test_times_that_cannot_be_are_refused(
    kit: "Kit", began: int | None, ended: int | None, says: str
) -> None:
    moments = [None if one is None else kit.now + one * HOUR for one in (began, ended)]
    with pytest.raises(InvalidInputError, match=says):
        Desk(kit, facts=Facts(["integrity"], ["log"], None, None, *moments))


@ON_SQLITE
def test_a_moment_before_anybody_knew_is_refused(kit: "Kit") -> None:
    desk = Desk(kit)
    for at in (kit.now - HOUR, kit.now + HOUR):
        with pytest.raises(InvalidInputError, match="before anybody knew"):
            desk.tell(at=at)
    with pytest.raises(InvalidInputError, match="judge the risk"):
        desk.judge("open")
    with pytest.raises(InvalidInputError, match="a text is one of"):
        desk.write(poem="x")
    desk.id = new_id("inc")
    with pytest.raises(NotFoundError):
        desk.judge("none")


@ON_SQLITE
def test_the_draft_says_what_article_33_asks_for_and_what_is_missing(kit: "Kit") -> None:
    kit.runtime.settings.controller_file.write_text(WHOLE, encoding="utf-8")
    desk = Desk(kit, words="A laptop | was stolen\n\n# from a *car*")
    said = desk.draft()
    assert "**This draft is not complete. Still missing: likely consequences" in said
    desk.write(effects="Somebody may pose as them", measures="Its keys were revoked")
    desk.judge("high")
    desk.decide("told", "It was not encrypted")
    said = desk.draft()
    assert "not complete" not in said
    for words in (
        "(GDPR Art. 33(1))",
        r"A laptop \| was stolen",
        r"\# from a \*car\*",
        "| persons concerned, approximately | 40 |",
        "| records concerned, approximately | not known yet |",
        "dpo@example.org",
        "Somebody may pose as them",
        "Its keys were revoked",
        "It was not encrypted",
        "| the notification is due | 2026-03-05 12:00 |",
    ):
        assert words in said
    assert "Reasons for the delay" not in said
    kit.later(hours=80)
    desk.tell(late="The extent was not known")
    assert "The extent was not known" in desk.draft()


@ON_SQLITE
def test_a_processors_draft_goes_to_the_controller(kit: "Kit") -> None:
    assert "to the controller (GDPR Art. 33(2))" in Desk(kit, "processor").draft()
