"""Owns deletion in a bucket: every version, marker and unfinished upload, and the proof of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from storage.errors import NotGoneError
from storage.objects import Absence
from storage.s3_errors import code_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import DeleteTypeDef, ObjectIdentifierTypeDef

_BATCH = 1000  # the most that DeleteObjects takes


@dataclass(frozen=True)
class _Version:
    name: str
    version: str | None
    is_marker: bool


def shred(client: "S3Client", bucket: str, name: str, bypass_governance: bool = False) -> Absence:
    """Listing prefixes also finds longer names; only what is named exactly so is touched."""
    versions = [found for found in _versions(client, bucket, name) if found.name == name]
    uploads = [found for found in _uploads(client, bucket, name) if found[0] == name]
    refusals = _delete(client, bucket, versions, bypass_governance)
    for _name, upload in uploads:
        _abort(client, bucket, name, upload)
    _prove_absence(client, bucket, name, refusals)
    markers = sum(found.is_marker for found in versions)
    return Absence(len(versions) - markers, markers, len(uploads))


def names(client: "S3Client", bucket: str, prefix: str) -> set[str]:
    stored = {found.name for found in _versions(client, bucket, prefix)}
    return stored | {name for name, _upload in _uploads(client, bucket, prefix)}


def _delete(
    client: "S3Client", bucket: str, versions: list[_Version], bypass_governance: bool
) -> list[str]:
    """The codes of refusals. An unknown key is reported as deleted: the proof is the listing."""
    refusals: list[str] = []
    for start in range(0, len(versions), _BATCH):
        batch = [_identifier(found) for found in versions[start : start + _BATCH]]
        request: DeleteTypeDef = {"Objects": batch, "Quiet": True}
        if bypass_governance:  # a bucket without lock may refuse the mere header
            answer = client.delete_objects(
                Bucket=bucket, Delete=request, BypassGovernanceRetention=True
            )
        else:
            answer = client.delete_objects(Bucket=bucket, Delete=request)
        refusals += [error.get("Code", "") for error in answer.get("Errors", [])]
    return refusals


def _abort(client: "S3Client", bucket: str, name: str, upload: str) -> None:
    try:
        client.abort_multipart_upload(Bucket=bucket, Key=name, UploadId=upload)
    except ClientError as error:
        if code_of(error) != "NoSuchUpload":  # finished or aborted meanwhile: the listing decides
            raise


def _prove_absence(client: "S3Client", bucket: str, name: str, refusals: list[str]) -> None:
    left = sum(found.name == name for found in _versions(client, bucket, name))
    uploads = sum(found[0] == name for found in _uploads(client, bucket, name))
    if left or uploads:
        reasons = ", ".join(sorted(set(refusals))) or "no refusal was reported"
        raise NotGoneError(f"{name}: {left} versions and {uploads} uploads left ({reasons})")


def _identifier(found: _Version) -> "ObjectIdentifierTypeDef":
    if found.version is None:
        return {"Key": found.name}
    return {"Key": found.name, "VersionId": found.version}


def _versions(client: "S3Client", bucket: str, prefix: str) -> Iterator[_Version]:
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    try:
        for page in pages:
            for version in page.get("Versions", []):
                yield _Version(version["Key"], version["VersionId"], is_marker=False)
            for marker in page.get("DeleteMarkers", []):
                yield _Version(marker["Key"], marker["VersionId"], is_marker=True)
    except ClientError as error:
        if code_of(error) != "NotImplemented":
            raise
        yield from _unversioned(client, bucket, prefix)


def _unversioned(client: "S3Client", bucket: str, prefix: str) -> Iterator[_Version]:
    """For stores that know no versions."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for stored in page.get("Contents", []):
            yield _Version(stored["Key"], None, is_marker=False)


def _uploads(client: "S3Client", bucket: str, prefix: str) -> Iterator[tuple[str, str]]:
    pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for upload in page.get("Uploads", []):
            yield upload["Key"], upload["UploadId"]
