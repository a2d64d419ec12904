"""Owns the HTTP edge: routes, forms, headers, cookies, errors."""
