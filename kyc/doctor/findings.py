"""Owns a finding, and running every check so that one that fails hides no other."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kyc.runtime import Runtime


class Level(StrEnum):
    ERROR = "error"  # unsafe for real people
    WARNING = "warning"  # safe enough to try things out; think about it before real people come


@dataclass(frozen=True)
class Finding:
    """`text` says what is unsafe, `todo` what to do about it."""

    check: str
    level: Level
    text: str
    todo: str


Told = tuple[Level, str, str]
Check = Callable[[Runtime], Iterable[Told]]


def examine(runtime: Runtime, checks: Mapping[str, Check]) -> Iterator[Finding]:
    """What each check finds, in their order; nothing is changed."""
    for name, check in checks.items():
        try:
            for told in check(runtime):
                yield Finding(name, *told)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person must know of it
            text = f"this could not be looked at ({type(error).__name__})"
            yield Finding(name, Level.ERROR, text, _todo(error))


def _todo(error: Exception) -> str:
    """The words of our own failures say what to do; those of others may name a password."""
    ours = type(error).__module__.split(".")[0] in {"kyc", "storage"}
    return str(error) if ours else "see that it is up and that its settings are right"
