"""Owns the list of the console's pages: importing them puts them on the blueprint."""

from kyc.web.review import case_pages, cover_pages, decision_pages
from kyc.web.review.queue_pages import review

__all__ = ["case_pages", "cover_pages", "decision_pages", "review"]
