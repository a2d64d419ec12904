"""Owns the list of the staff's own pages: importing them puts them on their blueprints."""

from kyc.web.staff import confirming, inviting
from kyc.web.staff.account import account
from kyc.web.staff.entrance import staff
from kyc.web.staff.looks import looks
from kyc.web.staff.people import staff_admin

__all__ = ["account", "confirming", "inviting", "looks", "staff", "staff_admin"]
