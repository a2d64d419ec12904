"""Owns `kyc tombstone`: forgetting what recognises somebody who was erased, at their objection."""

import click

from kyc.audit import OPERATOR
from kyc.cli.attached import attached_runtime
from kyc.errors import NotFoundError
from kyc.tombstones import forget_address


@click.group("tombstone")
def tombstone_group() -> None:
    """What is left for a year of people who were erased on request."""


@tombstone_group.command("forget")
@click.argument("address")
def forget_command(address: str) -> None:
    """Forget the keyed hashes of whoever was erased with this e-mail address (GDPR Art. 21)."""
    with attached_runtime() as runtime:
        with runtime.transaction() as db:
            now = runtime.now()
            count = forget_address(db, runtime.lookup, address, by=OPERATOR, now=now)
        if not count:
            raise NotFoundError("there is no tombstone of this address: nothing is to be done")
        click.echo(f"{count} keyed hashes are forgotten.")
