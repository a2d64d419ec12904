"""Owns the list of the desk's pages: importing them puts them on the blueprint."""

from kyc.web.desk import correcting, entry_page, request_page
from kyc.web.desk.list_page import desk

__all__ = ["correcting", "desk", "entry_page", "request_page"]
