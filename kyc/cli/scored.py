"""Owns `kyc redact --score`: a directory of labelled pictures, and how well they were redacted."""

import json
from pathlib import Path

import click

from kyc.documents.pages import Redaction
from kyc.documents.scoring import Label, Score, parse_label, score, summary
from kyc.errors import InvalidInputError


class Scorer:
    """Takes redactions one after the other, and tells the figures at the end.

    `labels` holds one JSON file a picture, named like it (`card.jpg` and `card.json`). Raises
    click.UsageError for a label that is out of form.
    """

    def __init__(self, labels: Path) -> None:
        self._labels = {path.stem: _read(path) for path in sorted(labels.glob("*.json"))}
        if not self._labels:
            raise click.UsageError(f"{labels} holds no label: no .json file")
        self._scores: list[Score] = []
        self._done: set[str] = set()

    def take(self, file: Path, redaction: Redaction) -> None:
        label = self._labels.get(file.stem)
        if label is None:
            click.echo(f"{file.name}: not labelled", err=True)
            return
        try:
            self._scores.append(score(label, redaction))
        except InvalidInputError as error:
            click.echo(f"{file.name}: {error}", err=True)
            return
        self._done.add(file.stem)

    def tell(self) -> None:
        for line in summary(self._scores):
            click.echo(line)
        missing = sorted(self._labels.keys() - self._done)
        if missing:
            click.echo(f"labelled, but not scored: {' '.join(missing)}", err=True)


def _read(path: Path) -> Label:
    try:
        return parse_label(json.loads(path.read_text(encoding="utf-8")))
    except (InvalidInputError, ValueError) as error:
        raise click.UsageError(f"{path}: {error}") from error
