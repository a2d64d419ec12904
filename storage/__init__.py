"""Owns sealed objects: their format, their keys, the store they lie in. `vault` is the door."""
