"""Owns what the queue shows of its tabs and of each case."""

from datetime import datetime
from typing import Any

from flask import url_for

from kyc.policy.seats import Lane
from kyc.review.filters import LATE, OLD
from kyc.review.queue import MOST_COUNTED, Row, Tab
from kyc.web import countries
from kyc.web.review.filter_form import FilterForm
from kyc.web.texts import _
from kyc.web.words import document_name

_AGEING = frozenset({Tab.WAITING, Tab.MINE, Tab.SECOND, Tab.SENIOR})
"""Here somebody waits for us, so waiting is coloured."""


def queue_tabs(found: dict[Tab, int], active: Tab, form: FilterForm) -> list[dict[str, Any]]:
    labels = {
        Tab.WAITING: _("Waiting"),
        Tab.MINE: _("Mine"),
        Tab.SECOND: _("Second review"),
        Tab.SENIOR: _("For seniors"),
        Tab.CUSTOMER: _("Waiting for customer"),
        Tab.DONE: _("Done"),
    }
    return [
        {
            "key": str(tab),
            "label": label,
            "count": f"{MOST_COUNTED}+" if found[tab] > MOST_COUNTED else str(found[tab]),
            "url": url_for("review.queue", tab=tab, **form.kept()),
            "active": tab == active,
        }
        for tab, label in labels.items()
    ]


def queue_row(row: Row, tab: Tab, moment: datetime) -> dict[str, Any]:
    session = row.session
    since = session.waiting_since or session.decided_at or session.created_at
    waited = moment - since
    age = "late" if waited >= LATE else "old" if waited >= OLD else "fresh"
    return {
        "id": session.id,
        "url": url_for("review.case", session_id=session.id),
        "reference": session.reference,
        "waiting_since": since,
        "waiting_minutes": int(waited.total_seconds() // 60),
        "age": age if tab in _AGEING else "fresh",
        "country": countries.name(session.document_country or "") or "–",
        "document_type": document_name(session.document_type),
        "attempt": session.attempt,
        "flags": _flags(row, tab),
        "claimed_by": row.claimed_by,
        "status": session.status,
    }


def _flags(row: Row, tab: Tab) -> list[str]:
    """Why a second person looks is not said: it could give the first verdict away."""
    lane = row.session.review_lane if tab in _AGEING else ""
    flags = {
        _("Restricted"): row.is_restricted,
        _("Second review"): lane == Lane.SECOND,
        _("For a senior"): lane == Lane.SENIOR,
        _("Possible duplicate"): row.may_be_duplicate,
        _("Asked again"): row.session.attempt > 1,
        _("Redaction to confirm"): row.to_confirm,
    }
    return [flag for flag, is_set in flags.items() if is_set]
