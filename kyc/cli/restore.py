"""Owns `kyc restore`: a deployment from its backup, without what was purged since."""

from pathlib import Path

import click

from kyc.backup.making import KEYS
from kyc.backup.restoring import Source, restore
from kyc.cli.backup import DIRECTORY, READABLE, passphrase_option, tell, unlocked
from kyc.embedded.store_alone import with_store
from kyc.settings import load_settings


@click.command("restore")
@click.argument("directory", type=DIRECTORY)
@click.option("--key", "identity_file", type=READABLE, help="The operator's key.")
@passphrase_option
@click.option("--keys", "keys_file", type=READABLE, help="Where the key store went.")
@click.option("--public-key", type=READABLE, help="Verifier keys of the audit log, kept elsewhere.")
@click.option(
    "--ledger",
    "exports",
    type=DIRECTORY,
    multiple=True,
    help="An exported audit log: what was purged according to it is purged again, too.",
)
def restore_command(
    directory: Path,
    identity_file: Path | None,
    passphrase_file: Path | None,
    keys_file: Path | None,
    public_key: Path | None,
    exports: tuple[Path, ...],
) -> None:
    """Put a backup into an empty database; stop the service first.

    What was destroyed after the backup is destroyed again before anything opens. A database in
    use is never overwritten, nor a key store that is there.
    """
    unlock = unlocked(identity_file, passphrase_file)
    source = Source(directory, keys_file or directory / KEYS, unlock, public_key, exports)
    with with_store(load_settings(), say=click.echo) as settings:
        tell(restore(settings, source, say=click.echo))
