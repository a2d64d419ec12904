"""Owns passwords: argon2id, and the rules that a new one must meet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from kyc.errors import InvalidInputError

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200


@dataclass(frozen=True)
class PasswordRules:
    """What a deployment asks of a password beyond what always holds.

    `classes` counts small letters, capitals, digits and other signs; `lasts` is None for ever.
    """

    minimum: int = MINIMUM_LENGTH
    classes: int = 0
    lasts: timedelta | None = None

    def is_over(self, set_at: datetime, now: datetime) -> bool:
        return self.lasts is not None and now - set_at > self.lasts


ALWAYS = PasswordRules()

_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106's second choice
DECOY = (
    "$argon2id$v=19$m=65536,t=3,p=4$6yGlkfpjDpnnbCgNFUQKYw$"
    "Nu6pVJTnp/HcQysPDb+w2zK6h6QBYhdWUTNUQoiL6Zk"
)
"""What is compared where no account is: nobody's password, at the cost of any other."""

_COMMON = frozenset(
    {
        "password1234", "passwordpassword", "123456789012", "qwertyuiop12", "qwertyuiop123",
        "administrator", "letmein123456", "welcome12345", "iloveyou1234", "111111111111",
        "000000000000", "123123123123", "abcdefghijkl", "1q2w3e4r5t6y", "changeme1234",
        "trustno1trustno1", "correcthorsebatterystaple", "passw0rd1234", "p@ssw0rd1234",
    }
)  # fmt: skip
"""Of the lists of leaked passwords, those long enough to pass the length rule."""


def hash_new(password: str, *, login: str, rules: PasswordRules = ALWAYS) -> str:
    """The hash to store. Raises InvalidInputError saying which rule is not met."""
    if not rules.minimum <= len(password) <= MAXIMUM_LENGTH:
        raise InvalidInputError(f"a password has {rules.minimum} to {MAXIMUM_LENGTH} characters")
    if _classes(password) < rules.classes:
        raise InvalidInputError(
            f"use {rules.classes} of these: small letters, capitals, digits, other signs"
        )
    plain = password.casefold()
    if plain in _COMMON or len(set(plain)) < 5:
        raise InvalidInputError("this password is too easy to guess")
    if login.casefold() in plain:
        raise InvalidInputError("the password must not contain the sign-in name")
    return _hasher.hash(password)


def _classes(password: str) -> int:
    other = any(not sign.isalnum() for sign in password)
    tests = (str.islower, str.isupper, str.isdecimal)
    return other + sum(any(test(sign) for sign in password) for test in tests)


def is_right(stored: str | None, password: str) -> bool:
    """Takes the same time whether the account exists or not."""
    try:
        _hasher.verify(stored or DECOY, password[:MAXIMUM_LENGTH])
    except VerificationError:
        return False
    return stored is not None
