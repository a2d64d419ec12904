"""Owns `kyc breach-report`: which cases a breach touched, and whether they could be read."""

import sys
from contextlib import nullcontext
from pathlib import Path

import click
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kyc.cli.attached import attached_runtime
from kyc.errors import InvalidInputError, NotFoundError
from kyc.models import Staff
from kyc.registers.breach import Question, Scope, Summary, moment_of, touched
from kyc.registers.breach_output import FORMS, Hashed, summary_lines
from kyc.registers.breach_record import note_report
from kyc.runtime import Runtime

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("breach-report")
@click.option("--since", required=True, help="ISO 8601, UTC where no zone is said.")
@click.option("--until", help="Default: now.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What was exposed; repeat it where several things were.",
)
@click.option("--epoch", "epochs", multiple=True, metavar="YYYY-MM", help="Of the key; else all.")
@click.option("--person", "persons", multiple=True, metavar="LOGIN", help="For the scope staff.")
@click.option("--form", type=click.Choice(sorted(FORMS)), default="csv", show_default=True)
@click.option("--incident", metavar="INCIDENT", help="The breach in the register it belongs to.")
@click.option("-o", "--output", type=FILE, help="FILE; else the terminal.")
def breach_report_command(
    since: str,
    until: str | None,
    scopes: tuple[str, ...],
    epochs: tuple[str, ...],
    persons: tuple[str, ...],
    form: str,
    incident: str | None,
    output: Path | None,
) -> None:
    """List cases and classes of data that a breach touched, and whether they could be read.

    A bucket alone is sealed; a database alone has wrapped keys; pictures need both and the key.
    The summary and the SHA-256 of the report go to standard error.
    """
    with attached_runtime() as runtime:
        end = moment_of(until) if until else runtime.now()
        with runtime.reading() as db:
            people = tuple(_person(db, login) for login in persons)
        kinds = frozenset(Scope(scope) for scope in scopes)
        asked = Question(kinds, moment_of(since), end, frozenset(epochs), people)
        summary, sha256 = _write(runtime, asked, form, output)
        with runtime.transaction() as db:
            note_report(db, asked, summary, sha256, incident, runtime.now())
    for line in (*summary_lines(summary), f"SHA-256 {sha256}"):
        click.echo(line, err=True)


def _write(
    runtime: Runtime, asked: Question, form: str, output: Path | None
) -> tuple[Summary, str]:
    summary = Summary()
    try:
        opened = output.open("w", encoding="utf-8") if output else nullcontext(sys.stdout)
    except OSError as error:
        raise InvalidInputError(f"{output} cannot be written: {error.strerror}") from error
    with opened as stream, runtime.reading() as db:
        out = Hashed(stream)
        FORMS[form](out, asked, touched(db, asked), summary)
    return summary, out.sha256


def _person(db: Session, login: str) -> str:
    named = or_(Staff.login == login, Staff.id == login)
    found = db.scalar(select(Staff.id).where(named))
    if found is None:
        raise NotFoundError(f"there is no account {login}: `kyc staff list` shows all")
    return found
