"""Owns the privacy desk: documents that are written from what the program really does."""
