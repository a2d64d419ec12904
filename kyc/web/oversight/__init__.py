"""Owns the pages of the privacy officer and the auditor."""
