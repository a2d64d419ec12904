"""Owns the RQ worker: one process, warm models, and no function outside the list."""

from typing import Any

from rq import SimpleWorker
from rq.job import Job

from kyc.jobs import ALLOWED_FUNCTIONS


class ForbiddenJobError(Exception):
    """Something in the queue asks for a function that is none of ours."""


class ListedJob(Job):
    """A job whose function stands in the list; the JSON serializer alone would not see to that."""

    @property
    def func(self) -> Any:
        if self.func_name not in ALLOWED_FUNCTIONS or self.instance is not None:
            raise ForbiddenJobError(f"job {self.id} asks for a function that is not allowed")
        return super().func

    @property
    def success_callback(self) -> None:
        """Nothing is called afterwards: RQ would import whatever name stands in the queue."""

    @property
    def failure_callback(self) -> None:
        """As above."""

    @property
    def stopped_callback(self) -> None:
        """As above."""


class KycWorker(SimpleWorker):
    """Runs jobs in its own process, so that the models stay warm; leases guard what a crash
    leaves behind, the supervisor starts it again."""

    job_class = ListedJob
