"""Owns the staff's pages of the privacy desk."""
