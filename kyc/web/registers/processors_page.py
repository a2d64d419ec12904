"""Owns the page of processors: who is engaged, and every list that was in force."""

from flask import render_template

from kyc.access import Permission
from kyc.errors import ConfigurationError
from kyc.privacy.controller import Controller, controller_of
from kyc.registers.processors import lists
from kyc.web.auth import requires
from kyc.web.context import runtime
from kyc.web.database import reading
from kyc.web.registers.disclosures_page import registers


@registers.get("/processors")
@requires(Permission.SEE_REGISTERS)
def processors() -> str:
    said, wrong = _said()
    with reading() as db:
        kept = lists(db)
    return render_template(
        "staff/registers/processors.html",
        said=said,
        wrong=wrong,
        kept=kept,
        file=runtime().settings.controller_file,
    )


def _said() -> tuple[Controller | None, str]:
    """What the file says now, or what is wrong with it."""
    try:
        return controller_of(runtime().settings), ""
    except ConfigurationError as error:
        return None, str(error)
