"""Owns the pages of the privacy desk."""
