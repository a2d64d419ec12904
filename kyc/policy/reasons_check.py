"""Owns what the reasons of a flow must look like, and names everything wrong in them."""

from collections.abc import Iterator, Mapping
from typing import Any

from kyc.lifecycle import ItemKind
from kyc.policy.field_checks import Problem, identifier, line_of_text, members, words
from kyc.policy.reasons import REASONS

MOST_REASONS = 32
"""For the customer, and for colleagues: an event of the audit log names no more than so many."""


def reasons_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Of `reasons`, which chooses from those with translated words, and `own_reasons`."""
    chosen, own = raw.get("reasons", list(REASONS)), raw.get("own_reasons", [])
    wrong = list(words("reasons", chosen, frozenset(REASONS), some=False))
    wrong += _list_problems(own, raw.get("languages"))
    yield from wrong or _together(chosen, own)


def _list_problems(own: object, languages: object) -> Iterator[Problem]:
    if not isinstance(own, list):
        yield Problem("own_reasons", "it must be a list of tables")
        return
    for number, one in enumerate(own, 1):
        yield from _problems(f"own_reasons.{number}", one, languages)


def _problems(path: str, raw: object, languages: object) -> Iterator[Problem]:
    inward = isinstance(raw, Mapping) and raw.get("passes_on") is True
    needed, may = ("code", "label"), ("words", "item", "final")
    known = (needed, ("passes_on",)) if inward else ((*needed, may[0]), (*may[1:], "passes_on"))
    yield from (found := list(members(path, raw, *known)))
    if found or not isinstance(raw, Mapping):
        return
    yield from identifier(f"{path}.code", raw["code"])
    if str(raw["code"]).endswith("_"):
        yield Problem(f"{path}.code", "it must end with a letter or digit")
    yield from line_of_text(f"{path}.label", raw["label"])
    if raw.get("item", "") not in {"", *ItemKind}:
        yield Problem(f"{path}.item", f"it must be one of {', '.join(ItemKind)}, or empty")
    for name in ("final", "passes_on"):
        if not isinstance(raw.get(name, False), bool):
            yield Problem(f"{path}.{name}", "it must be true or false")
    if not inward:
        yield from _words_problems(f"{path}.words", raw["words"], languages)


def _words_problems(path: str, said: object, languages: object) -> Iterator[Problem]:
    """The customer reads them, so there are words in every language that the flow offers."""
    if not isinstance(languages, list):
        return
    known = tuple(str(language) for language in languages)
    yield from members(path, said, known)
    for language, text in said.items() if isinstance(said, Mapping) else ():
        if language in known:
            yield from line_of_text(f"{path}.{language}", text)


def _together(chosen: list[str], own: list[Mapping[str, Any]]) -> Iterator[Problem]:
    codes = [str(one["code"]) for one in own]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Problem("own_reasons", f"the code {code!r} stands there twice")
    for code in sorted(set(codes) & REASONS.keys()):
        yield Problem("own_reasons", f"the code {code!r} has translated words: choose it")
    outward = [code for code in chosen if not REASONS[code].passes_on]
    told = [one for one in own if not one.get("passes_on")]
    if (
        max(len(outward) + len(told), len(chosen) + len(own) - len(outward) - len(told))
        > MOST_REASONS
    ):
        yield Problem("own_reasons", f"at most {MOST_REASONS} reasons, the chosen ones included")
    cured = any(REASONS[code].retryable for code in chosen)
    if not cured and all(one.get("final") for one in told):
        yield Problem("reasons", "name at least one that may ask again")
