"""Owns `kyc demo`: filling a demonstration, and its accounts' codes."""

import click
import pyotp

from kyc.cli.attached import attached_runtime
from kyc.demo.accounts import PEOPLE, demo_accounts
from kyc.demo.filling import fill


@click.group("demo")
def demo_group() -> None:
    """Invented people to look around with; only on a data directory made by `kyc up --demo`."""


@demo_group.command("fill")
def fill_command() -> None:
    """Make one account a role and a dozen verifications; a second time does nothing."""
    with attached_runtime() as runtime:
        fill(runtime, click.echo)


@demo_group.command("codes")
def codes_command() -> None:
    """Print how to sign in as each role now: name, password, current six-digit code."""
    with attached_runtime() as runtime:
        for account in demo_accounts(runtime):
            code = pyotp.TOTP(account.totp_secret).at(int(runtime.now().timestamp()))
            role = PEOPLE[account.login][0]
            click.echo(f"{role:17} {account.login:12} {account.password}   code {code}")
