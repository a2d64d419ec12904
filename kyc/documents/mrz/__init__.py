"""Owns the machine-readable zone of travel documents by ICAO 9303: check digits, layouts, names."""
