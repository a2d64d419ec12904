"""Owns the list of the customer's pages: importing them puts them on the blueprint."""

from kyc.web.customer import checking, finishing, sending, telling
from kyc.web.customer.entrance import customer

__all__ = ["checking", "customer", "finishing", "sending", "telling"]
