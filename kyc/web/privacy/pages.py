"""Owns the list of the privacy desk's pages, which registers their routes."""

from kyc.web.privacy import notices_page
from kyc.web.privacy.documents_page import privacy

__all__ = ["notices_page", "privacy"]
