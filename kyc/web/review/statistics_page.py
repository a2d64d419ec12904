"""Owns the page of statistics: what the figures are called, and their plots."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, render_template, request, url_for
from sqlalchemy.orm import Session

from kyc.access import Permission
from kyc.flows import flows_approved
from kyc.review.statistics import AGES, Figures, figures
from kyc.web.auth import requires
from kyc.web.context import now, runtime
from kyc.web.database import reading
from kyc.web.review.charts import lying, standing
from kyc.web.review.queue_pages import review
from kyc.web.texts import _

SPANS = (7, 30, 90)


@review.get("/statistics")
@requires(Permission.SEE_STATISTICS)
def statistics() -> str:
    """Numbers of all people of a role together: nobody is ranked."""
    days = request.args.get("days", "30")
    if days not in {str(span) for span in SPANS}:
        abort(404)
    moment, zone = now(), ZoneInfo(runtime().settings.time_zone)
    with reading() as db:
        found = figures(db, moment - timedelta(days=int(days)), moment, zone)
        labels = _reason_labels(db)
    return render_template(
        "staff/statistics.html",
        spans=[
            {
                "days": span,
                "url": url_for("review.statistics", days=span),
                "active": str(span) == days,
            }
            for span in SPANS
        ],
        days=int(days),
        zone=runtime().settings.time_zone,
        is_empty=not (found.roles or any(found.ageing)),
        parts=_parts(found, labels),
        roles=_roles(found),
        time=_time(found),
        agreement=found.agreement,
        agreed=_agreed(found),
    )


def _parts(found: Figures, labels: dict[str, str]) -> list[dict[str, Any]]:
    ageing = [(name, count, str(count)) for name, count in zip(_ages(), found.ageing, strict=True)]
    hours = [
        (f"{hour.hour:02}", _minutes(hour.median), f"{duration(hour.median)} ({hour.cases})")
        for hour in found.waiting
    ]
    outcomes = [(_outcome(code), count, str(count)) for code, count in found.outcomes.items()]
    reasons = [(labels.get(code, code), count, str(count)) for code, count in found.reasons.items()]
    return [
        _part("ageing", _("What waits now, by age"), lying(ageing), _("Waiting for"), _("Cases")),
        _part(
            "waiting",
            _("Median wait until somebody takes a case, by the hour it was sent"),
            standing(hours),
            _("Hour"),
            _("Median wait (cases)"),
        ),
        _part("outcomes", _("Decisions"), lying(outcomes), _("Outcome"), _("Decisions")),
        _part("reasons", _("Reasons given"), lying(reasons), _("Reason"), _("Times given")),
    ]


def _part(name: str, title: str, chart: Any, label: str, value: str) -> dict[str, Any]:
    return {"name": name, "title": title, "chart": chart, "label": label, "value": value}


def _time(found: Figures) -> dict[str, Any]:
    rows = [(row["name"], of.median.total_seconds(), row["median"])
            for row, of in zip(_roles(found), found.roles, strict=True)]  # fmt: skip
    return _part("time", _("Median time for a case"), lying(rows), _("Role"), _("Median time"))


def _agreed(found: Figures) -> dict[str, Any]:
    """Percent, of each outcome of a first look."""
    rows = [
        (_outcome(code), 100 * same / all_, _("%(same)s of %(all)s", same=same, all=all_))
        for code, (same, all_) in found.agreement.by_first.items()
    ]
    title = _("Share of second looks that agree, by the outcome of the first")
    return _part(
        "agreed", title, lying(rows, most=100), _("First look"), _("Second looks that agree")
    )


def _roles(found: Figures) -> list[dict[str, Any]]:
    names = {"reviewer": _("Reviewers"), "senior_reviewer": _("Senior reviewers")}
    return [
        {
            "name": names.get(of.role, of.role),
            "verdicts": of.verdicts,
            "escalated": of.escalated,
            "median": duration(of.median),
        }
        for of in found.roles
    ]


def _ages() -> list[str]:
    names = [_("under an hour"), _("1 to 4 hours"), _("4 to 24 hours"), _("1 to 3 days"),
             _("3 days or more")]  # fmt: skip
    assert len(names) == len(AGES)
    return names


def _outcome(code: str) -> str:
    return {
        "approve": _("Approved"),
        "request_input": _("Asked again"),
        "reject": _("Rejected"),
    }[code]


def _reason_labels(db: Session) -> dict[str, str]:
    """By code, of every version that cases began under; the newest has the last word."""
    return {
        code: _(reason.label)
        for flow in flows_approved(db)
        for code, reason in flow.reasons.items()
    }


def _minutes(span: timedelta | None) -> float:
    return span.total_seconds() / 60 if span else 0


def duration(span: timedelta | None) -> str:
    """In the two largest units that say enough."""
    if span is None:
        return "–"
    seconds = round(span.total_seconds())
    if seconds < 60:
        return _("%(s)s s", s=seconds)
    if seconds < 3600:
        return _("%(m)s min %(s)s s", m=seconds // 60, s=seconds % 60)
    return _("%(h)s h %(m)s min", h=seconds // 3600, m=seconds % 3600 // 60)
