"""Owns the statuses of a verification session and the only moves between them."""

from enum import StrEnum

from kyc.errors import ConflictError


class Status(StrEnum):
    """What an integrator sees of a verification session."""

    CREATED = "created"
    REQUIRES_INPUT = "requires_input"
    PROCESSING = "processing"
    VERIFIED = "verified"
    REJECTED = "rejected"
    CANCELED = "canceled"
    EXPIRED = "expired"


class Move(StrEnum):
    BEGIN = "begin"
    SUBMIT = "submit"
    APPROVE = "approve"
    REQUEST_INPUT = "request_input"
    REJECT = "reject"
    REFUSE = "refuse"  # under age or attempts exhausted, before any review
    CANCEL = "cancel"
    EXPIRE = "expire"


class ItemKind(StrEnum):
    """What one uploaded image shows."""

    DOCUMENT_FRONT = "document_front"
    DOCUMENT_BACK = "document_back"
    SELFIE_STATEMENT = "selfie_statement"


class UploadState(StrEnum):
    """Where an upload stands; every acknowledged one is in exactly one of these."""

    RECEIVING = "receiving"  # not acknowledged yet: the bytes are on their way to storage
    PROCESSING = "processing"
    CONFIRM = "confirm"  # redacted, but a person must confirm or cover by hand
    READY = "ready"  # redacted and checked; the customer has not confirmed it yet
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    DISCARDED = "discarded"


class ArtifactState(StrEnum):
    STORING = "storing"
    STORED = "stored"
    PURGING = "purging"  # the key is gone, the object may still be there
    PURGED = "purged"


LIVE = frozenset({ArtifactState.STORING, ArtifactState.STORED})
"""The key is still there."""


class Stage(StrEnum):
    RAW = "raw"
    REVIEW = "review"
    RETAINED = "retained"  # shows less: what stays when the dispute window is over
    BUNDLE = "bundle"  # what its person is given of their data, for them alone


SEEN_BY_STAFF = frozenset({Stage.REVIEW, Stage.RETAINED})
"""Copies that hide something; nobody is shown a picture as it was sent."""


MOVES: dict[tuple[Status, Move], Status] = {
    (Status.CREATED, Move.BEGIN): Status.REQUIRES_INPUT,
    (Status.CREATED, Move.REFUSE): Status.REJECTED,
    (Status.CREATED, Move.CANCEL): Status.CANCELED,
    (Status.CREATED, Move.EXPIRE): Status.EXPIRED,
    (Status.REQUIRES_INPUT, Move.SUBMIT): Status.PROCESSING,
    (Status.REQUIRES_INPUT, Move.REFUSE): Status.REJECTED,
    (Status.REQUIRES_INPUT, Move.CANCEL): Status.CANCELED,
    (Status.REQUIRES_INPUT, Move.EXPIRE): Status.EXPIRED,
    (Status.PROCESSING, Move.APPROVE): Status.VERIFIED,
    (Status.PROCESSING, Move.REQUEST_INPUT): Status.REQUIRES_INPUT,
    (Status.PROCESSING, Move.REJECT): Status.REJECTED,
    (Status.PROCESSING, Move.EXPIRE): Status.EXPIRED,  # nobody decided in time
}

OPEN = frozenset({Status.CREATED, Status.REQUIRES_INPUT})
"""The customer may still act."""

FINAL = frozenset({Status.VERIFIED, Status.REJECTED, Status.CANCELED, Status.EXPIRED})


def advance(status: str, move: Move) -> Status:
    """The status after `move`. Raises ConflictError when the table has no such move."""
    target = MOVES.get((Status(status), move))
    if target is None:
        raise ConflictError(f"a session that is {status} cannot {move}")
    return target
