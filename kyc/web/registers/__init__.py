"""Owns the pages of the registers: disclosures, processors, breaches, evidence."""
