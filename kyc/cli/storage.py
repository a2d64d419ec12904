"""Owns `kyc storage`: whether bucket and database agree."""

import click

from kyc.audit import OPERATOR
from kyc.cli.attached import attached_runtime
from kyc.embedded.attach import attached
from kyc.errors import ConfigurationError, ConflictError
from kyc.keeping.quarantine import quarantined
from kyc.retention.guard import MOST_AT_ONCE
from kyc.retention.reconciling import Outcome, reconcile
from kyc.runtime import object_store
from kyc.settings import load_settings
from storage.s3_bucket import Capabilities, costs


@click.group("storage")
def storage_group() -> None:
    """Compare what is stored with what the database knows."""


@storage_group.command("reconcile")
@click.option("--dry-run", is_flag=True, help="Only tell what differs.")
@click.option(
    "--many", is_flag=True, help=f"Remove leftovers even if there are more than {MOST_AT_ONCE}."
)
def reconcile_command(*, dry_run: bool, many: bool) -> None:
    """Remove objects that no row knows; name rows whose object is missing. It runs daily."""
    with attached_runtime() as runtime:
        outcome = reconcile(runtime, dry_run=dry_run, many=many, by=OPERATOR)
    for line in told(outcome, dry_run=dry_run):
        click.echo(line)
    if outcome.is_halted and not dry_run:
        raise ConflictError(
            "so many leftovers look like the wrong database or an old backup. If they may go, run"
            " `kyc storage reconcile --many`."
        )


@storage_group.command("probe")
def probe_command() -> None:
    """Write a canary object, read it, destroy it; say what the bucket lacks and what that costs.

    Exit status 2 where it cannot forget, or does not give back what it got.
    """
    settings = attached(load_settings())
    if not settings.s3_endpoint_url:
        raise ConfigurationError("no object store is set, and no `kyc up` runs here")
    for line in told_of(settings.s3_bucket, object_store(settings).probe()):
        click.echo(line)


@storage_group.command("quarantined")
def quarantined_command() -> None:
    """Print the images that do not open as they were stored; exit status 1 when there are any.

    Since when, the image, its case, what broke, and when it is destroyed. The object is kept
    until then, so that somebody can look at it.
    """
    with attached_runtime() as runtime, runtime.reading() as db:
        found = quarantined(db)
    for artifact in found:
        assert artifact.quarantined_at is not None
        due = f"{artifact.destroy_at:%Y-%m-%d}" if artifact.destroy_at else "-"
        since = f"{artifact.quarantined_at:%Y-%m-%d %H:%M}"
        code = artifact.quarantine_code or ""
        click.echo("\t".join((since, artifact.id, artifact.session_id, code, due)))
    if found:
        raise SystemExit(1)
    click.echo("Nothing is quarantined.")


def told_of(bucket: str, found: Capabilities) -> list[str]:
    """What a bucket does, in plain words; each thing that it lacks with its cost."""
    lines = [
        f"Bucket {bucket}: versioning {found.versioning}, object lock"
        f" {found.object_lock}, conditional writes {'on' if found.conditional_put else 'off'}."
    ]
    return lines + [f"  Mind: {cost}." for cost in costs(found)]


def told(outcome: Outcome, *, dry_run: bool) -> list[str]:
    """The outcome in plain words, a line a fact."""
    ids = ": nobody can see them any more; the audit log has their ids" if outcome.missing else ""
    removed = "nothing was removed" if dry_run else f"{outcome.removed} were removed"
    lines = [
        f"{outcome.tally.objects} objects in the bucket, {outcome.tally.rows} rows that know one.",
        f"{outcome.orphans} objects are left over; {removed}.",
        f"{outcome.missing} stored images have lost their object{ids}.",
    ]
    lines += [f"could not be removed: {name}" for name in outcome.kept]
    if outcome.foreign:
        lines.append(f"{outcome.foreign} objects have names that kyc never gives: left alone.")
    if not (outcome.orphans or outcome.missing or outcome.foreign):
        lines.append("Bucket and database agree.")
    return lines
