"""Owns the page of the settings: value, where it comes from, what it means; never a secret."""

from flask import render_template

from kyc.access import Permission
from kyc.web.admin.overview import administration
from kyc.web.admin.settings_shown import settings_shown
from kyc.web.auth import requires
from kyc.web.context import runtime


@administration.get("/settings")
@requires(Permission.MANAGE_FLOWS)
def settings() -> str:
    return render_template(
        "staff/admin/settings.html", settings=list(settings_shown(runtime().settings))
    )
