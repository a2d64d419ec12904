"""Owns the list of the pages on retention: importing them puts them on the blueprint."""

from kyc.web.oversight import certificate_page
from kyc.web.oversight.retention_page import retention

__all__ = ["certificate_page", "retention"]
