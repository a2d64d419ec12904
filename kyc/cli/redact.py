"""Owns `kyc redact`: one picture, or a directory of them, redacted on the command line."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import click

from kyc.cli.scored import Scorer
from kyc.coredumps import refuse_core_dumps
from kyc.documents.engine import Engine
from kyc.documents.pages import CopyMark, Kind, Redaction
from kyc.documents.redaction import redact
from kyc.documents.report import as_report
from kyc.errors import RefusedFileError
from kyc.policy.redaction import PROFILES, load_policy

DEFAULT_MODELS = Path("var/models")
EXISTING = click.Path(exists=True, path_type=Path)
DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)
ANY_PATH = click.Path(path_type=Path)

Job = tuple[Path, Path | None, Path | None]
"""A file to read, the picture to write, the report to write."""


@click.command("redact")
@click.argument("source", type=EXISTING)
@click.option("-o", "--output", type=ANY_PATH, help="JPEG, or a directory.")
@click.option("--report", type=ANY_PATH, help="JSON report, or a directory of them.")
@click.option("--score", "labels", type=DIRECTORY, help="Score by the labels in this directory.")
@click.option(
    "--kind", type=click.Choice([k.value for k in Kind]), default=Kind.DOCUMENT_FRONT.value
)
@click.option("--country", default="", help="Issuing country, three letters.")
@click.option("--document-type", default="", help="passport, identity_card, ...")
@click.option("--profile", type=click.Choice(PROFILES), default=PROFILES[0], show_default=True)
@click.option("--statement", multiple=True, help="A line of the selfie's statement; repeatable.")
@click.option("--mark", multiple=True, help="A line of the copy mark; repeatable.")
@click.option("--page", type=click.IntRange(min=1), default=1, help="Page of a PDF.")
@click.option("--models-dir", type=ANY_PATH, default=DEFAULT_MODELS, show_default=True)
def redact_command(  # noqa: PLR0913, PLR0917 - one parameter an option
    source: Path,
    output: Path | None,
    report: Path | None,
    labels: Path | None,
    kind: str,
    country: str,
    document_type: str,
    profile: str,
    statement: tuple[str, ...],
    mark: tuple[str, ...],
    page: int,
    models_dir: Path,
) -> None:
    """Cover the numbers of SOURCE, a file or a directory of files.

    Exit status 1 when any file was refused; the others are written all the same. With --score
    nothing needs to be written: recall, damage and leaks are printed.
    """
    refuse_core_dumps()
    if output is None and labels is None:
        raise click.UsageError("say where to write (-o), or what to score by (--score)")
    scorer = Scorer(labels) if labels else None
    policy = load_policy(country.upper(), document_type, profile)
    work = partial(
        redact,
        kind=Kind(kind),
        policy=policy,
        mark=CopyMark(mark, ("COPY", *policy.copy_words)) if mark else None,
        claimed=None,
        statement=statement,
        page=page,
        engine=Engine.load(models_dir),
    )
    outcomes = [_run(work, job, scorer) for job in _jobs(source, output, report)]
    if scorer:
        scorer.tell()
    if not all(outcomes):
        raise SystemExit(1)


def _jobs(source: Path, output: Path | None, report: Path | None) -> Iterator[Job]:
    if source.is_file():
        yield source, output, report
        return
    for directory in (output, report):
        if directory:
            directory.mkdir(parents=True, exist_ok=True)
    for file in sorted(path for path in source.iterdir() if path.is_file()):
        picture = output and output / f"{file.stem}.jpg"
        yield file, picture, report and report / f"{file.stem}.json"


def _run(work: Callable[[bytes], Redaction], job: Job, scorer: Scorer | None) -> bool:
    """Redact one file; False when it was refused."""
    file, picture, report = job
    try:
        done = work(file.read_bytes())
    except RefusedFileError as error:
        click.echo(f"{file.name}: refused ({error.code})", err=True)
        return False
    if picture:
        picture.write_bytes(done.jpeg)
    if report:
        report.write_text(json.dumps(as_report(done), indent=1) + "\n")
    if scorer:
        scorer.take(file, done)
    else:
        click.echo(f"{file.name}: {done.status} {' '.join(done.reasons)}".rstrip())
    return True
