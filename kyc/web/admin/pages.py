"""Owns the list of the administration pages: importing them puts them on their blueprint."""

from kyc.web.admin import flow_pages, settings_page
from kyc.web.admin.overview import administration

__all__ = ["administration", "flow_pages", "settings_page"]
