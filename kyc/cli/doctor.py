"""Owns `kyc doctor`: what is unsafe in this set-up, and what to do."""

import sys

import click

from kyc.cli.attached import attached_runtime
from kyc.doctor import CHECKS, Level, examine


@click.command("doctor")
def doctor_command() -> None:
    """Look this set-up over, and say what is unsafe and what to do; changes nothing.

    A canary object is written to the bucket and shredded. The exit status is 1 when there is an
    error, 0 when there are warnings at most.
    """
    with attached_runtime(any_revision=True) as runtime:
        found = list(examine(runtime, CHECKS))
    for one in found:
        click.echo(f"{one.level:<7}  {one.check}: {one.text}.\n         To do: {one.todo}.")
    errors = sum(one.level == Level.ERROR for one in found)
    click.echo(f"{len(CHECKS)} checks: {errors} errors, {len(found) - errors} warnings.")
    sys.exit(1 if errors else 0)
