"""Owns policies as data: redaction, retention, reasons; code elsewhere walks them."""
