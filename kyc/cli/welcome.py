"""Owns the words after a start: where to look, and the first administrator's invitation."""

from sqlalchemy import func, select

from kyc.access import Role
from kyc.cli.staff import invitation_url
from kyc.models import Staff
from kyc.resources import command_name
from kyc.runtime import Runtime, open_runtime
from kyc.settings import Settings


def first_start(settings: Settings) -> list[str]:
    """Lines to print; with no account yet, a one-time link for the first administrator."""
    runtime = open_runtime(settings)
    try:
        return ["", *_lines(runtime), ""]
    finally:
        runtime.engine.dispose()


def _lines(runtime: Runtime) -> list[str]:
    url = runtime.settings.base_url
    lines = [f"kyc is ready at {url}", f"  Staff sign in at  {url}/staff/"]
    with runtime.reading() as db:
        has_staff = bool(db.scalar(select(func.count()).select_from(Staff)))
    if not has_staff and not runtime.settings.is_demo:
        lines += [
            "",
            "  Nobody can sign in yet. The first administrator's link, good once, for 72 hours:",
            f"    {invitation_url(runtime, Role.ADMINISTRATOR)}",
            "  (An administrator invites reviewers; only reviewers see pictures.)",
        ]
    return [
        *lines,
        "",
        f"  To try it as a customer, open {url}/ or run `{command_name()} link create`.",
        f"  Mails to customers are kept in {runtime.settings.mail_dir}/new"
        if not runtime.settings.smtp_url
        else "  Mails to customers go out by SMTP.",
        "  Ctrl-C stops everything.",
    ]
