"""Owns the customer's pages."""
