"""Owns `kyc staff`: inviting people, shutting an account, setting one up anew."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.access import Role
from kyc.audit import OPERATOR
from kyc.cli.attached import attached_runtime
from kyc.errors import NotFoundError
from kyc.models import Staff
from kyc.runtime import Runtime
from kyc.staff.accounts import disable, report_compromised
from kyc.staff.enrolling import invite


@click.group("staff")
def staff_group() -> None:
    """Invite staff, list and disable accounts."""


@staff_group.command("invite")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.REVIEWER.value,
    show_default=True,
)
def invite_command(role: str) -> None:
    """Print a single-use link with which one person makes their own account."""
    with attached_runtime() as runtime:
        click.echo(invitation_url(runtime, Role(role)))


@staff_group.command("list")
def list_command() -> None:
    """Print sign-in name, role and state of every account."""
    with attached_runtime() as runtime, runtime.reading() as db:
        for person in db.scalars(select(Staff).order_by(Staff.login)):
            state = "compromised" if person.compromised_at else "active"
            state = "disabled" if person.disabled_at else state
            click.echo(f"{person.login}\t{person.role}\t{state}")


@staff_group.command("disable")
@click.argument("login")
def disable_command(login: str) -> None:
    """Shut an account; it acts on the next request of its owner."""
    with attached_runtime() as runtime, runtime.transaction() as db:
        disable(db, _person(db, login), by=OPERATOR, now=runtime.now())
    click.echo(f"{login} is disabled.")


@staff_group.command("renew")
@click.argument("login")
def renew_command(login: str) -> None:
    """Print a single-use link with which LOGIN sets their account up anew."""
    with attached_runtime() as runtime:
        with runtime.reading() as db:
            person = _person(db, login)
        click.echo(invitation_url(runtime, Role(person.role), person))


@staff_group.command("compromised")
@click.argument("login")
def compromised_command(login: str) -> None:
    """Shut an account whose password or device somebody else may have."""
    with attached_runtime() as runtime, runtime.transaction() as db:
        report_compromised(db, _person(db, login), by=OPERATOR, now=runtime.now())
    click.echo(f"{login} is shut until an invitation by `kyc staff renew {login}` is used.")


def _person(db: Session, login: str) -> Staff:
    person = db.scalars(select(Staff).where(Staff.login == login.lower())).one_or_none()
    if person is None:
        raise NotFoundError(f"there is no account {login}")
    return person


def invitation_url(runtime: Runtime, role: Role, person: Staff | None = None) -> str:
    vault, lookup, now = runtime.vault, runtime.lookup, runtime.now()
    with runtime.transaction() as db:
        token = invite(db, vault, lookup, role, by=OPERATOR, now=now, person=person)
    return f"{runtime.settings.base_url}/staff/invite/{token}"
