"""Owns backups: taken while the service runs, sealed to the operator, restored without what was
purged since."""
