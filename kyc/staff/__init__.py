"""Owns staff accounts: invitation, enrolment, sign-in, sessions."""
