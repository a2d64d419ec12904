"""Owns the one origin of a verification that the program itself treats unlike others."""

HONEY = "honey"
"""An invented person: never assigned, never written to, in no statistics, purged like all."""
