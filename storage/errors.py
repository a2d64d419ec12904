"""Owns the failures of storage; each class has a stable code."""


class StorageError(Exception):
    """Anything that went wrong in storage. The text names objects and epochs, never people."""

    code = "storage"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.code)


class TamperedError(StorageError):
    """Integrity: what was read is not what was written. Quarantine it and raise an alarm."""

    code = "tampered"


class TruncatedError(TamperedError):
    code = "truncated"


class ExcessError(TamperedError):
    code = "excess"


class NotSealedError(TamperedError):
    code = "not_sealed"


class UnsupportedVersionError(TamperedError):
    code = "unsupported_version"


class WrongChunkSizeError(TamperedError):
    code = "wrong_chunk_size"


class WrongCommitmentError(TamperedError):
    """Another data key, another binding, or an altered header."""

    code = "wrong_commitment"


class WrongChunkError(TamperedError):
    code = "wrong_chunk"


class WrongLengthError(TamperedError):
    """The object's length is not the one in its row."""

    code = "wrong_length"


class WrongDigestError(TamperedError):
    """The object's SHA-256 is not the one in its row, or was damaged on the way."""

    code = "wrong_digest"


class WrongKeyError(TamperedError):
    """A wrapped key does not open: altered, from another row, another epoch or another store."""

    code = "wrong_key"


class KeyGoneError(StorageError):
    """The epoch's key was destroyed; what it wrapped is unreadable for good."""

    code = "key_gone"


class KeyStoreError(StorageError):
    """The key store is unreadable, damaged, or open to others."""

    code = "key_store"


class MissingKeyError(KeyStoreError):
    """No key and no tombstone: a store that is lost or not mounted, not a destroyed key."""

    code = "key_missing"


class KeyServiceError(KeyStoreError):
    """The key service is down, slow, or refuses us: nothing was done, try again later."""

    code = "key_service"


class SealOnlyError(KeyStoreError):
    """This process can seal and not open: it was given no private part of any key."""

    code = "seal_only"


class NoRecipientError(KeyStoreError):
    """No public half to seal to is known for the epoch: a worker has yet to publish it."""

    code = "no_recipient"


class ObjectStoreError(StorageError):
    """The object store gave an answer that has no better name here."""

    code = "object_store"


class UnavailableError(ObjectStoreError):
    """Network trouble, a time-out or a 5xx: try again later."""

    code = "unavailable"


class MissingObjectError(ObjectStoreError):
    code = "missing_object"


class MissingBucketError(ObjectStoreError):
    code = "missing_bucket"


class NameTakenError(ObjectStoreError):
    """Names are random, so another object under the same name is never an accident."""

    code = "name_taken"


class AccessRefusedError(ObjectStoreError):
    code = "access_refused"


class NotGoneError(ObjectStoreError):
    """Something is left under a name after its deletion."""

    code = "not_gone"


class UnsafeBucketError(ObjectStoreError):
    """The bucket keeps what it is told to delete, or does not give back what it was given."""

    code = "unsafe_bucket"
