"""Owns the administrator's page: who may sign in, and as what."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.access import Permission, Role
from kyc.audit import Actor
from kyc.errors import NotFoundError
from kyc.models import Staff, StaffSession
from kyc.staff.enrolling import INVITATION_LIFE
from kyc.staff.enrolling import invite as make_invitation
from kyc.staff.signing_in import disable as disable_person
from kyc.staff.signing_in import enable as enable_person
from kyc.web.auth import requires
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.staff.forms import ROLE_NAMES, InviteForm
from kyc.web.texts import _

staff_admin = Blueprint("staff_admin", __name__, url_prefix="/staff/people")


@staff_admin.get("")
@requires(Permission.MANAGE_STAFF)
def people() -> str:
    with reading() as db:
        rows = _rows(db)
    return render_template("staff/people.html", rows=rows, form=InviteForm(), new_invite=None)


@staff_admin.post("/invite")
@requires(Permission.MANAGE_STAFF)
def invite() -> str | tuple[str, int]:
    """Shows the link once; only its hash is kept."""
    form = InviteForm()
    if not form.validate_on_submit():
        with reading() as db:
            rows = _rows(db)
        return render_template("staff/people.html", rows=rows, form=form, new_invite=None), 422
    role = Role(form.role.data)
    with transaction() as db:
        token = make_invitation(db, runtime().vault, runtime().lookup, role, by=_me(), now=now())
        rows = _rows(db)
    url = runtime().settings.base_url + url_for("staff.invite", token=token)
    new = {"url": url, "expires_at": now() + INVITATION_LIFE, "role": ROLE_NAMES[role]}
    return render_template("staff/people.html", rows=rows, form=form, new_invite=new)


@staff_admin.post("/<id>/disable")
@requires(Permission.MANAGE_STAFF)
def disable(id: str) -> Response:  # noqa: A002 - the name in the address
    with transaction() as db:
        disable_person(db, _person(db, id), by=_me(), now=now())
    flash(_("Disabled: this account cannot do anything any more."), "success")
    return redirect(url_for("staff_admin.people"))


@staff_admin.post("/<id>/enable")
@requires(Permission.MANAGE_STAFF)
def enable(id: str) -> Response:  # noqa: A002 - the name in the address
    with transaction() as db:
        enable_person(db, _person(db, id), by=_me(), now=now())
    flash(_("Enabled: this account can sign in again."), "success")
    return redirect(url_for("staff_admin.people"))


def _me() -> Actor:
    return Actor("staff", require_staff().id)


def _person(db: Session, staff_id: str) -> Staff:
    person = db.get(Staff, staff_id)
    if person is None:
        raise NotFoundError("no such account")
    return person


def _rows(db: Session) -> list[dict[str, str | datetime | None]]:
    seen = (
        select(StaffSession.staff_id, func.max(StaffSession.seen_at).label("at"))
        .group_by(StaffSession.staff_id)
        .subquery()
    )
    query = select(Staff, seen.c.at).outerjoin(seen, seen.c.staff_id == Staff.id)
    return [
        {
            "id": person.id,
            "display_name": person.display_name,
            "login": person.login,
            "role": ROLE_NAMES[Role(person.role)],
            "state": "disabled" if person.disabled_at else "active",
            "last_seen": at,
        }
        for person, at in db.execute(query.order_by(Staff.display_name))
    ]
