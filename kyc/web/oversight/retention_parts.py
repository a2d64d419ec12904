"""Owns the parts of the retention page that look ahead and back: plots, runs, certificates."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kyc.retention.certificates import certificates, said
from kyc.retention.runs import last_runs
from kyc.retention.timeline import Span, images_by_week, records_by_month
from kyc.web.review.charts import standing
from kyc.web.texts import _
from kyc.web.words import kind_name

RUNS = 20


def plots(db: Session, moment: datetime) -> list[dict[str, Any]]:
    """Pictures by week, details by month; what is due already stands in the first span."""
    weeks, months = images_by_week(db, moment), records_by_month(db, moment)
    return [
        _plot("weeks", _("Pictures that fall due, by week"), _("Week from"), "%d %b", weeks),
        _plot("months", _("Details that fall due, by month"), _("Month"), "%m/%y", months),
    ]


def runs_shown(db: Session) -> list[dict[str, Any]]:
    why = {
        "": "",
        "clock": _("The clocks disagreed"),
        "too_many": _("Too much at once"),
        "moved": _("The clock may be wrong"),
    }
    return [
        {
            "at": run.at,
            "last_at": run.last_at,
            "runs": run.runs,
            "images": run.images,
            "records": run.records,
            "removed": run.removed,
            "halt": why.get(run.halt, run.halt),
        }
        for run in last_runs(db, RUNS)
    ]


def certificates_shown(db: Session) -> list[dict[str, Any]]:
    """The latest month first."""
    found = [(one, said(one)) for one in certificates(db)]
    return [
        {
            "month": one.month,
            "made_at": one.made_at,
            "receipts": content["receipts"]["count"],
            "left": len(content["not_given_up"]),
        }
        for one, content in found
    ]


def _plot(name: str, title: str, label: str, form: str, spans: list[Span]) -> dict[str, Any]:
    rows = [(span.start.strftime(form), span.total, _told(span)) for span in spans]
    total = sum(span.total for span in spans)
    return {"name": name, "title": title, "chart": standing(rows), "total": total,
            "label": label, "value": _("How many")}  # fmt: skip


def _told(span: Span) -> str:
    """The number, and of what when it is of several kinds."""
    kinds = ", ".join(f"{kind_name(kind)} {count}" for kind, count in sorted(span.counts.items()))
    return (
        f"{span.total} ({kinds})"
        if span.total and set(span.counts) != {"record"}
        else str(span.total)
    )
