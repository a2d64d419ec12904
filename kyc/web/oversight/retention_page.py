"""Owns the retention page: what falls due, what is overdue, the last receipts, the rules."""

from datetime import timedelta

from flask import Blueprint, render_template
from sqlalchemy import select

from kyc.access import Permission
from kyc.models import Receipt
from kyc.policy.retention import RULES
from kyc.retention.due import groups, overdue
from kyc.web.auth import requires
from kyc.web.context import now
from kyc.web.database import reading
from kyc.web.words import kind_name, span_name

retention = Blueprint("retention", __name__, url_prefix="/staff/retention")

AHEAD = timedelta(days=200)
GRACE = timedelta(minutes=15)
RECEIPTS = 50


@retention.get("")
@requires(Permission.SEE_RETENTION)
def due() -> str:
    moment = now()
    with reading() as db:
        receipts = db.scalars(
            select(Receipt).order_by(Receipt.key_destroyed_at.desc()).limit(RECEIPTS)
        ).all()
        return render_template(
            "staff/retention.html",
            due=[
                {
                    "kind": kind_name(group.kind),
                    "rule": group.rule,
                    "due_at": group.first_due_at,
                    "count": group.count,
                }
                for group in groups(db, moment + AHEAD)
            ],
            overdue=overdue(db, moment - GRACE),
            receipts=[
                {
                    "id": receipt.id,
                    "kind": kind_name(receipt.kind),
                    "rule": receipt.rule,
                    "at": receipt.key_destroyed_at,
                    "verified": receipt.absent_at is not None,
                }
                for receipt in receipts
            ],
            rules=[
                {
                    "name": rule.what,
                    "period": span_name(rule.period),
                    "legal_basis": rule.legal_basis,
                }
                for rule in RULES.values()
            ],
        )
