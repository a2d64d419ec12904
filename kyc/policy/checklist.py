"""Owns the reviewer's checklist as it is shipped; a case has the one of its flow."""

from kyc.policy.flow import shipped_flow

CHECKLIST = shipped_flow().checklist
KEYS = shipped_flow().check_keys
