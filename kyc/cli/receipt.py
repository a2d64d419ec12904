"""Owns `kyc receipt`: giving out receipts of deletion, and checking one offline."""

from pathlib import Path

import click

from kyc.audit.signer import load_public_keys, public_key_file
from kyc.cli.attached import attached_runtime
from kyc.errors import ConflictError, InvalidInputError
from kyc.retention.receipt_format import ReceiptError, check
from kyc.retention.receipts import receipt_named, receipts_of_case, unsigned, written
from kyc.settings import load_settings

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("receipt")
def receipt_group() -> None:
    """Give out receipts of deletion or check them."""


@receipt_group.command("show")
@click.argument("name", metavar="ID", required=False)
@click.option("--case", "session_id", metavar="ID", help="All receipts of this verification.")
def show_command(name: str | None, session_id: str | None) -> None:
    """Print the receipt ID, or that of the destroyed thing ID: one line of JSON each.

    What is not signed yet is not printed: it is counted on standard error, with exit status 1.
    """
    if (name is None) == (session_id is None):
        raise click.UsageError("name one receipt, or a verification with --case")
    with attached_runtime() as runtime, runtime.reading() as db:
        found = [receipt_named(db, name)] if name else list(receipts_of_case(db, session_id or ""))
    lines = [line for line in map(written, found) if line]
    for line in lines:
        click.echo(line)
    if not found:
        click.echo("Nothing of this verification has been destroyed.", err=True)
    if len(lines) < len(found):
        raise ConflictError(
            f"not signed yet: {len(found) - len(lines)}. A worker signs within a minute of the"
            " proof that the object is gone; see `kyc receipt waiting`."
        )


@receipt_group.command("verify")
@click.argument("file", type=READABLE)
@click.option("--public-key", type=READABLE, help="File of verifier keys; default: our own.")
def verify_command(file: Path, public_key: Path | None) -> None:
    """Check every receipt in FILE, one a line; needs no database and no network.

    Exit status 1 when one of them is not sound.
    """
    keys = load_public_keys(public_key or public_key_file(load_settings().audit_key_file))
    lines = [line for line in _text(file).splitlines() if line.strip()]
    if not lines:
        raise InvalidInputError(f"{file} holds no receipt")
    bad = 0
    for number, line in enumerate(lines, 1):
        try:
            told = check(line, keys)
        except ReceiptError as error:
            bad += 1
            click.echo(f"NOT SOUND: line {number}: {error}")
            continue
        click.echo(
            f"sound: {told.id}: {told.kind} ({told.stage}) {told.subject}, rule {told.rule}: key"
            f" destroyed {told.key_destroyed_at:%Y-%m-%d %H:%M:%S} UTC, verified to be gone"
            f" {told.absent_at:%Y-%m-%d %H:%M:%S} UTC, {told.versions} versions"
        )
    if bad:
        raise SystemExit(1)


@receipt_group.command("waiting")
def waiting_command() -> None:
    """Count receipts that should have been signed an hour ago; exit status 1 when there are any."""
    with attached_runtime() as runtime, runtime.reading() as db:
        count = unsigned(db, runtime.now())
    click.echo(f"{count} receipts wait for longer than an hour for their signature.")
    if count:
        raise SystemExit(1)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise InvalidInputError(f"{file} is not text in UTF-8") from error
