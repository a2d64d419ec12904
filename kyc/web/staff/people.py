"""Owns the administrator's page: who may sign in, and as what."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kyc.access import Permission, Role
from kyc.audit import Actor
from kyc.errors import InvalidInputError, NotFoundError
from kyc.models import Staff, StaffSession
from kyc.staff.accounts import change_role, report_compromised
from kyc.staff.accounts import disable as disable_person
from kyc.staff.accounts import enable as enable_person
from kyc.staff.enrolling import INVITATION_LIFE
from kyc.staff.enrolling import invite as make_invitation
from kyc.staff.sessions import end_all
from kyc.web.auth import requires, requires_step_up
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction
from kyc.web.staff.forms import ROLE_NAMES, InviteForm, RoleForm
from kyc.web.texts import _

staff_admin = Blueprint("staff_admin", __name__, url_prefix="/staff/people")


@staff_admin.get("")
@requires(Permission.MANAGE_STAFF)
def people() -> str:
    return _page(InviteForm(formdata=None))


@staff_admin.post("/invite")
@requires(Permission.MANAGE_STAFF)
@requires_step_up
def invite() -> str | tuple[str, int]:
    """Shows the link once; only its hash is kept."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _page(form), 422
    role = Role(form.role.data)
    with transaction() as db:
        token = make_invitation(db, runtime().vault, runtime().lookup, role, by=_me(), now=now())
    return _page(form, _link(token, ROLE_NAMES[role]))


@staff_admin.post("/<id>/invite")
@requires(Permission.MANAGE_STAFF)
@requires_step_up
def invite_again(id: str) -> str:  # noqa: A002 - the name in the address
    """For who lost access: by this link they set their account up anew."""
    with transaction() as db:
        person = _person(db, id)
        role, tools = Role(person.role), (runtime().vault, runtime().lookup)
        token = make_invitation(db, *tools, role, by=_me(), now=now(), person=person)
    return _page(InviteForm(formdata=None), _link(token, person.display_name))


@staff_admin.post("/<id>/role")
@requires(Permission.MANAGE_STAFF)
@requires_step_up
def role(id: str) -> Response:  # noqa: A002 - the name in the address
    form = RoleForm()
    if not form.validate():
        raise InvalidInputError("choose one of the roles")
    with transaction() as db:
        change_role(db, _person(db, id), Role(form.role.data), by=_me(), now=now())
    flash(_("Changed: it acts on their next click."), "success")
    return redirect(url_for("staff_admin.people"))


@staff_admin.post("/<id>/end-sessions")
@requires(Permission.MANAGE_STAFF)
@requires_step_up
def end_sessions(id: str) -> Response:  # noqa: A002 - the name in the address
    with transaction() as db:
        end_all(db, _person(db, id).id, by=_me(), now=now())
    flash(_("Ended: this person has to sign in again."), "success")
    return redirect(url_for("staff_admin.people"))


@staff_admin.post("/<id>/compromised")
@requires(Permission.MANAGE_STAFF)
def compromised(id: str) -> Response:  # noqa: A002 - the name in the address
    """Needs no fresh factor: it takes access away, and every minute counts."""
    with transaction() as db:
        report_compromised(db, _person(db, id), by=_me(), now=now())
    flash(_("Shut: nothing opens this account before a new invitation is used."), "success")
    return redirect(url_for("staff_admin.people"))


@staff_admin.post("/<id>/disable")
@requires(Permission.MANAGE_STAFF)
@requires_step_up
def disable(id: str) -> Response:  # noqa: A002 - the name in the address
    with transaction() as db:
        disable_person(db, _person(db, id), by=_me(), now=now())
    flash(_("Disabled: this account cannot do anything any more."), "success")
    return redirect(url_for("staff_admin.people"))


@staff_admin.post("/<id>/enable")
@requires(Permission.MANAGE_STAFF)
@requires_step_up
def enable(id: str) -> Response:  # noqa: A002 - the name in the address
    with transaction() as db:
        enable_person(db, _person(db, id), by=_me(), now=now())
    flash(_("Enabled: this account can sign in again."), "success")
    return redirect(url_for("staff_admin.people"))


def _page(form: InviteForm, link: dict[str, Any] | None = None) -> str:
    with reading() as db:
        rows = _rows(db)
    roles = [(str(role), name) for role, name in ROLE_NAMES.items()]
    return render_template(
        "staff/people.html",
        rows=rows,
        form=form,
        new_invite=link,
        roles=roles,
        me=require_staff().id,
    )


def _link(token: str, whom: str) -> dict[str, Any]:
    url = runtime().settings.base_url + url_for("staff.invite", token=token)
    return {"url": url, "expires_at": now() + INVITATION_LIFE, "role": whom}


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
            "role_key": person.role,
            "state": _state(person),
            "last_seen": at,
        }
        for person, at in db.execute(query.order_by(Staff.display_name))
    ]


def _state(person: Staff) -> str:
    if person.disabled_at:
        return "disabled"
    return "compromised" if person.compromised_at else "active"
