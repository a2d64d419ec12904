"""Owns `kyc hold`: keeping a case from every clock, and letting it go."""

from datetime import datetime, timedelta

import click

from kyc.audit import OPERATOR
from kyc.cli.attached import attached_runtime
from kyc.policy.holds import HOLD_REASONS
from kyc.retention.holding import Order, Shown, holds_ended, holds_in_force, lift_hold, set_hold

PAST = 1000


@click.group("hold")
def hold_group() -> None:
    """Keep cases from being destroyed."""


@hold_group.command("set")
@click.argument("name", metavar="SESSION_OR_REFERENCE")
@click.option("--reason", type=click.Choice(list(HOLD_REASONS)), required=True)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="Last day of the hold (UTC).",
)
@click.option("--note", default="", help="Why, in words; sealed like the customer's details.")
@click.option("--details-only", is_flag=True, help="Although the pictures are destroyed already.")
def set_command(name: str, reason: str, until: datetime, note: str, *, details_only: bool) -> None:
    """Stop every clock of a case: nothing of it is destroyed or expires until the hold ends."""
    order = Order(reason, until.date(), note, details_only)
    with attached_runtime() as runtime:
        with runtime.transaction() as db:
            hold = set_hold(db, runtime.vault, name, order, by=OPERATOR, now=runtime.now())
        click.echo(f"{hold.id} holds {hold.session_id} until the end of {until:%Y-%m-%d} (UTC).")


@hold_group.command("lift")
@click.argument("hold_id", metavar="HOLD")
@click.option("--note", required=True, help="Why it is lifted; sealed.")
def lift_command(hold_id: str, note: str) -> None:
    """End a hold now: what is due meanwhile is destroyed within a minute."""
    with attached_runtime() as runtime:
        with runtime.transaction() as db:
            hold = lift_hold(db, runtime.vault, hold_id, note, by=OPERATOR, now=runtime.now())
        click.echo(f"{hold.id} is lifted.")


@hold_group.command("list")
@click.option("--past", is_flag=True, help="Those that ended or were lifted, too.")
def list_command(*, past: bool) -> None:
    """Print hold, case, reference, reason, days and who set it; the notes stay sealed."""
    with attached_runtime() as runtime, runtime.reading() as db:
        now = runtime.now()
        shown = holds_in_force(db, runtime.vault, now)
        shown += holds_ended(db, runtime.vault, now, PAST) if past else []
        for one in shown:
            click.echo(_line(one))


def _line(shown: Shown) -> str:
    hold = shown.hold
    last_day = hold.until - timedelta(days=1)
    state = f"lifted {hold.lifted_at:%Y-%m-%d}" if hold.lifted_at else f"until {last_day:%Y-%m-%d}"
    fields = (hold.id, hold.session_id, shown.reference, hold.reason, f"{hold.set_at:%Y-%m-%d}")
    return "\t".join((*fields, state, hold.set_by))
