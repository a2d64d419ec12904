"""Owns the draft of a breach's notification, by GDPR Art. 33(3), from what the register says."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from kyc.models import Incident
from kyc.policy.incidents import CLASSES, NATURES, PERSONS, RISKS, TEXTS
from kyc.privacy.controller import PARTICULARS, controller_of
from kyc.privacy.documents import templates
from kyc.registers.clocks import clock_of
from kyc.registers.incident_texts import written
from kyc.registers.incidents import missing_in
from kyc.settings import Settings
from storage.vault import Vault

_TITLES = {
    "controller": "Notification of a personal data breach to the authority (GDPR Art. 33(1))",
    "processor": "Notification of a personal data breach to the controller (GDPR Art. 33(2))",
}


def draft(db: Session, vault: Vault, settings: Settings, incident: Incident, now: datetime) -> str:
    """Markdown of the kind that `kyc.privacy.markdown` reads; what is not known is said loudly.

    Raises ConfigurationError for a controller's file out of form.
    """
    template = templates().get_template("breach-notification.md")
    return template.render(**_known(db, vault, settings, incident, now)).strip() + "\n"


def _known(
    db: Session, vault: Vault, settings: Settings, incident: Incident, now: datetime
) -> dict[str, Any]:
    controller, hours = controller_of(settings), settings.incident_controller_hours
    newest = {one.kind: one.words for one in written(db, vault, incident)}
    lines = {kind: _lines(newest.get(kind, "")) for kind in TEXTS}
    clock = clock_of(incident, hours)
    return {
        "title": _TITLES[incident.role],
        "incident": incident,
        "now": _said(now),
        "controller": controller,
        "particulars": [(what, controller.particulars[name]) for name, what in PARTICULARS.items()],
        "missing": [
            *(what for what in controller.missing if not what.startswith("processors")),
            *(one for one in missing_in(db, incident, hours) if not one.startswith("telling the")),
        ],
        "began": _said(incident.began_at),
        "ended": _said(incident.ended_at),
        "aware": _said(incident.aware_at),
        "due": _said(clock.ends_at) if clock else "",
        "told": _said(clock.done_at) if clock else "",
        "late": lines["late"],
        "texts": lines,
        "natures": [NATURES[code] for code in incident.natures],
        "classes": [CLASSES[code] for code in incident.classes],
        "risk": RISKS[incident.risk],
        "persons": PERSONS[incident.persons_decision],
        "report": incident.report,
    }


def _lines(text: str) -> list[str]:
    """Paragraphs: a blank line in what somebody wrote must not begin another block."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _said(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" if at else ""
