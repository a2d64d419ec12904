"""Owns what happens to an uploaded document's pixels: decode, read, find, burn, check.

Empty on purpose: the decoder child imports this package and must start fast. Callers import
`kyc.documents.redaction` (the work) and `kyc.documents.pages` (the values).
"""
