"""Owns checking a file of receipts that somebody brings: line by line, without the database."""

from collections.abc import Iterable
from dataclasses import dataclass

from kyc.audit.verify import PublicKey
from kyc.errors import InvalidInputError
from kyc.retention.receipt_format import Content, ReceiptError, check

MOST = 100
LONGEST_FILE = 100_000
"""Bytes; a receipt is one of about 500."""


@dataclass(frozen=True)
class Checked:
    """Of the line `number`: what a sound receipt says, or the finding of its format."""

    number: int
    content: Content | None
    finding: str = "ok"


class UnreadableReceiptsError(InvalidInputError):
    """A file that is not checked at all; `code` says why (see `unreadable` of the page)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_receipts(untrusted: bytes, keys: Iterable[PublicKey]) -> list[Checked]:
    """Every line that is not blank. Raises UnreadableReceiptsError for what is no such file."""
    if len(untrusted) > LONGEST_FILE:
        raise UnreadableReceiptsError("too_large")
    trusted = tuple(keys)
    lines = [
        (number, line)
        for number, line in enumerate(_text(untrusted).split("\n"), 1)
        if line.strip()
    ]
    if not lines:
        raise UnreadableReceiptsError("empty")
    if len(lines) > MOST:
        raise UnreadableReceiptsError("too_many")
    return [_checked(number, line, trusted) for number, line in lines]


def _checked(number: int, line: str, keys: tuple[PublicKey, ...]) -> Checked:
    try:
        return Checked(number, check(line, keys))
    except ReceiptError as error:
        return Checked(number, None, error.code)


def _text(untrusted: bytes) -> str:
    try:
        return untrusted.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableReceiptsError("not_text") from None
