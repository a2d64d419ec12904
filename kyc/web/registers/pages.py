"""Owns the list of the registers' pages, which registers their routes."""

from kyc.web.registers import (
    draft_page,
    evidence_page,
    incident_page,
    incidents_page,
    processors_page,
)
from kyc.web.registers.disclosures_page import registers

__all__ = [
    "draft_page",
    "evidence_page",
    "incident_page",
    "incidents_page",
    "processors_page",
    "registers",
]
