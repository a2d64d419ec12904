"""Owns `kyc db`: the tables of the database."""

import click

from kyc.audit import OPERATOR, Action, record
from kyc.migration import is_current, migrate
from kyc.runtime import open_runtime
from kyc.settings import load_settings


@click.group("db")
def db_group() -> None:
    """Bring the database up to date."""


@db_group.command("upgrade")
def upgrade_command() -> None:
    """Make or change the tables as this version needs them; running it again changes nothing."""
    runtime = open_runtime(load_settings())
    if is_current(runtime.engine):
        click.echo("The database is up to date.")
        return
    migrate(runtime.engine)
    with runtime.transaction() as db:
        now = runtime.now()
        record(db, Action.OPERATOR_DEPLOYMENT_MIGRATED, actor=OPERATOR, now=now)
    click.echo("The database has been brought up to date.")
