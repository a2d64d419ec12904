"""Owns the demonstration: invented staff and customers, driven through the real use cases."""
