"""Owns the worker process: `python -m workers`."""

import sys

from rq import Queue
from rq.serializers import JSONSerializer

from kyc.coredumps import refuse_core_dumps
from kyc.errors import KycError
from kyc.flows import check_at_start
from kyc.jobs import QUEUE
from kyc.logs import configure_logging
from kyc.runtime import connect_queue
from kyc.settings import load_settings
from workers.house import house
from workers.worker import KycWorker, ListedJob


def main() -> None:
    refuse_core_dumps()
    configure_logging()
    connection = connect_queue(load_settings().redis_url)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer, job_class=ListedJob)
    try:
        check_at_start(house().runtime.reading)  # the house loads the models before the first job
    except KycError as error:
        sys.exit(f"kyc: {error}")
    worker = KycWorker(
        [queue],
        connection=connection,
        serializer=JSONSerializer,
        job_class=ListedJob,
        maintenance_interval=60,
        log_job_description=False,
    )
    worker.work(logging_level="WARNING")  # returns after SIGTERM, when the job at hand is done
    house().runtime.engine.dispose()


if __name__ == "__main__":
    main()
