"""Owns what is found out about a bucket before it is trusted."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from storage.errors import (
    MissingBucketError,
    UnsafeBucketError,
)
from storage.memory import MemoryObjects
from storage.objects import MAX_OBJECT_LENGTH, Absence
from storage.s3 import S3Objects
from storage.s3_bucket import Capabilities, costs, try_canary

if TYPE_CHECKING:
    from types_boto3_s3.literals import ObjectLockRetentionModeType
    from types_boto3_s3.type_defs import DefaultRetentionTypeDef

    from tests.storage.conftest import S3Hands, Server

    NewBucket = Callable[..., tuple[S3Objects, S3Hands]]


PLAIN = Capabilities(
    versioning="off", object_lock="off", replication=False, lifecycle=False, conditional_put=True
)


def lock(hands: "S3Hands", mode: "ObjectLockRetentionModeType") -> None:
    retention: DefaultRetentionTypeDef = {"Mode": mode, "Days": 1}
    hands.client.put_object_lock_configuration(
        Bucket=hands.bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": retention},
        },
    )


@pytest.mark.parametrize("versioned", [False, True])
def test_the_probe_records_what_the_bucket_does_and_leaves_nothing(
    new_bucket: "NewBucket", server: "Server", versioned: bool
) -> None:
    objects, _ = new_bucket(versioned=versioned)
    conditional = server.conditional_when_versioned or not versioned
    state = "enabled" if versioned else "off"
    expected = replace(PLAIN, versioning=state, conditional_put=conditional)
    assert objects.probe() == expected
    assert objects.list_names() == []


def test_the_probe_tells_when_a_second_put_is_not_refused(
    new_bucket: "NewBucket", server: "Server"
) -> None:
    _, hands = new_bucket()
    objects = S3Objects(server.settings(hands.bucket, conditional_put=False))
    assert objects.probe() == replace(PLAIN, conditional_put=False)


def test_the_probe_refuses_a_compliance_lock(new_bucket: "NewBucket") -> None:
    objects, hands = new_bucket(locked=True)
    assert objects.probe().object_lock == "on"
    lock(hands, "COMPLIANCE")
    with pytest.raises(UnsafeBucketError, match="compliance"):
        objects.probe()


def test_a_refused_bucket_keeps_no_canary(new_bucket: "NewBucket") -> None:
    objects, hands = new_bucket(locked=True)
    lock(hands, "COMPLIANCE")
    with pytest.raises(UnsafeBucketError):
        objects.probe()
    assert objects.list_names() == []


def test_a_governance_lock_is_refused_unless_deletion_may_pass_it(
    new_bucket: "NewBucket", server: "Server"
) -> None:
    objects, hands = new_bucket(locked=True)
    lock(hands, "GOVERNANCE")
    with pytest.raises(UnsafeBucketError, match="governance"):
        objects.probe()
    passing = S3Objects(server.settings(hands.bucket, bypass_governance=True))
    assert passing.probe().object_lock == "governance"
    assert passing.list_names() == []


def test_a_bucket_is_made_when_it_is_missing(connect: Callable[[str], S3Objects]) -> None:
    objects = connect(f"b-{secrets.token_hex(6)}")
    with pytest.raises(MissingBucketError):
        objects.check()
    objects.ensure_bucket()
    objects.ensure_bucket()
    objects.check()


def test_a_region_of_ones_own_is_no_obstacle(server: "Server") -> None:
    objects = S3Objects(server.settings(f"b-{secrets.token_hex(6)}", region="eu-north-1"))
    objects.ensure_bucket()
    objects.check()


def test_two_that_make_the_bucket_at_once_both_succeed(server: "Server") -> None:
    settings = server.settings(f"b-{secrets.token_hex(6)}")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: S3Objects(settings).ensure_bucket(), range(4)))


class Altering(MemoryObjects):
    """A store that gives back something else."""

    def get(self, name: str, at_most: int = MAX_OBJECT_LENGTH) -> bytes:
        return super().get(name, at_most)[:-1] + b"!"


class Keeping(MemoryObjects):
    """A store that says it deletes."""

    def shred(self, name: str) -> Absence:
        return Absence(len([name]), 0, 0)


def test_each_lack_has_its_cost_told() -> None:
    assert costs(PLAIN) == []
    worst = Capabilities("enabled", "on", replication=True, lifecycle=True, conditional_put=False)
    assert [line.split()[0] for line in costs(worst)] == [
        "versioning",
        "object",
        "replication",
        "life-cycle",
        "writes",
    ]


def test_rules_that_are_set_are_found(new_bucket: "NewBucket") -> None:
    objects, hands = new_bucket()
    hands.client.put_bucket_lifecycle_configuration(
        Bucket=hands.bucket,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "r",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "x/"},
                    "Expiration": {"Days": 900},
                }
            ]
        },
    )
    assert objects.probe().lifecycle


@pytest.mark.parametrize("store", [Altering(), Keeping()])
def test_the_canary_finds_a_store_that_lies(store: MemoryObjects) -> None:
    with pytest.raises(UnsafeBucketError):
        try_canary(store)
