"""Owns the pages of the review console."""
