"""Owns the comparison of bucket and rows: what one has and the other has not, as candidates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select

from kyc.lifecycle import ArtifactState
from kyc.models import Artifact
from kyc.retention.deployment import Deployment
from storage.objects import Stored

PAGE = 1000
EXPECTED = (ArtifactState.STORING, ArtifactState.STORED, ArtifactState.PURGING)
"""States in which there may be an object; only in the second there must be."""


@dataclass(frozen=True)
class Row:
    name: str
    artifact_id: str
    state: str


@dataclass
class Tally:
    """What has gone by."""

    objects: int = 0
    rows: int = 0


def differences(
    stored: Iterable[Stored], rows: Iterable[Row], tally: Tally
) -> Iterator[Stored | Row]:
    """Names of one side only, by a merge of two sorted streams: a page of each in memory.

    Where a store or a database sorts in its own way, or one side changes meanwhile, a name comes
    out that both have. So these are candidates, and each is asked for by itself.
    """
    objects, expected = _unrepeated(stored), iter(rows)
    here, there = next(objects, None), next(expected, None)
    while here is not None or there is not None:
        if there is None or (here is not None and here.name < there.name):
            assert here is not None
            tally.objects += 1
            yield here
            here = next(objects, None)
        elif here is None or there.name < here.name:
            tally.rows += 1
            yield there
            there = next(expected, None)
        else:
            tally.objects += 1
            tally.rows += 1
            here, there = next(objects, None), next(expected, None)


def expected_rows(deployment: Deployment) -> Iterator[Row]:
    """By object name; a transaction a page, so that none is open for long."""
    after = ""
    while True:
        with deployment.reading() as db:
            page = db.execute(
                select(Artifact.object_name, Artifact.id, Artifact.state)
                .where(Artifact.state.in_(EXPECTED), Artifact.object_name > after)
                .order_by(Artifact.object_name)
                .limit(PAGE)
            ).all()
        for name, artifact_id, state in page:
            yield Row(name, artifact_id, state)
        if len(page) < PAGE:
            return
        after = page[-1][0]


def _unrepeated(stored: Iterable[Stored]) -> Iterator[Stored]:
    for _name, same in groupby(stored, lambda one: one.name):
        yield max(same, key=lambda one: one.at)
