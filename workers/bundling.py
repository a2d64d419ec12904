"""Owns the job that makes a bundle: gather, zip in memory, seal, store; readable nowhere before."""

from collections.abc import Callable

from kyc.desk.bundle_zip import zipped
from kyc.desk.bundles import Plan, announce_zip, finish_bundle, plan_bundle
from kyc.errors import QuarantinedError
from kyc.evidence import AlteredError, open_artifact
from kyc.keeping.quarantine import quarantine
from kyc.leases import Lease, hold, postpone, settle
from kyc.models import Artifact
from workers.house import House


def make_bundle(house: House, lease: Lease) -> None:
    """Every commit is made under the lease. Whatever it dies at, what is left is sealed, and its
    row is under the rule `unfinished`, so that the purge destroys it within the hour."""
    runtime = house.runtime
    with runtime.reading() as db:
        now = runtime.now()
        plan = plan_bundle(db, runtime.vault, runtime.settings, lease.subject_id, now)
    if plan is None:
        with runtime.transaction() as db:
            settle(db, lease, runtime.now())
        return
    _make(house, lease, plan)


def _make(house: House, lease: Lease, plan: Plan) -> None:
    runtime = house.runtime
    content = zipped(plan.contents, plan.pictures, _opener(house), runtime.now())
    with runtime.transaction() as db:
        hold(db, lease)
        announced = announce_zip(db, runtime.vault, plan, content, runtime.now())
    del content
    runtime.vault.store(announced.object_name, announced.ciphertext)
    with runtime.transaction() as db:
        hold(db, lease)
        if finish_bundle(db, plan, announced.artifact_id, runtime.now()):
            settle(db, lease, runtime.now())
        else:
            postpone(db, lease, runtime.now())


def _opener(house: House) -> Callable[[Artifact], bytes | None]:
    def opened(artifact: Artifact) -> bytes | None:
        try:
            return open_artifact(house.runtime.vault, artifact)
        except QuarantinedError:
            return None
        except AlteredError as error:
            with house.runtime.transaction() as db:
                quarantine(db, error.artifact_id, error.code, house.runtime.now())
            return None

    return opened
