"""Owns the seats from which staff judge a case, the lanes in which it waits, and the only moves."""

from dataclasses import dataclass
from enum import StrEnum

from kyc.errors import ConflictError


class Lane(StrEnum):
    """Who may take a case that waits for review; kept beside its status, which customers see."""

    FIRST = "first"  # any reviewer
    SECOND = "second"  # any reviewer who has not judged it in this attempt
    SENIOR = "senior"  # any senior who has not
    HONEY = "honey"  # nobody, ever: an invented person whom only a search finds
    SETTLING = "settling"  # nobody: a verdict was given that can still be taken back


class Seat(StrEnum):
    """Whose judgement is wanted; two that differ leave it to the one who breaks the tie."""

    FIRST = "first"
    SECOND = "second"
    TIE = "tie"


class Step(StrEnum):
    """What a verdict means once it takes effect."""

    STANDS = "stands"  # nobody else is needed
    ASKS_SECOND = "asks_second"
    AGREES = "agrees"
    DIFFERS = "differs"
    ESCALATES = "escalates"


@dataclass(frozen=True)
class Place:
    """Where a case waits: `lane` says who may take it, `seat` as what they judge."""

    lane: Lane
    seat: Seat


STEPS: dict[tuple[Place, Step], Place | None] = {
    (Place(Lane.FIRST, Seat.FIRST), Step.STANDS): None,
    (Place(Lane.FIRST, Seat.FIRST), Step.ASKS_SECOND): Place(Lane.SECOND, Seat.SECOND),
    (Place(Lane.FIRST, Seat.FIRST), Step.ESCALATES): Place(Lane.SENIOR, Seat.FIRST),
    (Place(Lane.SENIOR, Seat.FIRST), Step.STANDS): None,
    (Place(Lane.SENIOR, Seat.FIRST), Step.ASKS_SECOND): Place(Lane.SECOND, Seat.SECOND),
    (Place(Lane.SECOND, Seat.SECOND), Step.AGREES): None,
    (Place(Lane.SECOND, Seat.SECOND), Step.DIFFERS): Place(Lane.SENIOR, Seat.TIE),
    (Place(Lane.SECOND, Seat.SECOND), Step.ESCALATES): Place(Lane.SENIOR, Seat.SECOND),
    (Place(Lane.SENIOR, Seat.SECOND), Step.AGREES): None,
    (Place(Lane.SENIOR, Seat.SECOND), Step.DIFFERS): Place(Lane.SENIOR, Seat.TIE),
    (Place(Lane.SENIOR, Seat.TIE), Step.STANDS): None,
}
"""None is the end: what was judged becomes the decision. A senior passes nothing on."""

BEGINNING = Place(Lane.FIRST, Seat.FIRST)


def step_on(place: Place, step: Step) -> Place | None:
    """Where the case waits next; None when it is decided. Raises ConflictError for no such move."""
    if (place, step) not in STEPS:
        raise ConflictError(f"a case in the lane {place.lane} does not go on by {step}")
    return STEPS[place, step]


def may_escalate(place: Place) -> bool:
    return (place, Step.ESCALATES) in STEPS
