"""Owns the retention page: what falls due, is overdue or held, the last receipts, the rules."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.access import Permission
from kyc.flows import flow_in_force
from kyc.holds import held_cases
from kyc.keeping.quarantine import count_quarantined
from kyc.models import Receipt
from kyc.policy.retention import RetentionRule, years_of
from kyc.retention.due import GRACE, groups, overdue
from kyc.retention.guard import any_halted
from kyc.retention.receipts import kept_by_store, unsigned
from kyc.retention.relationships import without_end
from kyc.web.auth import requires
from kyc.web.context import now, runtime
from kyc.web.database import reading
from kyc.web.oversight.retention_parts import certificates_shown, plots, runs_shown
from kyc.web.texts import _n
from kyc.web.words import kind_name, span_name

retention = Blueprint("retention", __name__, url_prefix="/staff/retention")

AHEAD = timedelta(days=200)
RECEIPTS = 50


@retention.get("")
@requires(Permission.SEE_RETENTION)
def due() -> str:
    moment = now()
    with reading() as db:
        return render_template(
            "staff/retention.html",
            due=_due(db, moment),
            halt=any_halted(db, moment, runtime().real_now),
            overdue=overdue(db, moment - GRACE),
            held=held_cases(db, moment),
            unsigned=unsigned(db, moment),
            kept=[
                {"id": receipt.id, "at": receipt.key_destroyed_at, "why": receipt.left}
                for receipt in kept_by_store(db)
            ],
            quarantined=count_quarantined(db),
            parts=plots(db, moment),
            runs=runs_shown(db),
            certificates=certificates_shown(db),
            missing=len(without_end(db, moment)),
            receipts=_receipts(db),
            rules=_rules(db),
        )


def _due(db: Session, moment: datetime) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind_name(group.kind),
            "rule": group.rule,
            "due_at": group.first_due_at,
            "count": group.count,
        }
        for group in groups(db, moment + AHEAD)
    ]


def _receipts(db: Session) -> list[dict[str, Any]]:
    newest = select(Receipt).order_by(Receipt.key_destroyed_at.desc()).limit(RECEIPTS)
    return [
        {
            "id": receipt.id,
            "kind": kind_name(receipt.kind),
            "rule": receipt.rule,
            "at": receipt.key_destroyed_at,
            "verified": receipt.absent_at is not None,
            "signed": receipt.signature is not None,
        }
        for receipt in db.scalars(newest)
    ]


def _rules(db: Session) -> list[dict[str, str]]:
    return [
        {"name": rule.what, "period": _period(rule), "legal_basis": rule.legal_basis}
        for rule in flow_in_force(db).retention.values()
    ]


def _period(rule: RetentionRule) -> str:
    years = years_of(rule, runtime().settings.record_years)
    if not years:
        return span_name(rule.period)
    return _n("%(num)s year after the %(start)s", "%(num)s years after the %(start)s", years,
              start=rule.start)  # fmt: skip
