"""Owns the list of the pages on retention: importing them puts them on the blueprint."""

from kyc.web.oversight import case_page, certificate_page, order_page, relationship_page
from kyc.web.oversight.holds_page import holds
from kyc.web.oversight.retention_page import retention

__all__ = ["case_page", "certificate_page", "holds", "order_page", "relationship_page", "retention"]
