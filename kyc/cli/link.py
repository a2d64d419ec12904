"""Owns `kyc link`: a verification and the link that opens it."""

from datetime import timedelta

import click

from kyc.audit import OPERATOR, Action, record
from kyc.cli.attached import attached_runtime
from kyc.intake.beginning import begin_session
from kyc.intake.links import make_link
from kyc.intake.taking_over import view_for_link
from kyc.web.languages import LANGUAGES


@click.group("link")
def link_group() -> None:
    """Make links for customers."""


@link_group.command("create")
@click.option("--reference", help="Your own reference, such as a customer number.")
@click.option(
    "--language",
    default="en",
    show_default=True,
    type=click.Choice(list(LANGUAGES)),
    help="Language of the pages and mails, until the customer chooses another.",
)
def create_command(reference: str | None, language: str) -> None:
    """Begin a verification and print its single-use link."""
    with attached_runtime() as runtime, runtime.transaction() as db:
        settings, now = runtime.settings, runtime.now()
        session = begin_session(
            db,
            runtime.vault,
            actor=OPERATOR,
            origin="link",
            lasts=timedelta(days=settings.session_days),
            locale=language,
            client_reference_id=reference,
            now=now,
        )
        lasts = timedelta(hours=settings.link_hours)
        view = view_for_link(db, runtime.vault, session, now)
        tools = runtime.vault.boxes, runtime.lookup
        token = make_link(db, *tools, session, view=view, lasts=lasts, now=now)
        record(db, Action.OPERATOR_LINK_MADE, actor=OPERATOR, now=now, case=session.id)
    click.echo(f"{settings.base_url}/v/{token}")
    click.echo(f"{session.id}, good once and until {now + lasts:%Y-%m-%d %H:%M} UTC", err=True)
