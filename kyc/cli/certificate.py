"""Owns the commands on the monthly certificate of destruction: making, proving, checking."""

from pathlib import Path

import click

from kyc.audit import OPERATOR
from kyc.audit.signer import load_or_make_signer, load_public_keys, public_key_file
from kyc.cli.attached import attached_runtime
from kyc.errors import InvalidInputError
from kyc.retention.certificate_format import check_proof, read_certificate
from kyc.retention.certificates import make_certificate, month_before, proof_of
from kyc.retention.receipt_format import ReceiptError
from kyc.retention.receipts import receipt_named
from kyc.settings import load_settings

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("certificate")
@click.option("--month", metavar="YYYY-MM", help="Default: the month that ended last (UTC).")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="FILE")
def certificate_command(month: str | None, output: Path | None) -> None:
    """Print the signed certificate of what a month destroyed, made if there is none yet."""
    with attached_runtime() as runtime:
        signer = load_or_make_signer(runtime.settings.audit_key_file)
        now = runtime.now()
        with runtime.transaction() as db:
            of = month or month_before(now)
            line = make_certificate(db, signer, of, by=OPERATOR, now=now).line
    if output is None:
        click.echo(line)
        return
    try:
        output.write_text(f"{line}\n", encoding="utf-8")
    except OSError as error:
        raise InvalidInputError(f"{output} cannot be written: {error.strerror}") from error


@click.command("prove")
@click.argument("name", metavar="RECEIPT")
def prove_command(name: str) -> None:
    """Print the proof that a receipt is in its month's certificate: one line of JSON."""
    with attached_runtime() as runtime, runtime.reading() as db:
        click.echo(proof_of(db, receipt_named(db, name)))


@click.command("verify-certificate")
@click.argument("file", type=READABLE)
@click.option("--proof", type=READABLE, help="Check too that this receipt is in it.")
@click.option("--public-key", type=READABLE, help="File of verifier keys; default: our own.")
def verify_certificate_command(file: Path, proof: Path | None, public_key: Path | None) -> None:
    """Check the certificate in FILE; needs no database and no network.

    Exit status 1 when it is not sound.
    """
    keys = load_public_keys(public_key or public_key_file(load_settings().audit_key_file))
    try:
        content = read_certificate(_text(file), keys)
        proven = check_proof(_text(proof), content, keys) if proof else None
    except ReceiptError as error:
        click.echo(f"NOT SOUND: {error}")
        raise SystemExit(1) from None
    click.echo(
        f"sound: {content['id']}: {content['month']}: {content['receipts']['count']} receipts, root"
        f" {content['receipts']['root']}, {len(content['not_given_up'])} not given up by the store,"
        f" {content['overdue']} overdue"
    )
    if proven:
        click.echo(f"in it: {proven}")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise InvalidInputError(f"{file} is not text in UTF-8") from error
