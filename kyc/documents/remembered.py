"""Owns what was told of texts while one picture is looked at: kept that long, then forgotten."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

Told = TypeVar("Told")

_told: ContextVar[dict[Any, Any] | None] = ContextVar("told", default=None)
"""By function and text. None but while a picture is looked at: no text may outlive its picture."""


@contextmanager
def remembering() -> Iterator[None]:
    """For as long as one picture is looked at; both looks ask the same of the same lines."""
    token = _told.set({})
    try:
        yield
    finally:
        _told.reset(token)


def remembered(tell: Callable[[str], Told]) -> Callable[[str], Told]:
    """Let a function of a text answer once a picture; nobody may change its answers."""

    @wraps(tell)
    def answer(text: str) -> Told:
        told = _told.get()
        if told is None:
            return tell(text)
        key = tell, text
        if key not in told:
            told[key] = tell(text)
        found: Told = told[key]
        return found

    return answer
