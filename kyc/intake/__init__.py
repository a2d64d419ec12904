"""Owns what a customer can do: begin, give details, send images, submit."""
