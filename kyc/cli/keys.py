"""Owns `kyc keys`: which keys there are, moving what they wrap, destroying them, trying them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import click

from kyc.audit import OPERATOR, Action, record
from kyc.cli.attached import attached_runtime
from kyc.errors import ConflictError, InvalidInputError
from kyc.keeping.census import Counted, counted, note_epochs
from kyc.keeping.changing import change_provider, count_keys
from kyc.keeping.destroying import destroy_epoch
from kyc.keeping.moving import count_misplaced, move_misplaced
from kyc.keeping.trying import Tried, count_rows, try_all
from kyc.runtime import Runtime, former_ring

SAMPLE = 50


@click.group("keys")
def keys_group() -> None:
    """Keep the keys that everything else is locked with."""


@keys_group.command("list")
def list_command() -> None:
    """Print each month's key: since when, what needs it, when it is destroyed.

    Exit status 1 when rows need a key that is not there.
    """
    with attached_runtime() as runtime:
        window = timedelta(days=runtime.settings.backup_days)
        keys, now = runtime.vault.keys, runtime.now()
        with runtime.transaction() as db:
            note_epochs(db, keys, now)
        with runtime.reading() as db:
            found = counted(db, keys, now, window)
            waiting = count_misplaced(db, now)
    for epoch in found:
        click.echo("\t".join((epoch.name, f"{epoch.made_at:%Y-%m-%d}", _needs(epoch), _end(epoch))))
    click.echo(f"{waiting} keys are to be moved into another month; a worker does it every hour.")
    if any(epoch.is_lost for epoch in found):
        raise ConflictError(
            "a key that rows need is not in the key store: see docs/runbooks/key-loss.md"
        )


@keys_group.command("rotate")
@click.argument("epoch", required=False)
def rotate_command(epoch: str | None) -> None:
    """Wrap again, under the month where it belongs, what lies in EPOCH or in any wrong month.

    What runs on, such as the details of a customer who has not left, rolls into this month. It
    happens by itself every hour; stop it anywhere, and run it again. Objects are not touched.
    """
    with attached_runtime() as runtime:
        with runtime.reading() as db:
            total = count_misplaced(db, runtime.now(), epoch)
        with _progress(total, "Moving keys") as step:
            moved = move_misplaced(runtime, only=epoch, by=OPERATOR, progress=step)
    click.echo(f"{moved.rows} keys were moved.")
    for name in moved.unopened:
        click.echo(f"does not open: {name}")
    if moved.unopened:
        raise ConflictError("some keys do not open: `kyc keys verify --all` says why")


@keys_group.command("change-provider")
@click.option("--from", "former", required=True, help="KYC_KEYS_URL as it was until now.")
def change_command(former: str) -> None:
    """Wrap every key by the provider that KYC_KEYS_URL names now; stop the service first.

    Stop it anywhere, and run it again: what is done is left as it is.
    """
    with attached_runtime() as runtime:
        if former == runtime.settings.keys_url:
            raise InvalidInputError("KYC_KEYS_URL is still the former one: set the new one first")
        ring = former_ring(runtime.settings, runtime.lookup, former)
        ring.check()
        with runtime.reading() as db:
            total = count_keys(db, runtime)
        with _progress(total, "Changing") as step:
            moved = change_provider(runtime, ring, progress=step)
    click.echo(f"{moved.rows} keys were moved; {total - moved.rows} had been before.")
    for name in moved.unopened:
        click.echo(f"does not open: {name}")
    if moved.unopened:
        raise ConflictError("some keys open with neither provider: keep the former one")


@keys_group.command("destroy-epoch")
@click.argument("epoch")
@click.confirmation_option(prompt="What this key wrapped can never be opened again. Destroy it?")
def destroy_command(epoch: str) -> None:
    """Destroy a month's key before a worker does; refused while a row or a backup needs it."""
    with attached_runtime() as runtime:
        window = timedelta(days=runtime.settings.backup_days)
        destroy_epoch(runtime, epoch, window=window, by=OPERATOR)
    click.echo(f"The key of {epoch} is destroyed; that nothing opens with it was tried.")


@keys_group.command("verify")
@click.option("--all", "is_all", is_flag=True, help="Every row, not a sample.")
def verify_command(*, is_all: bool) -> None:
    """Open keys, and look at the head of the objects they belong to; say what does not open.

    Exit status 1 when something does not. An altered image is quarantined.
    """
    with attached_runtime() as runtime:
        tried = try_out(runtime, is_all=is_all)
    for kind, name, code in tried.failed:
        click.echo(f"{kind} {name}: {code}")
    click.echo(f"{tried.rows} tried, {len(tried.failed)} do not open.")
    if tried.failed:
        raise SystemExit(1)


def try_out(runtime: Runtime, *, is_all: bool) -> Tried:
    """Tries all rows, or about one in so many that 50 of the largest kind are left."""
    with runtime.reading() as db:
        total = count_rows(db, runtime)
    with _progress(total, "Opening") as step:
        every = 1 if is_all else max(1, total // SAMPLE)
        tried = try_all(runtime, every=every, progress=step)
    with runtime.transaction() as db:
        counts = {"tried": tried.rows, "failed": len(tried.failed), "of": total}
        record(db, Action.OPERATOR_KEYS_VERIFIED, actor=OPERATOR, now=runtime.now(), detail=counts)
    return tried


@contextmanager
def _progress(total: int, label: str) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; elsewhere only its label is printed."""
    with click.progressbar(length=total, label=label, show_pos=True) as bar:
        yield bar.update


def _needs(epoch: Counted) -> str:
    if epoch.is_lost:
        return f"LOST: {epoch.need.total} rows need it"
    if not epoch.need.total:
        return "needed by nothing"
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(epoch.need.rows.items()))
    return f"needed by {kinds}" + (f" ({epoch.need.held} held)" if epoch.need.held else "")


def _end(epoch: Counted) -> str:
    if epoch.destroyed_at is not None:
        return f"destroyed {epoch.destroyed_at:%Y-%m-%d}"
    return f"to be destroyed {epoch.due:%Y-%m-%d}" if epoch.due else "kept"
