"""Owns `kyc honey`: cases of invented people that nobody is led to, so that opening one alarms."""

import secrets

import click

from kyc.cli.attached import attached_runtime
from kyc.demo.cast import Story
from kyc.demo.honey import make_honey


@click.group("honey")
def honey_group() -> None:
    """Cases of invented people: whoever opens one has searched where they should not."""


@honey_group.command("make")
@click.option("--country", default="EE", show_default=True, help="Two letters, such as EE.")
@click.option(
    "--document",
    type=click.Choice(["passport", "identity_card", "residence_permit", "driving_licence"]),
    default="passport",
    show_default=True,
)
@click.option("--reference", help="As your panel's references look, so that a search finds it.")
def make_command(country: str, document: str, reference: str | None) -> None:
    """Draw one and put it beside the queue; takes about ten seconds, the workers must run."""
    seed = secrets.randbelow(1_000_000)
    story = Story(seed, document, country.upper(), 0, reference=reference)
    with attached_runtime() as runtime:
        click.echo(make_honey(runtime, story))
