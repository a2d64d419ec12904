"""Owns /metrics: counts for a collector, in the text form of Prometheus; of nobody, by name."""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.audit.checkpoints import lag
from kyc.audit.lateness import Late, late
from kyc.db import common_now
from kyc.desk.listing import by_right, counted
from kyc.holds import held_cases
from kyc.keeping.quarantine import count_quarantined
from kyc.lifecycle import Status
from kyc.models import OwedJob, VerificationSession
from kyc.registers.clocks import clock_counts
from kyc.retention.due import GRACE, overdue
from kyc.retention.guard import any_halted
from kyc.retention.receipts import unsigned
from kyc.web.auth import public
from kyc.web.context import now, runtime
from kyc.web.database import reading

metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics")
@public
def collected() -> Response:
    """Unknown to whoever does not send the token, as it is where no token is set."""
    token = runtime().settings.metrics_token
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(sent.encode(), token.encode()):
        abort(404)
    with reading() as db:
        families = list(_families(db))
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Taken(families))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Taken(Collector):
    """What was counted in one moment."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _families(db: Session) -> Iterator[Metric]:
    moment, behind = now(), lag(db, now())
    lateness = late(db, moment, ships=bool(runtime().settings.audit_bucket))
    yield _one("kyc_purge_overdue", "Pictures and records that should be gone already",
               overdue(db, moment - GRACE))  # fmt: skip
    halt = any_halted(db, moment, runtime().real_now)
    yield _one("kyc_purge_halted", "1 while the purge waits for a person", int(halt is not None))
    yield _one("kyc_receipts_unsigned", "Receipts that should be signed already",
               unsigned(db, moment))  # fmt: skip
    yield _one("kyc_cases_held", "Cases under a legal hold", held_cases(db, moment))
    yield _one("kyc_pictures_quarantined", "Pictures that did not open as they were stored",
               count_quarantined(db))  # fmt: skip
    yield _one("kyc_audit_unsigned_events", "Events that no signature covers yet", behind.unsigned)
    yield _one("kyc_audit_unsigned_seconds", "Age of the first of them",
               behind.oldest.total_seconds())  # fmt: skip
    yield _labelled("kyc_audit_late", "1 for what is late about the audit log", "what",
                    {kind: int(kind in lateness) for kind in Late})  # fmt: skip
    waiting = counted(db, common_now(db, moment, runtime().real_now))
    yield _labelled("kyc_requests_waiting", "Requests about personal data without an answer",
                    "what", asdict(waiting))  # fmt: skip
    yield _labelled("kyc_requests_open", "Of them, by what is asked", "right",
                    {str(right): number for right, number in by_right(db).items()})  # fmt: skip
    hours = runtime().settings.incident_controller_hours
    yield _labelled("kyc_breach_clocks", "Breaches not reported yet, by what is left of their time",
                    "state", clock_counts(db, hours, moment))  # fmt: skip
    yield _one("kyc_jobs_owed", "Jobs that are due and not done", _owed(db))
    yield _labelled("kyc_cases", "Verification sessions by status", "status", _cases(db))


def _one(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def _labelled(name: str, says: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=[label])
    for key, value in values.items():
        family.add_metric([str(key)], value)
    return family


def _owed(db: Session) -> int:
    return (
        db.scalar(select(func.count()).where(OwedJob.state == "owed", OwedJob.due_at <= now())) or 0
    )


def _cases(db: Session) -> dict[str, int]:
    counted = select(VerificationSession.status, func.count()).group_by(VerificationSession.status)
    found = dict(db.execute(counted).all())
    return {status: found.get(status, 0) for status in Status}
