"""Owns `kyc db`: the tables of the database."""

import click

from kyc.audit import OPERATOR, Action, record
from kyc.audit.signer import load_or_make_signer
from kyc.migration import is_current, migrate
from kyc.runtime import open_runtime
from kyc.settings import load_settings


@click.group("db")
def db_group() -> None:
    """Bring the database up to date."""


@db_group.command("upgrade")
def upgrade_command() -> None:
    """Make the keys and the tables that this version needs; again changes nothing."""
    settings = load_settings()
    settings.kek_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    load_or_make_signer(settings.audit_key_file)
    runtime = open_runtime(settings)
    if is_current(runtime.engine):
        click.echo("The database is up to date.")
        return
    migrate(runtime.engine)
    with runtime.transaction() as db:
        now = runtime.now()
        record(db, Action.OPERATOR_DEPLOYMENT_MIGRATED, actor=OPERATOR, now=now)
    click.echo("The database has been brought up to date.")
