"""Owns forgetting: what is due, its destruction, the proof that it is gone."""
