"""Owns telling two versions of a flow apart, field by field."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kyc.policy.flow import Flow


@dataclass(frozen=True)
class Difference:
    """`field` is a path such as `retention.approved.days`; an empty text is a field not there."""

    field: str
    before: str
    after: str


def differences(before: Flow, after: Flow) -> list[Difference]:
    """What changes from one to the other, in the order of the fields' names."""
    old, new = (dict(_flat("", json.loads(flow.body))) for flow in (before, after))
    return [
        Difference(field, old.get(field, ""), new.get(field, ""))
        for field in sorted(old.keys() | new.keys())
        if old.get(field) != new.get(field)
    ]


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Tables field by field, the checklist line by line, a plain list as one text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else name, inner)
    elif path == "checklist":
        yield from ((f"checklist.{line['key']}", line["text"]) for line in value)
        yield "checklist", " · ".join(line["key"] for line in value)
    elif path == "own_reasons":
        for one in value:
            yield from _flat(f"own_reasons.{one['code']}", {k: one[k] for k in one if k != "code"})
    elif path == "statement":
        yield path, " / ".join(value)
    elif isinstance(value, list):
        yield path, ", ".join(value)
    else:
        yield path, str(value)
