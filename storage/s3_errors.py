"""Owns the translation of boto3's failures into ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError

from storage.errors import (
    AccessRefusedError,
    MissingBucketError,
    MissingObjectError,
    NameTakenError,
    ObjectStoreError,
    UnavailableError,
    WrongDigestError,
)

_BY_CODE: dict[str, type[ObjectStoreError]] = {
    "NoSuchKey": MissingObjectError,
    "NoSuchBucket": MissingBucketError,
    "PreconditionFailed": NameTakenError,
    "ConditionalRequestConflict": UnavailableError,
    "RequestTimeout": UnavailableError,
    "SlowDown": UnavailableError,
    "Throttling": UnavailableError,
    "TooManyRequests": UnavailableError,
}
_BY_STATUS: dict[int, type[ObjectStoreError]] = {
    401: AccessRefusedError,
    403: AccessRefusedError,
    408: UnavailableError,
    412: NameTakenError,
    429: UnavailableError,
}


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Every failure of boto3 inside leaves as a StorageError that names `what`."""
    try:
        yield
    except ClientError as error:
        raise _of_answer(error)(f"{what}: {code_of(error)}") from error
    except FlexibleChecksumError as error:
        raise WrongDigestError(f"{what}: the store's checksum does not fit") from error
    except (BotoConnectionError, HTTPClientError, IncompleteReadError) as error:
        raise UnavailableError(f"{what}: {type(error).__name__}") from error
    except BotoCoreError as error:
        raise ObjectStoreError(f"{what}: {type(error).__name__}") from error


def code_of(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def status_of(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def _of_answer(error: ClientError) -> type[ObjectStoreError]:
    status = status_of(error)
    # Not implemented is an answer for good, unlike the other 5xx.
    if status >= 500 and status != 501:
        return UnavailableError
    return _BY_CODE.get(code_of(error)) or _BY_STATUS.get(status) or ObjectStoreError
