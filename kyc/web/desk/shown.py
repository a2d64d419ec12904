"""Owns what the desk's pages show of a request: its clock, its words, its history."""

import json
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import Action
from kyc.desk.corrections import corrections_of
from kyc.desk.listing import SOON, Row
from kyc.desk.requests import case_of
from kyc.desk.words import open_words
from kyc.models import AuditEvent, PrivacyRequest, Staff, VerificationSession
from kyc.policy.grounds import GROUNDS
from kyc.policy.rights import RIGHTS, UNANSWERED, Outcome, RequestState, Right
from kyc.web import countries
from kyc.web.desk.names import (
    ACTS,
    FIELD_NAMES,
    ITEM_STATES,
    OUTCOME_NAMES,
    RIGHT_NAMES,
    STATE_NAMES,
)
from kyc.web.languages import LANGUAGES
from kyc.web.texts import _, _n
from storage.vault import Vault

COUNTRIES = frozenset({"nationality", "residence", "entity_country"})


def row_shown(row: Row, names: dict[str, str], now: datetime) -> dict[str, Any]:
    request = row.request
    return {
        "id": request.id,
        "url": url_for("desk.request_page", request_id=request.id),
        "right": RIGHT_NAMES[Right(request.kind)],
        "reference": row.reference,
        "received_at": request.received_at,
        "state": STATE_NAMES[RequestState(request.state)],
        "assigned_to": names.get(request.assigned_to or ""),
        "clock": clock_shown(request, now),
    }


def clock_shown(request: PrivacyRequest, now: datetime) -> dict[str, Any]:
    """`tone` is bad when late, warn when near the end or past the target, else empty."""
    if request.state not in UNANSWERED:
        return {"text": "", "tone": "", "due_at": request.due_at, "target_at": request.target_at}
    left = request.due_at - now
    if left.total_seconds() < 0:
        text = _n("late by %(num)s day", "late by %(num)s days", -left.days)
    else:
        text = _n("%(num)s day left", "%(num)s days left", left.days)
    near = left <= SOON or now >= request.target_at
    return {
        "text": text,
        "tone": "bad" if left.total_seconds() < 0 else "warn" if near else "",
        "due_at": request.due_at,
        "target_at": request.target_at,
    }


def request_shown(
    db: Session, vault: Vault, request: PrivacyRequest, names: dict[str, str], now: datetime
) -> dict[str, Any]:
    """Its words are opened for the page; the caller records the look."""
    right, session = Right(request.kind), case_of(db, request)
    ground = GROUNDS.get(request.ground or "")
    return {
        "id": request.id,
        "right": RIGHT_NAMES[right],
        "kind": str(right),
        "article": RIGHTS[right].article,
        "guide": RIGHTS[right].guide,
        "state": STATE_NAMES[RequestState(request.state)],
        "is_open": request.state in UNANSWERED,
        "is_extended": request.extended_at is not None,
        "received_at": request.received_at,
        "entered_by": names.get(request.entered_by),
        "identified": open_words(vault, request, "identified", request.identified),
        "words": open_words(vault, request, "words", request.words),
        "extension": open_words(vault, request, "extension", request.extension),
        "extended_at": request.extended_at,
        "answer": open_words(vault, request, "answer", request.answer),
        "answered_at": request.answered_at,
        "answered_by": names.get(request.answered_by or ""),
        "outcome": OUTCOME_NAMES[Outcome(request.outcome)] if request.outcome else "",
        "ground": f"{ground.article}: {ground.label}" if ground else "",
        "assigned_to": names.get(request.assigned_to or ""),
        "language": LANGUAGES.get(request.language, request.language),
        "case": case_shown(session) if session else None,
        "destroy_at": request.destroy_at,
        "clock": clock_shown(request, now),
    }


def case_shown(session: VerificationSession) -> dict[str, Any]:
    return {
        "id": session.id,
        "reference": session.reference,
        "status": session.status,
        "is_gone": session.record_destroyed_at is not None,
        "has_page": session.details is not None,
        "dates_url": url_for("retention.case", case=session.id),
    }


def items_shown(
    db: Session, vault: Vault, session: VerificationSession | None, request: PrivacyRequest
) -> list[dict[str, Any]]:
    if session is None or request.kind != Right.CORRECTION:
        return []
    return [
        {
            "id": one.item.id,
            "field": FIELD_NAMES[one.item.field],
            "asked": value_shown(one.item.field, one.asked),
            "held": value_shown(one.item.field, one.held),
            "state": ITEM_STATES[one.item.state],
            "is_open": one.item.state == "asked" and request.state in UNANSWERED,
            "decided_at": one.item.decided_at,
        }
        for one in corrections_of(db, vault, session, request.id)
    ]


def value_shown(field: str, value: str) -> str:
    return countries.name(value) if value and field in COUNTRIES else value


def history_shown(
    db: Session, request: PrivacyRequest, names: dict[str, str]
) -> list[dict[str, Any]]:
    """Everything that was done, by the audit log, oldest first; one's looks in a row are a line."""
    mine = AuditEvent.case_id == (request.session_id or request.id)
    found: list[dict[str, Any]] = []
    for event in db.scalars(select(AuditEvent).where(mine).order_by(AuditEvent.id)):
        body = json.loads(event.body)
        if request.id not in {body["object"], body["detail"].get("request")}:
            continue
        line = _line(event, body["detail"], names)
        before = found[-1] if found else None
        is_look = event.action == Action.STAFF_REQUEST_VIEWED
        if is_look and before and (before["who"], before["text"]) == (line["who"], line["text"]):
            before["times"] += 1
            continue
        found.append(line)
    return found


def _line(event: AuditEvent, detail: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    kind, _sign, who = event.actor.partition(":")
    name = names.get(who) or (_("The customer") if kind == "customer" else _("The program"))
    text = str(ACTS.get(Action(event.action), event.action))
    item = FIELD_NAMES.get(str(detail.get("item", "")))
    officer = names.get(str(detail.get("officer", "")))
    more = ": ".join(str(part) for part in (text, item or officer) if part)
    return {"at": event.at, "who": name, "text": more, "times": 1}


def staff_names(db: Session) -> dict[str, str]:
    return dict(db.execute(select(Staff.id, Staff.display_name)).all())
