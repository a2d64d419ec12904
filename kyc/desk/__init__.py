"""Owns the privacy desk: what people ask of their data, from its receipt to its answer."""
