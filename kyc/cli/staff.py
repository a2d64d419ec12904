"""Owns `kyc staff`: inviting people, and shutting an account."""

import click
from sqlalchemy import select

from kyc.access import Role
from kyc.audit import OPERATOR
from kyc.cli.attached import attached_runtime
from kyc.errors import NotFoundError
from kyc.models import Staff
from kyc.runtime import Runtime
from kyc.staff.enrolling import invite
from kyc.staff.signing_in import disable


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
            state = "disabled" if person.disabled_at else "active"
            click.echo(f"{person.login}\t{person.role}\t{state}")


@staff_group.command("disable")
@click.argument("login")
def disable_command(login: str) -> None:
    """Shut an account; it acts on the next request of its owner."""
    with attached_runtime() as runtime, runtime.transaction() as db:
        person = db.scalars(select(Staff).where(Staff.login == login.lower())).one_or_none()
        if person is None:
            raise NotFoundError(f"there is no account {login}")
        disable(db, person, by=OPERATOR, now=runtime.now())
    click.echo(f"{login} is disabled.")


def invitation_url(runtime: Runtime, role: Role) -> str:
    with runtime.transaction() as db:
        token = invite(db, runtime.vault, runtime.lookup, role, by=OPERATOR, now=runtime.now())
    return f"{runtime.settings.base_url}/staff/invite/{token}"
