"""Owns the composition: what web, workers and command line are given to work with."""

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from kyc.clock import Clock, Uptime, moved_clock, real_clock, real_uptime
from kyc.db import make_engine, make_sessions, reading
from kyc.errors import ConfigurationError
from kyc.intake_keys import Published
from kyc.jobs import QUEUE, RUN_OWED, RUN_PERIODIC, PeriodicJobName
from kyc.keyfiles import load_or_make
from kyc.leases import WAKE
from kyc.settings import RESTORING_MARK, Settings
from kyc.tokens import Lookup
from storage.boxes import Boxes
from storage.errors import KeyServiceError, KeyStoreError
from storage.keys import KeyProvider
from storage.keys_file import FileKeys
from storage.keys_url import KeysAccess, directory_of, open_keys
from storage.recipients import Keys, SealOnlyKeys, WorkerKeys
from storage.s3 import S3Objects, S3Settings
from storage.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rq import Queue

log = structlog.get_logger(__name__)

Wake = Callable[[str], None]


@dataclass(frozen=True)
class Runtime:
    """Everything a unit of work needs; the edges open transactions with `transaction`."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    vault: Vault
    lookup: Lookup = field(repr=False)
    now: Clock
    wake: Wake
    real_now: Clock = real_clock  # also where a demonstration moves `now`
    uptime: Callable[[], Uptime | None] = real_uptime

    @contextmanager
    def transaction(self) -> "Iterator[Session]":
        """Commits when the block ends well; wakes workers for the jobs it owed, after that."""
        with self.sessions() as db:
            yield db
            db.commit()
            self.wake_owed(db)

    def wake_owed(self, db: Session) -> None:
        for job_id in db.info.pop(WAKE, []):
            self.wake(job_id)

    def wake_periodic(self, name: PeriodicJobName) -> bool:
        """Asks for a recurring job now; False when the queue server does not answer."""
        if not self.settings.redis_url:
            return False
        queue = open_queue(self.settings.redis_url)
        try:
            queue.enqueue(RUN_PERIODIC, name.value, result_ttl=0, failure_ttl=3600, job_timeout=600)
        except (RedisError, OSError):
            return False
        return True

    def check_queue(self) -> None:
        """Raises RedisError when the queue server does not answer."""
        connect_queue(self.settings.redis_url).ping()

    def reading(self) -> AbstractContextManager[Session]:
        return reading(self.sessions)

    @cached_property
    def intake(self) -> Vault:
        """The vault of the customer's pages: it seals, and opens with a customer's token alone."""
        return self.vault.seal_only()


def open_runtime(
    settings: Settings, *, storage_attempts: int = 3, is_restoring: bool = False
) -> Runtime:
    """Connects nothing yet: every part connects when it is first used.

    A person who waits gets one attempt at the object store, a worker three. Raises
    ConfigurationError where a restore was cut short, since what was purged might open there.
    """
    if not is_restoring and (settings.data_dir / RESTORING_MARK).exists():
        raise ConfigurationError(
            f"a restore into {settings.data_dir} was not finished: empty the database and run"
            " `kyc restore` again (docs/runbooks/restore.md)"
        )
    engine = make_engine(settings.database_url)
    sessions, lookup = make_sessions(engine), Lookup(load_or_make(settings.lookup_key_file))
    clock = moved_clock(settings.demo_offset) if settings.demo_offset else real_clock
    return Runtime(
        settings=settings,
        engine=engine,
        sessions=sessions,
        vault=Vault(
            object_store(settings, storage_attempts), key_ring(settings, sessions, lookup, clock)
        ),
        lookup=lookup,
        now=clock,
        wake=queue_wake(settings.redis_url),
    )


def key_ring(
    settings: Settings, sessions: sessionmaker[Session], lookup: Lookup, clock: Clock
) -> Keys:
    """The keys of this process; where only customers are served, none that opens anything."""
    boxes = Boxes(lookup.box_key())
    if settings.surface == "customer":
        return SealOnlyKeys(Published(sessions, lookup, clock), boxes)
    return WorkerKeys(key_provider(settings), boxes)


def former_ring(settings: Settings, lookup: Lookup, url: str) -> Keys:
    """The keys where they were until now, reached with the credentials that are set now."""
    kek_dir = directory_of(url) or settings.kek_dir
    former = replace(settings, keys_url=url, kek_dir=kek_dir, accept_file_keys=True)
    return WorkerKeys(key_provider(former), Boxes(lookup.box_key()))


def key_provider(settings: Settings) -> KeyProvider:
    """Where the keys of epochs are. Raises ConfigurationError for keys in files in production."""
    if settings.keys_url.startswith("file:"):
        _check_files_are_enough(settings)
        return FileKeys(settings.kek_dir)
    try:
        return open_keys(
            settings.keys_url,
            KeysAccess(
                store=settings.kek_dir,
                token=partial(_keys_token, settings),
                access_key=settings.keys_access_key,
                secret_key=settings.keys_secret_key,
            ),
        )
    except KeyStoreError as error:
        raise ConfigurationError(f"KYC_KEYS_URL: {error}") from error


def _check_files_are_enough(settings: Settings) -> None:
    if settings.is_production and not settings.accept_file_keys:
        raise ConfigurationError(
            "The keys are in files, where whoever can read the disk can read them. Set"
            " KYC_KEYS_URL to a key service, or KYC_ACCEPT_FILE_KEYS=yes if that is enough."
        )


def _keys_token(settings: Settings) -> str:
    """Read anew each time where it is in a file, since an agent renews it there."""
    if settings.keys_token_file == Path():
        return settings.keys_token
    try:
        return settings.keys_token_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyServiceError("KYC_KEYS_TOKEN_FILE cannot be read") from error


def open_queue(redis_url: str) -> "Queue":
    # rq is loaded here, since `kyc --help` and the migrations have no use for it.
    from rq import Queue  # noqa: PLC0415
    from rq.serializers import JSONSerializer  # noqa: PLC0415

    connection = connect_queue(redis_url, answer_within=2)
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer)


def queue_wake(redis_url: str) -> Wake:
    """A function that puts a job's id into the queue; the sweeper makes good what it cannot."""
    from rq import Retry  # noqa: PLC0415 - as above

    known = cache(open_queue)

    def wake(job_id: str) -> None:
        if not redis_url:
            log.warning("no_queue_server", job=job_id)
            return
        try:
            known(redis_url).enqueue(
                RUN_OWED,
                job_id,
                result_ttl=0,
                failure_ttl=86_400,
                job_timeout=110,
                retry=Retry(max=3),
                description=job_id,
            )
        except (RedisError, OSError) as error:
            log.warning("queue_unreachable", job=job_id, error=type(error).__name__)

    return wake


def connect_queue(redis_url: str, answer_within: float = 10) -> "Redis":
    """`answer_within` seconds; a worker waits longer than a page that only wakes it."""
    return Redis.from_url(redis_url, socket_connect_timeout=2, socket_timeout=answer_within)


def object_store(settings: Settings, attempts: int = 3) -> S3Objects:
    """The bucket that the settings name."""
    return S3Objects(
        S3Settings(
            endpoint_url=settings.s3_endpoint_url,
            region=settings.s3_region,
            bucket=settings.s3_bucket,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
            checksum_mode=settings.s3_checksums,
            attempts=attempts,
        )
    )


def audit_store(settings: Settings) -> S3Objects | None:
    """The bucket for copies of the audit log; None when there is none.

    Raises ConfigurationError when it is the bucket of the pictures, where what belongs to no
    picture is removed.
    """
    if not settings.audit_bucket:
        return None
    place = (settings.audit_s3_endpoint_url, settings.audit_bucket)
    if place == (settings.s3_endpoint_url, settings.s3_bucket):
        raise ConfigurationError(
            f"KYC_AUDIT_BUCKET is {settings.audit_bucket}, the bucket of the pictures: name another"
        )
    return S3Objects(
        S3Settings(
            endpoint_url=settings.audit_s3_endpoint_url,
            region=settings.s3_region,
            bucket=settings.audit_bucket,
            access_key=settings.audit_s3_access_key,
            secret_key=settings.audit_s3_secret_key,
            checksum_mode=settings.s3_checksums,
        )
    )
