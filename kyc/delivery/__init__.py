"""Owns telling customers by mail what happened."""
