"""Owns what happens without anybody watching: redaction, mail, purge, audit chaining, sweeping."""
