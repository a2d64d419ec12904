"""Owns all dates of one case in words: for the retention page and for the page of the case."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kyc.holds import order_on
from kyc.models import VerificationSession
from kyc.restrictions import restriction_on
from kyc.retention.timeline import Dated, case_dates
from kyc.web.texts import _
from kyc.web.words import kind_name


def dates_shown(db: Session, session: VerificationSession, moment: datetime) -> dict[str, Any]:
    """What comes, soonest first, until when it is held, and the receipts of what is gone."""
    dates = case_dates(db, session, moment)
    coming = [*dates.images, *([dates.record] if dates.record else [])]
    return {
        "case": session.id,
        "reference": session.reference,
        "held_until": dates.held_until,
        "restricted": restriction_on(db, session.id) is not None,
        "under_order": order_on(db, session.id, moment) is not None,
        "coming": [_coming(one) for one in coming],
        "gone": [
            {
                "id": receipt.id,
                "kind": kind_name(receipt.kind),
                "stage": stage_name(receipt.stage),
                "rule": receipt.rule,
                "at": receipt.key_destroyed_at,
                "verified": receipt.absent_at is not None,
            }
            for receipt in dates.gone
        ],
    }


def stage_name(stage: str) -> str:
    return {
        "raw": _("As it was sent"),
        "review": _("Covered copy"),
        "retained": _("Copy that shows less"),
        "bundle": _("Copy of the data for the customer"),
    }.get(stage, "")


def _coming(one: Dated) -> dict[str, Any]:
    return {
        "kind": kind_name(one.kind),
        "stage": stage_name(one.stage),
        "rule": one.rule,
        "at": one.at,
    }
