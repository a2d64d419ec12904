"""Owns `kyc backup`: making one while the service runs, trying one, the operator's key."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from kyc.audit import OPERATOR, Action, record
from kyc.audit.signer import load_or_make_signer, public_key_file
from kyc.backup.locks import (
    Identity,
    Lock,
    Passphrase,
    Recipient,
    Unlock,
    load_identity,
    make_identity,
)
from kyc.backup.making import KEYS, Ordered, make_backup
from kyc.backup.restoring import Restored, Source, counts_of, restore
from kyc.cli.attached import attached_runtime
from kyc.errors import ConflictError
from kyc.settings import Settings

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
DIRECTORY = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)

passphrase_option = click.option(
    "--passphrase-file",
    type=READABLE,
    help="Its first line is the passphrase; else it is asked.",
)


@click.group("backup")
def backup_group() -> None:
    """Make backups of rows, keys and objects, or try one."""


@backup_group.command("key")
@click.argument("file", type=FILE)
def key_command(file: Path) -> None:
    """Make an operator's key in FILE and print its public half.

    Move FILE away from this machine: who has it opens every backup made `--to` its public half.
    """
    click.echo(str(make_identity(file).recipient))


@backup_group.command("make")
@click.argument("directory", type=DIRECTORY)
@click.option("--to", "recipient", help="Public half of the operator's key (`kyc backup key`).")
@passphrase_option
@click.option("--keys", "keys_file", type=FILE, help="Where the key store goes: another place.")
@click.option("--objects", is_flag=True, help="Copy the objects too, as they lie: ciphertext.")
def make_command(
    directory: Path,
    recipient: str | None,
    passphrase_file: Path | None,
    keys_file: Path | None,
    *,
    objects: bool,
) -> None:
    """Write a backup into the new DIRECTORY while the service runs.

    Rows and key store are sealed, each in a file of its own; keep them apart: each is useless
    without the other, and both together are everything.
    """
    lock: Lock = Recipient.parse(recipient) if recipient else passphrase(passphrase_file, new=True)
    ordered = Ordered(directory, keys_file or directory / KEYS, with_objects=objects)
    with attached_runtime() as runtime:
        signer = load_or_make_signer(runtime.settings.audit_key_file)
        made = make_backup(runtime, ordered, lock=lock, signer=signer)
    click.echo(f"{made.backup}: {sum(made.rows.values())} rows, {made.objects} objects")
    if keys_file is None:
        click.echo(f"Move {ordered.keys_file} to another place than {directory}.", err=True)


@backup_group.command("test")
@click.argument("directory", type=DIRECTORY)
@click.option("--key", "identity_file", type=READABLE, help="The operator's key.")
@passphrase_option
@click.option("--keys", "keys_file", type=READABLE, help="Where the key store went.")
def test_command(
    directory: Path,
    identity_file: Path | None,
    passphrase_file: Path | None,
    keys_file: Path | None,
) -> None:
    """Restore a backup into a scratch directory, open everything, throw it away, note that.

    Exit status 1 when something does not open.
    """
    unlock = unlocked(identity_file, passphrase_file)
    with attached_runtime() as runtime:
        own = public_key_file(runtime.settings.audit_key_file)
        source = Source(directory, keys_file or directory / KEYS, unlock, own)
        with _scratch(runtime.settings) as settings:
            done = restore(settings, source, say=click.echo, is_test=True)
        with runtime.transaction() as db:
            record(
                db,
                Action.OPERATOR_BACKUP_TESTED,
                actor=OPERATOR,
                now=runtime.now(),
                object_id=done.manifest.backup,
                detail=counts_of(done),
            )
    tell(done)


def unlocked(identity_file: Path | None, passphrase_file: Path | None) -> Unlock:
    if identity_file is not None:
        identity: Identity = load_identity(identity_file)
        return identity
    return passphrase(passphrase_file, new=False)


def passphrase(file: Path | None, *, new: bool) -> Passphrase:
    if file is not None:
        return Passphrase(file.read_text(encoding="utf-8").partition("\n")[0])
    return Passphrase(click.prompt("Passphrase", hide_input=True, confirmation_prompt=new))


def tell(done: Restored) -> None:
    """Raises ConflictError when not everything is as it should be."""
    for name in done.unsound:
        click.echo(f"left out, since nobody of ours signed it: {name}")
    for kind, name, code in done.tried.failed:
        click.echo(f"does not open: {kind} {name}: {code}")
    if done.left:
        click.echo(f"{done.left} purged objects are not removed: the service goes on trying")
    if done.tried.failed:
        raise ConflictError(f"{len(done.tried.failed)} of {done.tried.rows} do not open")
    click.echo("Everything that should open does, and nothing else.")


@contextmanager
def _scratch(settings: Settings) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="kyc-restore-", dir=settings.data_dir) as name:
        place = Path(name)
        yield replace(
            settings,
            data_dir=place,
            database_url=f"sqlite:///{place / 'kyc.db'}",
            secret_key_file=place / "keys" / "web.key",
            lookup_key_file=place / "keys" / "lookup.key",
            audit_key_file=place / "keys" / "audit.pem",
            kek_dir=place / "keys" / "kek",
        )
