"""Owns the entry points that RQ may call: two functions, ids and names in, nothing out."""

from kyc.jobs import PeriodicJobName
from workers.house import house
from workers.owed import run
from workers.periodic import PERIODIC


def run_owed(job_id: str) -> None:
    """Does the job of that id if it is still owed; calling it twice does it once."""
    run(house(), job_id)


def run_periodic(name: str) -> None:
    """Does one of the recurring jobs now. Raises ValueError for an unknown name."""
    PERIODIC[PeriodicJobName(name)](house())
