"""Owns the page of holds under an order: the officer sets and extends, who is named opens."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.access import Permission, may
from kyc.audit import Actor
from kyc.errors import ConflictError, KycError, NotFoundError
from kyc.holds import open_access
from kyc.models import Staff, VerificationSession
from kyc.policy.holds import PURPOSES
from kyc.restrictions import RestrictedError, restriction_on
from kyc.retention.regulatory import Shown, extend, open_for, orders, orders_of_reader, preserve
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.looking_door import before_case
from kyc.web.oversight.holds_page import DAY, holds
from kyc.web.oversight.order_form import ExtendForm, OpenForm, OrderForm
from kyc.web.review.case_contents import images_shown
from kyc.web.texts import _, sentence


@holds.get("/orders")
@requires(Permission.MANAGE_HOLDS)
def under_order() -> str:
    with reading() as db:
        form = OrderForm(formdata=None).offer(_readers(db))
        return _page(db, form)


@holds.post("/orders")
@requires(Permission.MANAGE_HOLDS)
@requires_step_up
def keep() -> Response | tuple[str, int]:
    with reading() as db:
        form = OrderForm().offer(_readers(db))
        if not form.validate():
            return _page(db, form), 422
    try:
        with transaction() as db:
            name, me = form.case.data.strip(), Actor("staff", require_staff().id)
            preserve(db, runtime().vault, name, form.order(), by=me, now=now())
    except KycError as error:
        form.case.errors = [sentence(error)]
        with reading() as db:
            return _page(db, form), 422
    flash(_("Held: only who is named opens its pictures, for a purpose."), "success")
    return redirect(url_for("holds.under_order"))


@holds.post("/orders/<hold_id>/extend")
@requires(Permission.MANAGE_HOLDS)
@requires_step_up
def extend_one(hold_id: str) -> Response:
    form, me = ExtendForm(), Actor("staff", require_staff().id)
    if not form.validate():
        flash(_("Not extended: give the new last day, and who asked for it and why."), "danger")
        return redirect(url_for("holds.under_order"))
    try:
        with transaction() as db:
            asked = form.last_day.data, form.reason.data
            extend(db, runtime().vault, hold_id, *asked, by=me, now=now())
    except NotFoundError:
        raise
    except KycError as error:
        flash(sentence(error), "danger")
        return redirect(url_for("holds.under_order"))
    flash(_("Extended."), "success")
    return redirect(url_for("holds.under_order"))


@holds.get("/mine")
@requires(Permission.LOOK)
def mine() -> str:
    """What this person is named for, and nothing else."""
    with reading() as db:
        found = orders_of_reader(db, require_staff().id, now())
    rows = [
        {
            "id": hold.id,
            "reference": reference,
            "last_day": hold.until - DAY,
            "purposes": [(code, PURPOSES.get(code, code)) for code in purposes],
        }
        for hold, reference, purposes in found
    ]
    return render_template("staff/orders_mine.html", rows=rows)


@holds.post("/mine/<hold_id>")
@requires(Permission.LOOK)
@requires_step_up
def open_one(hold_id: str) -> Response:
    purpose = OpenForm().purpose.data or ""
    with transaction() as db:
        open_for(db, hold_id, require_staff().id, purpose, now())
    return redirect(url_for("holds.pictures", hold_id=hold_id))


@holds.get("/mine/<hold_id>")
@requires(Permission.LOOK)
def pictures(hold_id: str) -> Any:
    """The images, for who has opened them for a purpose, while that lasts."""
    with reading() as db:
        found = open_access(db, hold_id, require_staff().id, now())
        if found is None:
            raise ConflictError("choose a purpose first: it opens the pictures for half an hour")
        access, session_id = found
        if restriction_on(db, session_id) is not None:
            raise RestrictedError
    first = before_case(session_id, looks=True)
    if first is not None:
        return first
    with reading() as db:
        session = db.get_one(VerificationSession, session_id)
        return render_template(
            "staff/look.html",
            images=images_shown(db, session),
            reference=session.reference,
            purpose=PURPOSES.get(access.purpose, access.purpose),
            ends_at=access.ends_at,
            back_url=url_for("holds.mine"),
        )


def _readers(db: Session) -> list[tuple[str, str]]:
    active = select(Staff).where(Staff.disabled_at.is_(None)).order_by(Staff.display_name)
    return [(p.id, p.display_name) for p in db.scalars(active) if may(p.role, Permission.LOOK)]


def _page(db: Session, form: OrderForm) -> str:
    names = dict(db.execute(select(Staff.id, Staff.display_name)).all())
    found = orders(db, runtime().vault, now())
    rows = [_row(one, names) for one in found]
    return render_template("staff/orders.html", form=form, rows=rows)


def _row(shown: Shown, names: dict[str, str]) -> dict[str, Any]:
    hold, order = shown.hold, shown.order
    return {
        "id": hold.id,
        "case": hold.session_id,
        "case_reference": shown.case_reference,
        "reference": shown.reference,
        "extension": shown.extension,
        "starts_at": order.starts_at,
        "last_day": hold.until - DAY,
        "set_by": names.get(hold.set_by, _("Console")),
        "readers": [names.get(one, one) for one in order.readers],
        "purposes": [PURPOSES.get(code, code) for code in order.purposes],
    }
