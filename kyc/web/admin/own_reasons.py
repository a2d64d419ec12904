"""Owns a flow's own reasons as a text that is typed: a part each, with a blank line between.

code: proof_of_address
label: No proof of address
item: document_front
final: no
en: Please send a page that shows your address.
et: Palun saatke leht, kus on teie aadress.
"""

from collections.abc import Iterable, Mapping
from typing import Any

_KNOWN = ("code", "label", "item")
_FLAGS = ("final", "passes_on")
_YES = {"yes": True, "no": False}


def typed(own: Iterable[Mapping[str, Any]]) -> str:
    """Of a checked flow, as somebody would type it."""
    return "\n\n".join("\n".join(_lines(one)) for one in own)


def taken(text: str | None) -> list[dict[str, Any]]:
    """What was typed, unchecked: the check names what is missing or wrong in it."""
    parts = (part for part in _parts(text or "") if part)
    return [_reason(part) for part in parts]


def _lines(one: Mapping[str, Any]) -> Iterable[str]:
    yield from (f"{name}: {one[name]}" for name in _KNOWN if one.get(name))
    yield from (f"{name}: yes" for name in _FLAGS if one.get(name))
    yield from (f"{language}: {words}" for language, words in one.get("words", {}).items())


def _parts(text: str) -> Iterable[dict[str, str]]:
    part: dict[str, str] = {}
    for line in text.splitlines():
        name, _colon, value = (piece.strip() for piece in line.partition(":"))
        if not name or name in part:  # a part that begins again without a blank line
            yield part
            part = {}
        if name:
            part[name] = value
    yield part


def _reason(part: Mapping[str, str]) -> dict[str, Any]:
    """Whatever is no field is taken as a language; only what is typed is there."""
    found: dict[str, Any] = {name: part[name] for name in _KNOWN if part.get(name)}
    for name in _FLAGS:
        typed = part.get(name, "no").lower()
        if _YES.get(typed) is not False:
            found[name] = _YES.get(typed, typed)
    words = {name: text for name, text in part.items() if name not in {*_KNOWN, *_FLAGS}}
    return found | ({"words": words} if words or not found.get("passes_on") else {})
