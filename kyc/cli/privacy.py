"""Owns `kyc privacy`: the documents that a controller must keep, as Markdown."""

from pathlib import Path

import click

from kyc.cli.attached import attached_runtime
from kyc.cli.evidence import evidence_command
from kyc.flows import flow_in_force
from kyc.policy.flow import Flow, shipped_flow
from kyc.privacy.controller import controller_of
from kyc.privacy.documents import documents
from kyc.settings import Settings, load_settings

DIRECTORY = click.Path(file_okay=False, path_type=Path)


@click.group("privacy")
def privacy_group() -> None:
    """Write the documents that data protection law asks for."""


privacy_group.add_command(evidence_command)


@privacy_group.command("documents")
@click.option("-o", "--output", type=DIRECTORY, help="Write one file each into this directory.")
@click.option("--example", is_flag=True, help="By the shipped settings; needs no database.")
def documents_command(output: Path | None, example: bool) -> None:
    """Print them one after another as Markdown, or write them with -o.

    What the controller has still to say is counted on standard error.
    """
    if example:
        _write(shipped_flow(), load_settings({"KYC_DATA_DIR": "/nowhere"}), output)
        return
    with attached_runtime() as runtime:
        with runtime.reading() as db:
            flow = flow_in_force(db)
        _write(flow, runtime.settings, output)


def _write(flow: Flow, settings: Settings, output: Path | None) -> None:
    for one in documents(flow, settings):
        if output is None:
            click.echo(one.text)
            continue
        output.mkdir(parents=True, exist_ok=True)
        (output / f"{one.name}.md").write_text(one.text, encoding="utf-8")
    missing = controller_of(settings).missing
    if missing:
        click.echo(
            f"The documents are not complete. Say in {settings.controller_file}, and the name by"
            f" KYC_BUSINESS_NAME: {'; '.join(missing)}.",
            err=True,
        )
