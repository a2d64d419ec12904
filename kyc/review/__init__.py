"""Owns what review staff can do: see the queue, claim, look, decide."""
