"""Owns the staff's own pages: invitation, sign-in, people."""
