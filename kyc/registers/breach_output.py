"""Owns the three forms of a breach report, each written line by line."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from itertools import chain, islice
from typing import IO

from kyc.registers.breach import Line, Question, Summary

COLUMNS = (
    "case", "data", "thing", "kind", "key_epoch", "since", "until", "readable", "also_needed",
)  # fmt: skip
LISTED = 1000
"""Lines that the Markdown form lists: it is for people, the other two are for machines."""


class Hashed:
    """Text on its way out, and the SHA-256 of all that went."""

    def __init__(self, out: IO[str]) -> None:
        self._out, self._digest = out, hashlib.sha256()

    def write(self, text: str) -> int:
        self._digest.update(text.encode())
        return self._out.write(text)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


Form = Callable[[Hashed, Question, Iterable[Line], Summary], None]


def _counted(lines: Iterable[Line], summary: Summary) -> Iterator[Line]:
    for line in lines:
        summary.count(line)
        yield line


def write_csv(out: Hashed, _asked: Question, lines: Iterable[Line], summary: Summary) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(line) for line in _counted(lines, summary))


def write_json(out: Hashed, asked: Question, lines: Iterable[Line], summary: Summary) -> None:
    """One object; its lines are an array, a line each, so that it can be read piece by piece."""
    out.write(f'{{"asked":{json.dumps(_asked_for(asked))},\n"lines":[')
    for number, line in enumerate(_counted(lines, summary)):
        row = dict(zip(COLUMNS, _cells(line), strict=True)) | {"also_needed": list(line.needs)}
        out.write((",\n" if number else "\n") + json.dumps(row))
    out.write(f'],\n"summary":{json.dumps(_said(summary))}}}\n')


def write_markdown(out: Hashed, asked: Question, lines: Iterable[Line], summary: Summary) -> None:
    counted = _counted(lines, summary)
    first = list(islice(counted, LISTED))
    rest = sum(1 for _ in counted)
    out.write("# Breach report\n\n")
    for what, said in _asked_for(asked).items():
        out.write(f"- {what}: {', '.join(said) if isinstance(said, list) else said}\n")
    out.write(f"\n{summary.cases} cases touched; {summary.readable_cases} with data that were, or")
    out.write(" may have been, readable given what was exposed.\n\n| data | things |\n|---|---|\n")
    for name, count in sorted(summary.lines.items()):
        out.write(f"| {name} | {count} |\n")
    out.write(f"\n| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n")
    for line in first:
        out.write(f"| {' | '.join(_cells(line))} |\n")
    if rest:
        out.write(f"\n{rest} more: the forms csv and json have all of them.\n")


FORMS: dict[str, Form] = {"csv": write_csv, "json": write_json, "markdown": write_markdown}


def summary_lines(summary: Summary) -> Iterator[str]:
    """For the terminal."""
    yield f"{summary.cases} cases touched, {summary.readable_cases} with readable data"
    for name, count in sorted(summary.lines.items()):
        yield f"  {count} {name}"


def as_text(form: str, asked: Question, lines: Iterable[Line]) -> tuple[str, Summary]:
    """A whole report; for few lines."""
    out, summary = StringIO(), Summary()
    FORMS[form](Hashed(out), asked, chain(lines), summary)
    return out.getvalue(), summary


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.case,
        line.data,
        line.thing,
        line.kind,
        line.epoch,
        _moment(line.since),
        _moment(line.until),
        str(line.readable),
        "; ".join(line.needs),
    )


def _asked_for(asked: Question) -> dict[str, str | list[str]]:
    return {
        "scope": sorted(asked.scopes),
        "since": _moment(asked.since),
        "until": _moment(asked.until),
        "epochs": sorted(asked.epochs),
        "persons": list(asked.persons),
    }


def _said(summary: Summary) -> dict[str, object]:
    return {
        "cases": summary.cases,
        "readable_cases": summary.readable_cases,
        "things": dict(sorted(summary.lines.items())),
    }


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat()[:19] + "Z" if at else ""
