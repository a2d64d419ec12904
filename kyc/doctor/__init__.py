"""Owns looking a deployment over: what is unsafe in its set-up, and what to do about it."""

from kyc.doctor.checks import CHECKS
from kyc.doctor.findings import Finding, Level, examine

__all__ = ["CHECKS", "Finding", "Level", "examine"]
