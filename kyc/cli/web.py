"""Owns `kyc web`: one web process, for both kinds of people or for one of them."""

import click

from kyc.settings import child_environment, load_settings
from kyc.wsgi import serve_until_stopped


@click.command("web")
@click.option(
    "--surface",
    type=click.Choice(["all", "customer", "staff"]),
    help="Whom it serves. Setting: KYC_SURFACE.  [default: all]",
)
@click.option("--host", help="Address to listen on. Setting: KYC_HOST.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on. Setting: KYC_PORT.  [default: 8080]")
def web_command(*, surface: str | None, host: str | None, port: int | None) -> None:
    """Serve the pages, beside databases and servers that run elsewhere.

    With `--surface customer` it can seal what customers send and open none of it: give its machine
    no key store.
    """
    asked = {"KYC_SURFACE": surface, "KYC_HOST": host, "KYC_PORT": port}
    variables = {name: str(value) for name, value in asked.items() if value is not None}
    serve_until_stopped(load_settings(child_environment(variables)))
