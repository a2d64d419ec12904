"""Owns `kyc audit`: checking the log, and copying it out."""

from pathlib import Path

import click

from kyc.audit import OPERATOR, Action, record
from kyc.audit.checkpoints import advance
from kyc.audit.database import verify_database
from kyc.audit.export import export
from kyc.audit.shipping import fetch
from kyc.audit.signer import load_or_make_signer, load_public_keys, public_key_file
from kyc.audit.verify import Report, verify_export
from kyc.cli.attached import attached_runtime
from kyc.errors import ConfigurationError, NotFoundError
from kyc.runtime import audit_store
from kyc.settings import load_settings

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
DIRECTORY = click.Path(file_okay=False, path_type=Path)


@click.group("audit")
def audit_group() -> None:
    """Check the audit log or copy it out."""


@audit_group.command("verify")
@click.option("--public-key", type=READABLE, help="File of verifier keys; default: the log's own.")
@click.option("--export", "directory", type=DIRECTORY, help="Check this export, not the database.")
@click.option("--kept", type=READABLE, multiple=True, help="A checkpoint kept elsewhere.")
def verify_command(public_key: Path | None, directory: Path | None, kept: tuple[Path, ...]) -> None:
    """Recompute the whole chain and check every signature.

    Exit status 1 when anything was changed, removed, inserted, moved or cut off; each finding
    names its place. What no signature covers yet is counted, not vouched for.
    """
    settings = load_settings()
    keys = load_public_keys(public_key or public_key_file(settings.audit_key_file))
    notes = [path.read_text(encoding="utf-8") for path in kept]
    if directory is not None:
        _tell(verify_export(directory, keys, notes))
        return
    with attached_runtime(any_revision=True) as runtime, runtime.reading() as db:
        report = verify_database(db, keys, notes)
    _tell(report)


@audit_group.command("export")
@click.argument("directory", type=DIRECTORY, required=False)
def export_command(directory: Path | None) -> None:
    """Sign what is not signed yet and add it to DIRECTORY, which is checked against the log."""
    settings = load_settings()
    signer = load_or_make_signer(settings.audit_key_file)
    with attached_runtime(any_revision=True) as runtime:
        with runtime.transaction() as db:
            record(db, Action.OPERATOR_AUDIT_EXPORTED, actor=OPERATOR, now=runtime.now())
            advance(db, signer, runtime.now(), at_once=True)
        with runtime.reading() as db:
            added = export(db, directory or settings.audit_export_dir)
    click.echo(f"{added} events added to {directory or settings.audit_export_dir}")
    click.echo(f"public key: {signer.public}")


@audit_group.command("fetch")
@click.argument("directory", type=DIRECTORY)
def fetch_command(directory: Path) -> None:
    """Fetch the copy in the audit bucket into the new DIRECTORY and check it."""
    settings = load_settings()
    bucket = audit_store(settings)
    if bucket is None:
        raise ConfigurationError("there is no audit bucket: set KYC_AUDIT_BUCKET")
    if not fetch(bucket, directory):
        raise NotFoundError("the audit bucket is empty: the workers copy to it every 5 minutes")
    _tell(verify_export(directory, load_public_keys(public_key_file(settings.audit_key_file))))


def _tell(report: Report) -> None:
    for finding in report.findings:
        click.echo(str(finding))
    verdict = "sound" if report.is_sound else "NOT SOUND"
    click.echo(f"{verdict}: {report.events} events, {report.signed} signed")
    if not report.is_sound:
        raise SystemExit(1)
