"""Owns the page that shows all dates of the case that somebody names."""

from flask import render_template, request

from kyc.access import Permission
from kyc.errors import NotFoundError
from kyc.retention.naming import sessions_named
from kyc.web.auth import requires
from kyc.web.context import now
from kyc.web.database import reading
from kyc.web.oversight.dates_shown import dates_shown
from kyc.web.oversight.retention_page import retention


@retention.get("/case")
@requires(Permission.SEE_RETENTION)
def case() -> str | tuple[str, int]:
    """By an id or a reference of the business, which may stand for several."""
    named = request.args.get("case", "").strip()
    try:
        with reading() as db:
            found = [dates_shown(db, one, now()) for one in sessions_named(db, named)]
    except NotFoundError:
        return render_template("staff/case_dates.html", named=named, cases=[]), 404
    return render_template("staff/case_dates.html", named=named, cases=found)
