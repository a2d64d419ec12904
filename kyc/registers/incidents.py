"""Owns the register of personal-data breaches (GDPR Art. 33(5)): entering, writing, judging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.alarms import tell_privacy_officers
from kyc.audit import Action, Actor, record
from kyc.audit.values import Value
from kyc.clock import month_epoch
from kyc.db import lock
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.models import Incident, IncidentEntry, new_id
from kyc.policy.incidents import (
    CLASSES,
    NATURES,
    PERSONS,
    RISKS,
    ROLES,
    TEXTS,
)
from kyc.registers.clocks import clock_of
from kyc.registers.incident_texts import add_text
from storage.vault import Vault

MOST_PERSONS = 999_999_999


@dataclass(frozen=True)
class Facts:
    """What is known of a breach; numbers are None while nobody knows them (Art. 33(3)(a), (4))."""

    natures: Sequence[str]
    classes: Sequence[str]
    persons: int | None = None
    records: int | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Telling:
    """Who was told when; `words` are texts by kind."""

    whom: Literal["authority", "controller", "persons"]
    at: datetime
    words: Mapping[str, str]


def enter(
    db: Session,
    vault: Vault,
    role: str,
    aware_at: datetime,
    facts: Facts,
    words: str,
    *,
    by: Actor,
    now: datetime,
) -> Incident:
    """Starts the clock at `aware_at` and tells all privacy officers by mail.

    Raises InvalidInputError for what the entry lacks.
    """
    if role not in ROLES:
        raise InvalidInputError(f"the role is one of {', '.join(ROLES)}")
    if aware_at > now:
        raise InvalidInputError("the moment is in the future: give when somebody became aware")
    _check(facts, now)
    id_ = new_id("inc")
    wrapped = vault.new_field_key(id_, month_epoch(now))
    incident = Incident(
        id=id_,
        role=role,
        aware_at=aware_at,
        entered_at=now,
        entered_by=by.id,
        risk="open",
        persons_decision="open",
        alarmed=[],
        field_key=wrapped.blob,
        field_key_epoch=wrapped.epoch,
        **_columns(facts),
    )
    db.add(incident)
    db.flush()
    add_text(db, vault, incident, "facts", words, by, now)
    detail: dict[str, Value] = {"kinds": sorted(facts.natures), "role": role}
    act = Action.STAFF_INCIDENT_ENTERED
    record(db, act, actor=by, now=now, object_id=id_, detail=detail)
    tell_privacy_officers(db, "incident", now)
    return incident


def revise(db: Session, incident_id: str, facts: Facts, *, by: Actor, now: datetime) -> None:
    """What is known by now. Raises as `enter`; ConflictError for a closed one."""
    incident = _open(db, incident_id)
    _check(facts, now)
    for name, value in _columns(facts).items():
        setattr(incident, name, value)
    _changed(db, incident, "facts", by, now, {"kinds": sorted(facts.natures)})


def write(
    db: Session,
    vault: Vault,
    incident_id: str,
    texts: Mapping[str, str],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Adds texts, by kind; what was written before stays. Raises InvalidInputError."""
    incident = _open(db, incident_id)
    for kind, words in texts.items():
        add_text(db, vault, incident, kind, words, by, now)
    _changed(db, incident, "texts", by, now, {"items": sorted(texts)})


def judge(db: Session, incident_id: str, risk: str, *, by: Actor, now: datetime) -> None:
    """How grave it is for the people: it decides who must be told."""
    incident = _open(db, incident_id)
    if risk not in RISKS or risk == "open":
        raise InvalidInputError("judge the risk: none, a risk or a high risk")
    incident.risk = risk
    _changed(db, incident, "risk", by, now, {"outcome": risk})


def decide_persons(
    db: Session, vault: Vault, incident_id: str, decision: str, why: str, *, by: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Whether the people are told (Art. 34), and why. Raises InvalidInputError."""
    incident = _open(db, incident_id)
    if decision not in PERSONS or decision == "open":
        raise InvalidInputError("decide whether the people are told, and on which ground")
    if incident.risk == "open":
        raise InvalidInputError("judge the risk first: it decides whether the people are told")
    if incident.risk == "high" and decision == "not_high":
        raise InvalidInputError("the risk was judged as high: choose another ground")
    add_text(db, vault, incident, "persons", why, by, now)
    incident.persons_decision = decision
    _changed(db, incident, "persons", by, now, {"outcome": decision})


def told(
    db: Session,
    vault: Vault,
    incident_id: str,
    telling: Telling,
    *,
    controller_hours: int,
    by: Actor,
    now: datetime,
) -> None:
    """Notes that the authority, the controller or the people were told, which stops the clock.

    Raises InvalidInputError without a reason for being late.
    """
    incident, at, whom = _open(db, incident_id), telling.at, telling.whom
    if not incident.aware_at <= at <= now:
        raise InvalidInputError("the moment lies before anybody knew of it, or in the future")
    clock = clock_of(incident, controller_hours)
    late = clock is not None and clock.code == whom and at > clock.ends_at
    given = {kind: text for kind, text in telling.words.items() if text.strip()}
    if late and "late" not in given:
        raise InvalidInputError("it was told late: write down why (Art. 33(1))")
    setattr(incident, f"{whom}_told_at", at)
    for kind, text in given.items():
        add_text(db, vault, incident, kind, text, by, now)
    _changed(db, incident, f"{whom}_told", by, now, {"late": late})


def close(
    db: Session, incident_id: str, *, controller_hours: int, by: Actor, now: datetime
) -> None:
    """Ends it when everything is said that Art. 33(5) asks for.

    Raises ConflictError that names what is missing.
    """
    incident = _open(db, incident_id)
    missing = missing_in(db, incident, controller_hours)
    if missing:
        raise ConflictError(f"it cannot be closed yet, still missing: {', '.join(missing)}")
    incident.closed_at, incident.closed_by = now, by.id
    act = Action.STAFF_INCIDENT_CLOSED
    record(db, act, actor=by, now=now, object_id=incident.id)


def missing_in(db: Session, incident: Incident, controller_hours: int) -> list[str]:
    """What must still be said or done, in words."""
    kinds = set(
        db.scalars(select(IncidentEntry.kind).where(IncidentEntry.incident_id == incident.id))
    )
    missing = [TEXTS[kind].lower() for kind in ("effects", "measures") if kind not in kinds]
    clock = clock_of(incident, controller_hours)
    if incident.risk == "open":
        missing.append("a judgement of the risk")
    if clock is not None and clock.done_at is None:
        missing.append(f"telling the {clock.code}")
    if incident.role == "controller":
        if incident.persons_decision == "open":
            missing.append("the decision whether the people are told")
        elif incident.persons_decision in {"told", "public"} and not incident.persons_told_at:
            missing.append("telling the people")
    return missing


def incident_named(db: Session, incident_id: str) -> Incident:
    """Raises NotFoundError."""
    found = db.get(Incident, incident_id)
    if found is None:
        raise NotFoundError("there is no such breach in the register")
    return found


def incidents(db: Session, limit: int) -> Sequence[Incident]:
    """Those that are open first, then the latest."""
    is_open = Incident.closed_at.is_(None)
    query = select(Incident).order_by(is_open.desc(), Incident.aware_at.desc(), Incident.id)
    return db.scalars(query.limit(limit)).all()


def _check(facts: Facts, now: datetime) -> None:
    if not facts.natures or not set(facts.natures) <= NATURES.keys():
        raise InvalidInputError("say what kind of breach it is")
    if not facts.classes or not set(facts.classes) <= CLASSES.keys():
        raise InvalidInputError("say which data it is about")
    for number in (facts.persons, facts.records):
        if number is not None and not 0 <= number <= MOST_PERSONS:
            raise InvalidInputError("give a number, or nothing while nobody knows it")
    if any(moment > now for moment in (facts.began_at, facts.ended_at) if moment):
        raise InvalidInputError("beginning and end are not in the future")
    if facts.began_at and facts.ended_at and facts.ended_at < facts.began_at:
        raise InvalidInputError("the end is before the beginning")


def _columns(facts: Facts) -> dict[str, object]:
    return {
        "natures": sorted(set(facts.natures)),
        "classes": sorted(set(facts.classes)),
        "persons": facts.persons,
        "records": facts.records,
        "began_at": facts.began_at,
        "ended_at": facts.ended_at,
    }


def _open(db: Session, incident_id: str) -> Incident:
    incident = incident_named(db, incident_id)
    lock(db, incident)
    if incident.closed_at is not None:
        raise ConflictError("this breach is closed: what comes to light later is a new entry")
    return incident


def _changed(
    db: Session,
    incident: Incident,
    what: str,
    by: Actor,
    now: datetime,
    detail: dict[str, Value],
) -> None:
    known: dict[str, Value] = {"kind": what, **detail}
    act = Action.STAFF_INCIDENT_CHANGED
    record(db, act, actor=by, now=now, object_id=incident.id, detail=known)
