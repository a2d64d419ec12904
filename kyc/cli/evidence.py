"""Owns `kyc privacy evidence`: making a signed evidence pack, and checking one."""

import hashlib
from pathlib import Path

import click

from kyc.audit import OPERATOR, Action, record
from kyc.audit.signer import load_or_make_signer, load_public_keys, public_key_file
from kyc.cli.attached import attached_runtime
from kyc.errors import InvalidInputError
from kyc.models import new_id
from kyc.registers.evidence import files_of
from kyc.registers.evidence_format import EvidenceError, check, pack
from kyc.settings import load_settings
from kyc.web.admin.settings_shown import settings_shown

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("evidence")
@click.option("-o", "--output", type=FILE, help="Write the pack into FILE.zip.")
@click.option("--verify", "verified", type=READABLE, help="Check this pack instead.")
@click.option("--public-key", type=READABLE, help="File of verifier keys; default: our own.")
def evidence_command(output: Path | None, verified: Path | None, public_key: Path | None) -> None:
    """Write a signed pack of evidence for an audit, or check one.

    Checking needs no database and no network; exit status 1 when the pack is not sound.
    """
    if (output is None) == (verified is None):
        raise InvalidInputError("give -o FILE to make a pack, or --verify FILE to check one")
    if verified is not None:
        _verify(verified, public_key)
    if output is not None:
        _make(output)


def _verify(file: Path, public_key: Path | None) -> None:
    keys = load_public_keys(public_key or public_key_file(load_settings().audit_key_file))
    try:
        found = check(file.read_bytes(), keys)
    except EvidenceError as error:
        click.echo(f"NOT SOUND: {error}")
        raise SystemExit(1) from None
    click.echo(f"sound: {found.id}: {found.business}, {found.made_at}, {found.files} files")


def _make(output: Path) -> None:
    with attached_runtime() as runtime:
        signer, now = load_or_make_signer(runtime.settings.audit_key_file), runtime.now()
        with runtime.reading() as db:
            shown = list(settings_shown(runtime.settings))
            files = files_of(db, runtime.settings, shown, signer, now)
        id_, business = new_id("evp"), runtime.settings.business_name
        content = pack(files, signer, id_=id_, business=business, now=now)
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            output.write_bytes(content)
        except OSError as error:
            raise InvalidInputError(f"{output} cannot be written: {error.strerror}") from error
        with runtime.transaction() as db:
            act = Action.OPERATOR_EVIDENCE_MADE
            record(db, act, actor=OPERATOR, now=now, object_id=id_, detail={"pack": sha256})
    click.echo(f"{output}: {len(files)} files, SHA-256 {sha256}")
