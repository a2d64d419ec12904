"""Owns the embedded object store without the rest of the house: for a restore before the start."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from kyc.embedded import places
from kyc.embedded.credentials import load_or_make
from kyc.embedded.seaweedfs import REGION, SeaweedFs
from kyc.embedded.supervisor import Supervisor
from kyc.settings import Settings


@contextmanager
def with_store(settings: Settings, *, say: Callable[[str], None]) -> Iterator[Settings]:
    """The settings, completed by an embedded store that runs meanwhile; as they are if they
    name one.

    Raises ConfigurationError while `kyc up` runs on the data directory.
    """
    places.make_private(settings.data_dir)
    with places.locked(settings.data_dir) as lock:
        if settings.s3_endpoint_url:
            yield settings
            return
        where = places.prepare(settings.data_dir)
        with Supervisor(where.log, say, (lock,), settings.log_days) as supervisor:
            supervisor.remove_at_end(where.run)
            server = SeaweedFs(where, load_or_make(settings.data_dir / "keys" / "embedded.json"))
            for path in server.left_sockets():
                path.unlink(missing_ok=True)
                supervisor.remove_at_end(path)
            part = server.part()
            supervisor.start(part)
            supervisor.until_ready(part, partial(server.probe, settings.s3_bucket))
            server.require_fsync()
            yield replace(
                settings,
                s3_endpoint_url=server.endpoint_url,
                s3_region=REGION,
                s3_access_key=server.credentials.access_key,
                s3_secret_key=server.credentials.secret_key,
            )
