"""Owns the first administration page: staff, what each role may do, the flows and their state."""

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.access import PERMISSIONS, Permission, Role
from kyc.flows import row_in_force
from kyc.flows.changing import proposal, versions
from kyc.models import FlowVersion, Staff
from kyc.policy.flow import STANDARD
from kyc.web.auth import requires
from kyc.web.context import require_staff
from kyc.web.database import reading
from kyc.web.staff.forms import ROLE_NAMES
from kyc.web.texts import _

administration = Blueprint("administration", __name__, url_prefix="/staff/admin")

PERMISSION_NAMES = {
    Permission.OWN_ACCOUNT: "Use and guard their own account",
    Permission.SEE_QUEUE: "See the queue",
    Permission.REVIEW: "Claim and decide cases",
    Permission.LOOK: "Look at images, under a claim",
    Permission.BREAK_GLASS: "Ask for images after the decision",
    Permission.ANSWER_GLASS: "Answer those who ask for images",
    Permission.OVERSEE_LOOKS: "Watch over looks at images",
    Permission.SEE_RETENTION: "See what is kept and destroyed",
    Permission.END_RELATIONSHIPS: "Report that a customer has left",
    Permission.MANAGE_HOLDS: "Hold cases, and lift holds",
    Permission.SEE_STATISTICS: "See waiting times and decisions in figures",
    Permission.SEE_AUDIT: "Read the audit log",
    Permission.MANAGE_PRIVACY: "Answer requests about personal data, read the privacy documents",
    Permission.RELEASE_BUNDLES: "Release the copy of a person's data that a colleague had made",
    Permission.SEE_REGISTERS: "Read the registers of disclosures, processors and breaches",
    Permission.MANAGE_STAFF: "Invite, disable and give roles",
    Permission.MANAGE_FLOWS: "See the settings; change flows, two together",
}


@administration.get("")
@requires(Permission.MANAGE_FLOWS)
def overview() -> str:
    with reading() as db:
        return render_template(
            "staff/admin/overview.html",
            people=_people(db),
            lonely=_administrators(db) < 2,
            roles=[str(ROLE_NAMES[role]) for role in Role],
            permissions=_permissions(),
            flows=flow_rows(db),
            waiting=proposal(db, STANDARD),
        )


def flow_rows(db: Session) -> list[dict[str, Any]]:
    """Every version, the newest first, with the names of who had a hand in it."""
    current, names = row_in_force(db), names_of_staff(db)
    return [flow_row(row, current, names) for row in versions(db)]


def flow_row(
    row: FlowVersion, current: FlowVersion | None, names: dict[str, str]
) -> dict[str, Any]:
    return {
        "name": row.name,
        "version": row.version,
        "state": "in_force" if current and row.version == current.version else row.state,
        "sha256": row.sha256,
        "proposed_by": name_of_person(row.proposed_by, names),
        "proposed_at": row.proposed_at,
        "approved_by": name_of_person(row.approved_by, names),
        "approved_at": row.approved_at,
        "closed_by": name_of_person(row.closed_by, names),
        "closed_at": row.closed_at,
        "mine": row.proposed_by == require_staff().id,
    }


def names_of_staff(db: Session) -> dict[str, str]:
    return dict(db.execute(select(Staff.id, Staff.display_name)).all())


def name_of_person(staff_id: str | None, names: dict[str, str]) -> str:
    parts = {"console": _("Console"), "shipped": _("Came with the program"), None: ""}
    return parts.get(staff_id) or names.get(staff_id or "", "")


def _people(db: Session) -> list[dict[str, Any]]:
    counted = db.execute(
        select(Staff.role, func.count()).where(Staff.disabled_at.is_(None)).group_by(Staff.role)
    )
    count = dict(counted.all())
    return [{"role": ROLE_NAMES[role], "count": count.get(role, 0)} for role in Role]


def _administrators(db: Session) -> int:
    working = (Staff.role == Role.ADMINISTRATOR, Staff.disabled_at.is_(None))
    return db.scalar(select(func.count()).select_from(Staff).where(*working)) or 0


def _permissions() -> list[dict[str, Any]]:
    return [
        {
            "name": _(PERMISSION_NAMES.get(permission, permission)),
            "roles": [permission in PERMISSIONS[role] for role in Role],
        }
        for permission in Permission
    ]
