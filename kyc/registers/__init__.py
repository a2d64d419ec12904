"""Owns the registers of a privacy officer: disclosures, processors, incidents, evidence."""
