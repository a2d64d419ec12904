"""Owns the list of the customer's pages: importing them puts them on the blueprint."""

from kyc.web.customer import (
    bundle_page,
    checking,
    finishing,
    receipts_page,
    rights_door,
    rights_page,
    sending,
    telling,
)
from kyc.web.customer.entrance import customer

__all__ = [
    "bundle_page",
    "checking",
    "customer",
    "finishing",
    "receipts_page",
    "rights_door",
    "rights_page",
    "sending",
    "telling",
]
