"""Owns what a bucket can do: made when missing, probed, refused when it cannot forget."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from storage.errors import MissingObjectError, NameTakenError, UnsafeBucketError
from storage.objects import Objects
from storage.s3_errors import code_of, status_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CANARY_LENGTH = 4096
_OWN = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})
_NO_SUCH_REGION = frozenset({"InvalidLocationConstraint", "InvalidRegion"})
_NOT_SET = frozenset(
    {
        "NoSuchLifecycleConfiguration",
        "ObjectLockConfigurationNotFoundError",
        "ReplicationConfigurationNotFoundError",
        "NotImplemented",
        "MethodNotAllowed",
    }
)


@dataclass(frozen=True)
class Capabilities:
    """What the bucket does, as found at start."""

    versioning: str  # "off", "enabled" or "suspended"
    object_lock: str  # "off", "on" (no default retention) or "governance"
    replication: bool
    lifecycle: bool
    conditional_put: bool


def costs(found: Capabilities) -> list[str]:
    """What this bucket lacks or does beside, and what that costs; nothing to say is best."""
    said = []
    if found.versioning != "off":
        said.append(
            f"versioning is {found.versioning}: every version is deleted by name, which takes about"
            " three times as long, and whoever else deletes in the bucket deletes nothing"
        )
    if found.object_lock != "off":
        said.append(
            f"object lock is {found.object_lock}: an object that somebody locks stays as noise"
            " until the lock ends; the purge says so and tries again"
        )
    if found.replication:
        said.append(
            "replication is on: deletions do not reach the other bucket, where purged objects stay"
            " as noise without a key; purge there too, and say so in your records"
        )
    if found.lifecycle:
        said.append(
            "life-cycle rules are set: one that deletes objects loses images before their day;"
            " see that none applies to sealed/ or ledger/"
        )
    if not found.conditional_put:
        said.append(
            "writes are not conditional: a second object under a taken name would not be refused;"
            " names are random (160 bits), and what does not open is quarantined"
        )
    return said


def may_keep_versions(client: "S3Client", bucket: str) -> bool:
    """Asked each time, since it may be turned on any day; True where the store does not say."""
    try:
        return "Status" in client.get_bucket_versioning(Bucket=bucket)
    except ClientError:
        return True


def ensure(client: "S3Client", bucket: str, region: str) -> None:
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError as error:
        if status_of(error) != 404:
            raise
        _create(client, bucket, region)


def try_canary(objects: Objects) -> bool:
    """Whether a second put under the same name is refused; everything else must hold."""
    name, canary = f"canary/{os.urandom(16).hex()}", os.urandom(CANARY_LENGTH)
    try:
        objects.put(name, canary)
        if objects.get(name) != canary:
            raise UnsafeBucketError("a canary came back altered")
        conditional = _refuses_second(objects, name)
    finally:
        objects.shred(name)
    try:
        objects.get(name)
    except MissingObjectError:
        return conditional
    raise UnsafeBucketError("a canary can be read after its deletion")


def inspect(client: "S3Client", bucket: str, bypass_governance: bool) -> Capabilities:
    """Only asks, so that no canary is caught in a bucket that cannot forget.

    Raises UnsafeBucketError for MFA delete, a compliance lock, a governance lock without bypass.
    """
    versioning = client.get_bucket_versioning(Bucket=bucket)
    if versioning.get("MFADelete") == "Enabled":
        raise UnsafeBucketError("MFA delete is on: versions could not be removed")
    return Capabilities(
        versioning=versioning.get("Status", "off").lower(),
        object_lock=_object_lock(client, bucket, bypass_governance),
        replication=_has_rules(
            _asked(lambda: client.get_bucket_replication(Bucket=bucket)), "ReplicationConfiguration"
        ),
        lifecycle=_has_rules(
            _asked(lambda: client.get_bucket_lifecycle_configuration(Bucket=bucket))
        ),
        conditional_put=False,  # not asked but tried, by the canary
    )


def _create(client: "S3Client", bucket: str, region: str) -> None:
    try:
        if region in ("", "us-east-1"):  # which S3 does not accept as a constraint
            client.create_bucket(Bucket=bucket)
        else:
            client.create_bucket(
                Bucket=bucket,
                CreateBucketConfiguration={"LocationConstraint": region},  # type: ignore[typeddict-item]  # stores of one's own have regions of their own
            )
    except ClientError as error:
        # A store of one's own may know no regions; at AWS the bucket would lie in another country.
        if code_of(error) in _NO_SUCH_REGION and "amazonaws" not in client.meta.endpoint_url:
            client.create_bucket(Bucket=bucket)
            return
        if code_of(error) not in _OWN:
            raise
        client.head_bucket(Bucket=bucket)  # made meanwhile: ours only if we may look at it


def _refuses_second(objects: Objects, name: str) -> bool:
    try:
        objects.put(name, os.urandom(CANARY_LENGTH))
    except NameTakenError:
        return True
    return False


def _object_lock(client: "S3Client", bucket: str, bypass_governance: bool) -> str:
    answer = _asked(lambda: client.get_object_lock_configuration(Bucket=bucket))
    lock = (answer or {}).get("ObjectLockConfiguration", {})
    if lock.get("ObjectLockEnabled") != "Enabled":
        return "off"
    mode = lock.get("Rule", {}).get("DefaultRetention", {}).get("Mode", "on")
    if mode == "COMPLIANCE":
        raise UnsafeBucketError("a compliance lock is on: objects could not be removed in time")
    if mode == "GOVERNANCE" and not bypass_governance:
        raise UnsafeBucketError("a governance lock is on and its bypass is off")
    return str(mode).lower()


def _has_rules(answer: Any | None, part: str | None = None) -> bool:
    """Some stores answer with an empty configuration where none is set."""
    answer = answer or {}
    return bool((answer.get(part, {}) if part else answer).get("Rules"))


def _asked(question: Callable[[], Any]) -> Any | None:
    """The answer, or None where the bucket has no such setting or the store no such question."""
    try:
        return question()
    except ClientError as error:
        if code_of(error) not in _NOT_SET:
            raise
        return None
