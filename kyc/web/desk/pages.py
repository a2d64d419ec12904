"""Owns the list of the desk's pages: importing them puts them on the blueprint."""

from kyc.web.desk import (
    bundles_page,
    correcting,
    entry_page,
    erased_page,
    erasing_page,
    request_page,
    restricting_page,
)
from kyc.web.desk.list_page import desk

__all__ = [
    "bundles_page",
    "correcting",
    "desk",
    "entry_page",
    "erased_page",
    "erasing_page",
    "request_page",
    "restricting_page",
]
