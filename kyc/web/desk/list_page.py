"""Owns the desk's first page: who waits for an answer, those that are due first."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy.orm import Session

from kyc.access import Permission
from kyc.db import common_now
from kyc.desk.listing import Counts, Page, Tab, by_right, counted, listed
from kyc.web.auth import requires
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading
from kyc.web.desk.forms import ListForm
from kyc.web.desk.names import RIGHT_NAMES
from kyc.web.desk.shown import row_shown, staff_names
from kyc.web.texts import _l

desk = Blueprint("desk", __name__, url_prefix="/staff/desk")

Answer = str | tuple[str, int]

TAB_NAMES = {
    Tab.OPEN: _l("To answer"),
    Tab.MINE: _l("Mine"),
    Tab.DUE: _l("Due within a week"),
    Tab.LATE: _l("Late"),
    Tab.DONE: _l("Done"),
}


def moment_of_desk(db: Session) -> datetime:
    """By the database's clock, so that every machine shows the same days."""
    return common_now(db, now(), runtime().real_now)


@desk.get("")
@requires(Permission.MANAGE_PRIVACY)
def requests() -> Answer:
    """A filter that the form does not offer gets 422 and says which; no request is shown for it."""
    tab = Tab(name) if (name := request.args.get("tab", "open")) in set(Tab) else abort(404)
    form = ListForm(request.args)
    with reading() as db:
        moment = moment_of_desk(db)
        if not form.validate():
            return _page(db, form, tab, Page((), None), moment), 422
        wanted = form.wanted(tab, require_staff().id)
        return _page(db, form, tab, listed(db, wanted, moment, _after()), moment)


def _page(db: Session, form: ListForm, tab: Tab, page: Page, moment: datetime) -> str:
    kept, names = form.kept(), staff_names(db)
    counts = counted(db, moment)
    return render_template(
        "staff/desk/requests.html",
        form=form,
        is_filtered=bool(kept),
        tab=str(tab),
        tabs=_tabs(tab, counts, kept),
        counts=counts,
        rights=[(RIGHT_NAMES[right], number) for right, number in by_right(db).items()],
        rows=[row_shown(row, names, moment) for row in page.rows],
        all_url=url_for("desk.requests", tab=str(tab)),
        next_page_url=_next(page, tab, kept),
    )


def _tabs(tab: Tab, counts: Counts, kept: dict[str, Any]) -> list[dict[str, Any]]:
    numbers = {Tab.OPEN: counts.unanswered, Tab.DUE: counts.due, Tab.LATE: counts.late}
    return [
        {
            "label": name,
            "url": url_for("desk.requests", tab=str(one), **kept),
            "active": one == tab,
            "count": numbers.get(one),
        }
        for one, name in TAB_NAMES.items()
    ]


def _next(page: Page, tab: Tab, kept: dict[str, Any]) -> str | None:
    if page.after is None:
        return None
    at, last = page.after
    return url_for("desk.requests", tab=str(tab), after=f"{at.isoformat()}~{last}", **kept)


def _after() -> tuple[datetime, str] | None:
    """Where a page goes on, as the link before named it; anything else is not found."""
    named = request.args.get("after", "")
    if not named:
        return None
    at, _sign, last = named.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        abort(404)
    return (moment, last) if moment.tzinfo else abort(404)
