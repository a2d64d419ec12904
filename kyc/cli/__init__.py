"""Owns the command `kyc`: its groups, and how failures are told."""

import sys

import click

from kyc import __version__
from kyc.cli.audit import audit_group
from kyc.cli.db import db_group
from kyc.cli.demo import demo_group
from kyc.cli.link import link_group
from kyc.cli.purge import purge_command
from kyc.cli.redact import redact_command
from kyc.cli.staff import staff_group
from kyc.cli.up import up_command
from kyc.errors import KycError
from storage.errors import StorageError


@click.group()
@click.version_option(__version__, prog_name="kyc")
def kyc() -> None:
    """Identity verification by human eyes."""


for command in (
    up_command,
    link_group,
    staff_group,
    purge_command,
    audit_group,
    redact_command,
    db_group,
    demo_group,
):
    kyc.add_command(command)


def main() -> None:
    """Runs a command; a named failure becomes one line and exit status 2."""
    try:
        kyc(prog_name="kyc")
    except (KycError, StorageError) as error:
        click.echo(f"kyc: {error}", err=True)
        sys.exit(2)
