"""Owns the command `kyc`: its groups, loaded when they are called, and how failures are told."""

import sys
from importlib import import_module

import click

from kyc import __version__
from kyc.errors import KycError
from storage.errors import StorageError

COMMANDS: dict[str, str] = {
    "up": "kyc.cli.up:up_command",
    "web": "kyc.cli.web:web_command",
    "link": "kyc.cli.link:link_group",
    "staff": "kyc.cli.staff:staff_group",
    "purge": "kyc.cli.purge:purge_command",
    "audit": "kyc.cli.audit:audit_group",
    "hold": "kyc.cli.hold:hold_group",
    "tombstone": "kyc.cli.tombstone:tombstone_group",
    "honey": "kyc.cli.honey:honey_group",
    "relationship": "kyc.cli.relationship:relationship_group",
    "flow": "kyc.cli.flow:flow_group",
    "breach-report": "kyc.cli.breach:breach_report_command",
    "doctor": "kyc.cli.doctor:doctor_command",
    "privacy": "kyc.cli.privacy:privacy_group",
    "receipt": "kyc.cli.receipt:receipt_group",
    "redact": "kyc.cli.redact:redact_command",
    "storage": "kyc.cli.storage:storage_group",
    "keys": "kyc.cli.keys:keys_group",
    "backup": "kyc.cli.backup:backup_group",
    "restore": "kyc.cli.restore:restore_command",
    "db": "kyc.cli.db:db_group",
    "demo": "kyc.cli.demo:demo_group",
}


class LazyGroup(click.Group):
    """Imports a command's module when it is needed: `kyc db` need not load the models."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the interface has it
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the interface has it
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup)
@click.version_option(__version__, prog_name="kyc")
def kyc() -> None:
    """Identity verification by human eyes."""


def main() -> None:
    """Runs a command; a named failure becomes one line and exit status 2."""
    try:
        kyc(prog_name="kyc")
    except (KycError, StorageError) as error:
        click.echo(f"kyc: {error}", err=True)
        sys.exit(2)
