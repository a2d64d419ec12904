"""Owns the e-mail addresses of staff: sealed to write to, hashed to find conflicts of interest."""

from kyc.errors import InvalidInputError
from kyc.fields import staff_key
from kyc.models import Staff
from kyc.staff.factors import Means
from storage.vault import Vault

LONGEST = 254
_FIELD = "email"


def write_address(means: Means, person: Staff, address: str) -> None:
    """Raises InvalidInputError for what no mail can be sent to."""
    address = address.strip()
    local, at, domain = address.rpartition("@")
    printable = address.isprintable() and " " not in address
    if not (local and at and domain) or not printable or len(address) > LONGEST:
        raise InvalidInputError("give an e-mail address such as name@example.org")
    sealed = means.vault.seal_field(staff_key(person), person.id, _FIELD, address.encode())
    person.email, person.email_hash = sealed, means.lookup.email(address)


def address_of(vault: Vault, person: Staff) -> str | None:
    """None for an account that was made before addresses were asked for."""
    return None if person.email is None else open_address(vault, person, person.email)


def open_address(vault: Vault, person: Staff, sealed: bytes) -> str:
    """The address that this person has, or had."""
    return vault.open_field(staff_key(person), person.id, _FIELD, sealed).decode()
