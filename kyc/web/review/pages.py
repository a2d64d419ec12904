"""Owns the list of the console's pages: importing them puts them on the blueprint."""

from kyc.web.review import (
    case_pages,
    conflict_pages,
    cover_pages,
    decision_pages,
    statistics_page,
)
from kyc.web.review.queue_pages import review

__all__ = [
    "case_pages",
    "conflict_pages",
    "cover_pages",
    "decision_pages",
    "review",
    "statistics_page",
]
