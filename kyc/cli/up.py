"""Owns `kyc up`: everything on one machine, with one command."""

import sys
from pathlib import Path

import click

from kyc import __version__
from kyc.cli.welcome import first_start
from kyc.embedded.house import keep_house
from kyc.settings import child_environment, load_settings


@click.command("up")
@click.option("--demo", "is_demo", is_flag=True, help="Fill in invented people to look around.")
@click.option("--host", help="Address to listen on. Setting: KYC_HOST.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on. Setting: KYC_PORT.  [default: 8080]")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where everything is kept. Setting: KYC_DATA_DIR.  [default: var]",
)
def up_command(*, is_demo: bool, host: str | None, port: int | None, data_dir: Path | None) -> None:
    """Start the whole service, and stop it with Ctrl-C.

    Database, queue and object store are embedded unless DATABASE_URL, REDIS_URL or
    S3_ENDPOINT_URL name others.
    """
    asked = {"KYC_HOST": host, "KYC_PORT": port, "KYC_DATA_DIR": data_dir}
    variables = {name: str(value) for name, value in asked.items() if value is not None}
    settings = load_settings(child_environment(variables))
    _say(f"kyc {__version__}, everything is kept in {settings.data_dir}")
    keep_house(settings, is_demo=is_demo, welcome=first_start, say=_say)


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()
