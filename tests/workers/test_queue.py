"""Owns what a worker takes from a real queue, and how often the tickers ask."""

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Callback, Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from kyc.jobs import ALLOWED_FUNCTIONS, QUEUE, RUN_OWED, RUN_PERIODIC, PeriodicJobName
from kyc.runtime import connect_queue, queue_wake
from tests.core.kit import race
from workers.schedule import PERIODS, ask_for, tick
from workers.worker import ForbiddenJobError, KycWorker, ListedJob

pytestmark = pytest.mark.servers

NOWHERE = "redis://127.0.0.1:1"


@pytest.fixture
def connection(valkey_url: str) -> Iterator[Redis]:
    with connect_queue(valkey_url) as client:
        client.flushall()
        yield client
        client.flushall()


@pytest.fixture
def queue(connection: Redis) -> Queue:
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer)


def _work(connection: Redis) -> None:
    """A worker as `python -m workers` makes it, until the queue is empty."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer, job_class=ListedJob)
    worker = KycWorker(
        [queue], connection=connection, serializer=JSONSerializer, job_class=ListedJob
    )
    try:
        worker.work(burst=True, logging_level="CRITICAL")
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _ask(queue: Queue, function: str, *arguments: str, **options: object) -> Job:
    return queue.enqueue_call(function, args=arguments, **options)  # type: ignore[arg-type]  # RQ's own names


@pytest.mark.parametrize("function", ["os.system", "subprocess.getoutput", "workers.jobs.house"])
def test_a_function_off_the_list_is_not_run(
    connection: Redis, queue: Queue, tmp_path: Path, function: str
) -> None:
    marker = tmp_path / "ran"
    job = _ask(queue, function, f"touch {marker}")
    _work(connection)
    assert not marker.exists()
    assert job.get_status(refresh=True) == "failed"
    result = job.latest_result()
    assert result is not None
    assert ForbiddenJobError.__name__ in str(result.exc_string)


def test_a_method_of_an_object_is_not_run(connection: Redis) -> None:
    job = ListedJob.create(RUN_OWED, connection=connection, serializer=JSONSerializer)
    job._instance = "an object with a method of that name"
    with pytest.raises(ForbiddenJobError):
        _ = job.func


def test_what_was_pickled_is_not_opened(connection: Redis, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    Queue(QUEUE, connection=connection).enqueue("os.system", f"touch {marker}")
    _work(connection)
    assert not marker.exists()


@pytest.mark.parametrize("when", ["on_failure", "on_success", "on_stopped"])
def test_a_function_to_be_called_afterwards_is_not_even_imported(
    connection: Redis, queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    (tmp_path / f"evil_{when}.py").write_text("def act(*_):\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    _ask(queue, RUN_PERIODIC, "nothing", **{when: Callback(f"evil_{when}.act")})
    _work(connection)
    job = ListedJob.create(RUN_OWED, connection=connection, serializer=JSONSerializer)
    for name in ("success", "failure", "stopped"):
        setattr(job, f"_{name}_callback_name", f"evil_{when}.act")
        assert getattr(job, f"{name}_callback") is None
    assert f"evil_{when}" not in sys.modules


def test_the_two_functions_on_the_list_are_ours(connection: Redis) -> None:
    for name in ALLOWED_FUNCTIONS:
        job = ListedJob.create(name, connection=connection, serializer=JSONSerializer)
        assert job.func.__module__ == "workers.jobs"


def test_a_wake_up_call_is_json_and_carries_an_id_only(
    valkey_url: str, connection: Redis, queue: Queue
) -> None:
    queue_wake(valkey_url)("job_1234")
    (job,) = queue.jobs
    assert (job.func_name, job.args, job.kwargs) == (RUN_OWED, ["job_1234"], {})
    assert job.timeout == 110


def test_a_queue_that_is_away_does_not_fail_the_caller() -> None:
    queue_wake(NOWHERE)("job_1234")


def test_three_tickers_ask_once_a_period(queue: Queue) -> None:
    asked: list[dict[PeriodicJobName, int]] = [{}, {}, {}]
    for second in range(0, 62, 5):
        answers = race(3, lambda number, at=second: tick(queue, asked[number], float(at)))  # type: ignore[misc]  # bound at once
        assert answers == [None] * 3
    found = Counter(job.args[0] for job in queue.jobs)
    assert found == {
        name.value: 60 // int(span.total_seconds()) + 1 for name, span in PERIODS.items()
    }


def test_a_period_that_was_worked_off_is_not_asked_for_again(queue: Queue) -> None:
    assert ask_for(queue, PeriodicJobName.SWEEP, 31)
    queue.connection.delete(queue.key)
    queue.connection.hset("rq:job:sweep-2", "status", "finished")
    assert not ask_for(queue, PeriodicJobName.SWEEP, 34)
    assert ask_for(queue, PeriodicJobName.SWEEP, 35)


def test_a_ticker_asks_again_when_the_queue_was_away(queue: Queue) -> None:
    asked: dict[PeriodicJobName, int] = {}
    away = Queue(QUEUE, connection=connect_queue(NOWHERE), serializer=JSONSerializer)
    tick(away, asked, 0)
    assert asked == {}
    tick(queue, asked, 1)
    assert set(asked) == set(PeriodicJobName)
