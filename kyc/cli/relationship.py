"""Owns `kyc relationship`: the business reports that customers have left."""

from datetime import date, datetime
from typing import TextIO

import click

from kyc.cli.attached import attached_runtime
from kyc.errors import KycError
from kyc.retention.relationships import MOST_MISSING, Ended, end_relationship, without_end
from kyc.runtime import Runtime


@click.group("relationship")
def relationship_group() -> None:
    """Report that a relationship with a customer has ended."""


@relationship_group.command("end")
@click.argument("name", metavar="SESSION_OR_REFERENCE", required=False)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Its last day; default: today (UTC).")
@click.option(
    "--file",
    type=click.File(encoding="utf-8"),
    help="One SESSION_OR_REFERENCE a line, with a tab and its own YYYY-MM-DD if need be; - reads"
    " standard input.",
)
@click.option("--correct", is_flag=True, help="Replace a date that was reported before.")
def end_command(
    name: str | None, on: datetime | None, file: TextIO | None, *, correct: bool
) -> None:
    """Start the clock of an approved customer's details: KYC_RECORD_YEARS, then they are destroyed.

    The same report again changes nothing. With --file, each line's outcome is told, and the exit
    status is 1 when one was refused; the others are done.
    """
    if (name is None) == (file is None):
        raise click.UsageError("name one customer, or a file of them")
    with attached_runtime() as runtime:
        day = on.date() if on else runtime.now().date()
        if name is not None:
            click.echo(_end(runtime, name, day, correct=correct))
            return
        lines = [line.strip() for line in file or ()]
        refused = sum(not _told(runtime, line, day, correct=correct) for line in lines if line)
    if refused:
        click.echo(f"{refused} refused", err=True)
        raise SystemExit(1)


@relationship_group.command("missing")
def missing_command() -> None:
    """Print those approved over two years ago without a reported end: id, reference, approval.

    Either they are customers still, or their end was forgotten, and nothing is ever destroyed.
    """
    with attached_runtime() as runtime, runtime.reading() as db:
        found = without_end(db, runtime.now())
        for one in found:
            click.echo(f"{one.id}\t{one.reference}\t{one.decided_at:%Y-%m-%d}")
    if len(found) == MOST_MISSING:
        click.echo(f"These are the first {MOST_MISSING}.", err=True)


def _told(runtime: Runtime, line: str, day: date, *, correct: bool) -> bool:
    name, _, own = line.partition("\t")
    try:
        on = date.fromisoformat(own.strip()) if own.strip() else day
        click.echo(_end(runtime, name, on, correct=correct))
    except ValueError:
        click.echo(f"{name}: refused: {own.strip()!r} is no date of the form YYYY-MM-DD")
        return False
    except KycError as error:
        click.echo(f"{name}: refused: {error}")
        return False
    return True


def _end(runtime: Runtime, name: str, on: date, *, correct: bool) -> str:
    years = runtime.settings.record_years
    with runtime.transaction() as db:
        ended = end_relationship(db, name, on, years=years, now=runtime.now(), corrects=correct)
    return f"{name}: " + "; ".join(_words(one) for one in ended)


def _words(ended: Ended) -> str:
    known = "ended" if ended.is_news else "was known to have ended"
    return f"{known} on {ended.on}, the details are destroyed on {ended.destroy_at:%Y-%m-%d}"
