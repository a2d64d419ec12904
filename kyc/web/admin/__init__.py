"""Owns the administration pages: who may do what, the flows, the settings."""
