"""Owns the named failures; each carries a stable code, none imports anything."""


class KycError(Exception):
    """A failure with a code that callers may rely on; the text is for people."""

    code = "error"

    def __init__(self, message: str = "", **context: str | int) -> None:
        super().__init__(message or self.code)
        self.context = context


class RefusedFileError(KycError):
    """An uploaded file that is not accepted; `code` says why (see REFUSALS in the web edge)."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class NotFoundError(KycError):
    code = "not_found"


class ConflictError(KycError):
    """The thing moved on since it was read (stale version, taken claim, double submit)."""

    code = "conflict"


class ForbiddenError(KycError):
    code = "forbidden"


class InvalidInputError(KycError):
    code = "invalid_input"


class TooManyError(KycError):
    code = "too_many"


class UnavailableError(KycError):
    """A dependency is away; nothing was stored, the same request may be tried again."""

    code = "unavailable"


class ConfigurationError(KycError):
    """A safeguard or setting is missing: the program refuses to start."""

    code = "configuration"


class QuarantinedError(KycError):
    """An image that did not open as it was stored: nobody is shown it, whatever they may do."""

    code = "quarantined"
