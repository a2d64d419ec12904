"""Owns the name of the program; its rooms are listed in docs/architecture.md."""

__version__ = "0.6.0"
