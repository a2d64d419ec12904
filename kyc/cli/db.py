"""Owns `kyc db`: the tables, and what must stand beside them before anything is kept."""

import click

from kyc.audit import OPERATOR, Action, record
from kyc.audit.signer import load_or_make_signer
from kyc.cli.storage import told_of
from kyc.flows import require_flows
from kyc.migration import is_current, migrate
from kyc.runtime import Runtime, key_provider, object_store, open_runtime
from kyc.settings import Settings, load_settings
from storage.keys_file import FileKeys


@click.group("db")
def db_group() -> None:
    """Prepare what the service keeps its data in."""


@db_group.command("upgrade")
def upgrade_command() -> None:
    """Make keys, bucket and tables as this version needs them; again changes nothing.

    The object store is tried with a canary object, and what its bucket does is told: versions
    and locks decide how a picture is destroyed.
    """
    settings = load_settings()
    _prepare_keys(settings)
    _prepare_bucket(settings)
    runtime = open_runtime(settings)
    try:
        if is_current(runtime.engine):
            click.echo("The database is up to date.")
        else:
            _migrate(runtime)
        with runtime.reading() as db:
            require_flows(db)
    finally:
        runtime.engine.dispose()


def _migrate(runtime: Runtime) -> None:
    migrate(runtime.engine)
    with runtime.transaction() as db:
        now = runtime.now()
        record(db, Action.OPERATOR_DEPLOYMENT_MIGRATED, actor=OPERATOR, now=now)
    click.echo("The database has been brought up to date.")


def _prepare_keys(settings: Settings) -> None:
    keys = key_provider(settings)
    if isinstance(keys, FileKeys):  # also where a root key in KMS covers what the files hold
        settings.kek_dir.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        keys.prepare()
    else:
        keys.check()
    load_or_make_signer(settings.audit_key_file)


def _prepare_bucket(settings: Settings) -> None:
    if not settings.s3_endpoint_url:
        click.echo("No object store is set: `kyc up` starts its own.")
        return
    store = object_store(settings)
    store.ensure_bucket()
    for line in told_of(settings.s3_bucket, store.probe()):
        click.echo(line)
