"""Owns `kyc purge`: what is due for destruction, and asking for it to be done now."""

from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from kyc.audit import OPERATOR, Action, record
from kyc.cli.attached import attached_runtime
from kyc.cli.certificate import (
    certificate_command,
    prove_command,
    verify_certificate_command,
)
from kyc.errors import ConflictError, UnavailableError
from kyc.jobs import PeriodicJobName
from kyc.retention.due import groups, overdue
from kyc.retention.guard import Halt, any_halted, let_through
from kyc.retention.receipts import kept_by_store
from kyc.runtime import Runtime


@click.group("purge", invoke_without_command=True)
@click.option("--dry-run", is_flag=True, help="Only show what is due.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="With --dry-run: show what falls due up to the start of this day (UTC).",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Let one run through that was stopped because too much was due at once.",
)
@click.pass_context
def purge_command(
    context: click.Context, *, dry_run: bool, until: datetime | None, resume: bool
) -> None:
    """Destroy what is due now. It happens by itself every minute; this asks for it at once."""
    if context.invoked_subcommand is not None:
        return
    if until is not None and not dry_run:
        raise click.UsageError("--until goes with --dry-run: nothing is destroyed before its time")
    if resume and dry_run:
        raise click.UsageError("--resume destroys what is due: it does not go with --dry-run")
    with attached_runtime() as runtime:
        now = runtime.now()
        with runtime.reading() as db:
            _show(db, until.replace(tzinfo=UTC) if until else now, now)
            halt = any_halted(db, now, runtime.real_now)
        if resume:
            _resume(runtime, now)
            return
        if halt is not None:
            _tell(halt, dry_run=dry_run)
        if dry_run:
            return
        with runtime.transaction() as db:
            record(db, Action.OPERATOR_PURGE_STARTED, actor=OPERATOR, now=now)
        if not runtime.wake_periodic(PeriodicJobName.PURGE):
            raise UnavailableError("the queue server does not answer: is `kyc up` running?")
        click.echo("A worker destroys it now; `kyc purge --dry-run` shows what is left.")


for _command in (certificate_command, prove_command, verify_certificate_command):
    purge_command.add_command(_command)


def _resume(runtime: Runtime, now: datetime) -> None:
    with runtime.transaction() as db:
        halt = let_through(db, now, runtime.real_now)
    click.echo(f"Let through: {halt.due} things; a worker destroys them within minutes.")


def _tell(halt: Halt, *, dry_run: bool) -> None:
    """Raises ConflictError, unless only looking was asked for."""
    is_clock = halt.reason == "clock"
    way = "set the clocks right" if is_clock else "if it is right, `kyc purge --resume`"
    told = f"Nothing is destroyed: {halt.words}; {way}."
    if not dry_run:
        raise ConflictError(told)
    click.echo(told)


def _show(db: Session, until: datetime, now: datetime) -> None:
    due = groups(db, until)
    for group in due:
        since = f"{group.first_due_at:%Y-%m-%d %H:%M}"
        click.echo(f"{group.count:7}  {group.kind:18} {group.rule:18} from {since} UTC")
    for receipt in kept_by_store(db):
        click.echo(f"kept by the store: {receipt.subject_id} ({receipt.id}): {receipt.left}")
    total = sum(group.count for group in due)
    click.echo(f"{total:7}  due until {until:%Y-%m-%d %H:%M} UTC; overdue now: {overdue(db, now)}")
