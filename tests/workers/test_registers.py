"""Owns the jobs on the registers: alarms go out even when the controller's file is out of form."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete

from kyc.audit import Actor
from kyc.models import ClockMark, Incident, IncidentEntry, ProcessorList, new_id
from kyc.registers.incident_ending import ends_at
from kyc.registers.incidents import Facts, enter
from tests.core.test_privacy_documents import WHOLE
from tests.workers.hands import Outbox, open_house
from workers.periodic import PERIODIC
from workers.registers import keep_registers, tell_notices
from workers.schedule import PERIODS

if TYPE_CHECKING:
    from tests.core.kit import Kit


def test_an_alarm_goes_out_though_the_file_is_out_of_form(kit: "Kit", tmp_path: Path) -> None:
    house, file = open_house(kit, tmp_path, Outbox()), kit.runtime.settings.controller_file
    file.write_text("processors = 5", encoding="utf-8")
    officer, facts = Actor("staff", new_id("usr")), Facts(["integrity"], ["log"])
    with kit.transaction() as db:
        enter(db, kit.vault, "controller", kit.now, facts, "Lost", by=officer, now=kit.now)
    kit.later(hours=72)
    keep_registers(house)
    assert kit.all(Incident)[0].alarmed == ["authority_over"]
    assert kit.all(ProcessorList) == []
    file.write_text(WHOLE, encoding="utf-8")
    for _ in range(2):
        keep_registers(house)
    assert len(kit.all(ProcessorList)) == 1
    assert kit.actions().count("system:incident:alarmed") == 1


def test_what_was_written_of_a_breach_is_destroyed_years_after_it_was_closed(
    kit: "Kit", tmp_path: Path
) -> None:
    house, officer = open_house(kit, tmp_path, Outbox()), Actor("staff", new_id("usr"))
    with kit.transaction() as db:
        facts, words = Facts(["integrity"], ["log"]), "Lost"
        row = enter(db, kit.vault, "controller", kit.now, facts, words, by=officer, now=kit.now)
        row.closed_at = kit.now
    keep_registers(house)
    assert len(kit.all(IncidentEntry)) == 1
    kit.moment = ends_at(kit.now)
    with kit.transaction() as db:
        db.add(ClockMark(boot="b", at=kit.now, uptime=0, doubt="moved"))
    keep_registers(house)
    assert len(kit.all(IncidentEntry)) == 1
    with kit.transaction() as db:
        db.execute(delete(ClockMark))
    keep_registers(house)
    assert kit.all(IncidentEntry) == []


def test_both_come_round_by_themselves() -> None:
    jobs = {job for job, act in PERIODIC.items() if act in {keep_registers, tell_notices}}
    assert len(jobs & PERIODS.keys()) == 2
