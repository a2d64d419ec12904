"""Owns the parts that `kyc up` starts, watches and stops together."""
