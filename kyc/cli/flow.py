"""Owns `kyc flow`: which versions there are, what one says, and proposing the next."""

import json
from pathlib import Path
from typing import Any

import click

from kyc.audit import OPERATOR
from kyc.cli.attached import attached_runtime
from kyc.errors import NotFoundError
from kyc.flows import row_in_force
from kyc.flows.changing import propose, version_of, versions
from kyc.policy.flow import STANDARD, FlowError, make_flow, read_json, read_toml
from kyc.policy.flow_difference import differences

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("flow")
def flow_group() -> None:
    """See and change what is accepted, asked, checked and kept."""


@flow_group.command("list")
def list_command() -> None:
    """Print name, version, state, who proposed and approved it, and its hash."""
    with attached_runtime() as runtime, runtime.reading() as db:
        current = row_in_force(db)
        for row in versions(db):
            state = "in force" if row is current else row.state
            by = (row.proposed_by, row.approved_by or "-")
            click.echo("\t".join((row.name, str(row.version), state, *by, row.sha256[:16])))


@flow_group.command("show")
@click.argument("version", type=int, required=False)
@click.option("--against", type=int, help="Print what differs from this version instead.")
def show_command(version: int | None, against: int | None) -> None:
    """Print a version as JSON, which `check` and `propose` take from a file that ends in .json.

    Without VERSION, the one in force.
    """
    with attached_runtime() as runtime, runtime.reading() as db:
        if version is None:
            current = row_in_force(db)
            if current is None:
                raise NotFoundError("no flow is in force: run `kyc db upgrade`")
            version = current.version
        flow = version_of(db, STANDARD, version)[1]
        if against is None:
            click.echo(json.dumps(json.loads(flow.body), indent=2, ensure_ascii=False))
            return
        for one in differences(version_of(db, STANDARD, against)[1], flow):
            click.echo(f"{one.field}: {one.before or '(none)'} -> {one.after or '(none)'}")


@flow_group.command("check")
@click.argument("file", type=FILE)
def check_command(file: Path) -> None:
    """Say everything that is missing or wrong in FILE (TOML or JSON); changes nothing."""
    try:
        flow = make_flow(_read(file), 1)
    except FlowError as error:
        for problem in error.problems:
            click.echo(f"{problem.field}: {problem.text}", err=True)
        raise SystemExit(1) from error
    click.echo(f"{file} can be used; its hash is {flow.sha256}.")


@flow_group.command("propose")
@click.argument("file", type=FILE)
def propose_command(file: Path) -> None:
    """Hand in FILE (TOML or JSON) as the next version, which an administrator then approves."""
    raw = _read(file)
    with attached_runtime() as runtime:
        with runtime.transaction() as db:
            row = propose(db, raw, by=OPERATOR, now=runtime.now())
        click.echo(
            f"Version {row.version} of {row.name} waits for an administrator, who approves it on"
            " the page Administration."
        )


def _read(file: Path) -> dict[str, Any]:
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".json":
        return read_toml(text)
    return read_json(text)
