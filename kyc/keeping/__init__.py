"""Owns the keeping of keys: which rows need which epoch, moving them, destroying, trying them."""
