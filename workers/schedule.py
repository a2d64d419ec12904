"""Owns the ticker: asks for each recurring job once a period, with however many tickers."""

import signal
import threading
import time
from datetime import timedelta

import structlog
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

from kyc.jobs import QUEUE, RUN_PERIODIC, PeriodicJobName
from kyc.logs import configure_logging
from kyc.runtime import connect_queue
from kyc.settings import load_settings

log = structlog.get_logger("kyc.schedule")

PERIODS: dict[PeriodicJobName, timedelta] = {
    PeriodicJobName.SWEEP: timedelta(seconds=5),
    PeriodicJobName.CHAIN_AUDIT: timedelta(seconds=20),
    PeriodicJobName.PURGE: timedelta(seconds=60),
    PeriodicJobName.EXPIRE: timedelta(seconds=60),
    PeriodicJobName.NARROW: timedelta(seconds=60),
    PeriodicJobName.SIGN_RECEIPTS: timedelta(seconds=60),
    PeriodicJobName.HEARTBEAT: timedelta(minutes=5),
    PeriodicJobName.SHIP_AUDIT: timedelta(minutes=5),
    PeriodicJobName.VERIFY_AUDIT: timedelta(hours=1),
    PeriodicJobName.PUBLISH_KEYS: timedelta(minutes=5),
    PeriodicJobName.RECONCILE: timedelta(days=1),
    PeriodicJobName.KEEP_KEYS: timedelta(hours=1),
    PeriodicJobName.CERTIFY: timedelta(hours=1),
    PeriodicJobName.WATCH_DESK: timedelta(minutes=5),
    PeriodicJobName.WATCH_PURGE: timedelta(minutes=5),
    PeriodicJobName.KEEP_REGISTERS: timedelta(minutes=5),
    PeriodicJobName.TELL_NOTICES: timedelta(hours=1),
}

TICK_SECONDS = 1.0
JOB_TIMEOUT = 600


def ask_for(queue: Queue, name: PeriodicJobName, seconds: float) -> bool:
    """Puts the job of the period that `seconds` falls in; False when it was asked for before."""
    period = int(PERIODS[name].total_seconds())
    try:
        queue.enqueue(
            RUN_PERIODIC,
            name.value,
            job_id=f"{name.value}-{int(seconds) // period}",
            unique=True,
            result_ttl=period * 2,
            failure_ttl=period * 2,
            job_timeout=JOB_TIMEOUT,
            description=name.value,
        )
    except DuplicateJobError:
        return False
    return True


def tick(queue: Queue, asked: dict[PeriodicJobName, int], seconds: float) -> None:
    """Asks for what has come round since `asked`; a queue that is away is asked again."""
    for name, span in PERIODS.items():
        period = int(seconds // span.total_seconds())
        if asked.get(name) == period:
            continue
        try:
            ask_for(queue, name, seconds)
        except (RedisError, OSError) as error:
            log.warning("queue_unreachable", kind=type(error).__name__)
            return
        asked[name] = period


def main() -> None:
    configure_logging()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    connection = connect_queue(load_settings().redis_url)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    asked: dict[PeriodicJobName, int] = {}
    while not stop.wait(TICK_SECONDS):
        tick(queue, asked, time.time())


if __name__ == "__main__":
    main()
