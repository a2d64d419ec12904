"""Owns what is listed of a bucket: versions, delete markers and unfinished uploads."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from storage.s3_errors import code_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ListObjectVersionsOutputTypeDef

_PAGE = 1000  # the most that a listing gives at once
_SHORT_PAGE = 10
"""Where few names are wanted among many: one request a name, and little read beside it."""

YOUNG = datetime.max.replace(tzinfo=UTC)
"""For a store that does not say how old a thing is: then it is never old enough."""


@dataclass(frozen=True)
class Version:
    name: str
    version: str | None
    is_marker: bool
    at: datetime


@dataclass(frozen=True)
class Upload:
    name: str
    upload: str
    at: datetime


def versions(client: "S3Client", bucket: str, prefix: str) -> Iterator[Version]:
    """Every version and delete marker, in the order of the store, a page in memory."""
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    try:
        for page in pages:
            yield from _found(page)
    except ClientError as error:
        if code_of(error) != "NotImplemented":
            raise
        yield from _unversioned(client, bucket, prefix)


def uploads(client: "S3Client", bucket: str, prefix: str) -> Iterator[Upload]:
    pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for upload in page.get("Uploads", []):
            yield Upload(upload["Key"], upload["UploadId"], upload.get("Initiated", YOUNG))


def versions_of(client: "S3Client", bucket: str, names: Sequence[str]) -> Iterator[Version]:
    """What there is under exactly these names, which are sorted.

    Names of one directory are read in pages, and the stretches between them are left out. Only
    there does every store list in the order of the bytes (SeaweedFS does not among directories);
    a page that is out of order, or no page at all, and the rest is asked for name by name.
    """
    directory = _common_directory(names)
    at, size = 0, _PAGE if len(names) >= _SHORT_PAGE else _SHORT_PAGE
    while directory is not None and at < len(names):
        marker = _just_before(names[at])
        page = _page(client, bucket, directory, marker, size)
        if page is None:
            break
        found = list(_found(page))
        if not _is_orderly(found, directory, marker) or (page["IsTruncated"] and not found):
            break
        end = bisect_left(names, found[-1].name) if page["IsTruncated"] else len(names)
        wanted = set(names[at:end])
        yield from (version for version in found if version.name in wanted)
        if page["IsTruncated"] and (end == at or names[end : end + 1] == [found[-1].name]):
            yield from _exactly(client, bucket, names[end])  # it may go on after this page
            end += 1
        at, size = end, _PAGE if end - at >= _SHORT_PAGE else _SHORT_PAGE
    for name in names[at:]:
        yield from _exactly(client, bucket, name)


def is_seen_empty(client: "S3Client", bucket: str, names: Sequence[str]) -> bool:
    """Whether one short page shows that nothing is under any of these names, which are sorted.

    It does when all between the first and the last of them is gone: what lies behind comes first.
    False says nothing yet: `versions_of` does.
    """
    directory = _common_directory(names)
    if directory is None:
        return False
    marker = _just_before(names[0])
    page = _page(client, bucket, directory, marker, _SHORT_PAGE)
    if page is None:
        return False
    found = list(_found(page))
    if not _is_orderly(found, directory, marker) or any(one.name <= names[-1] for one in found):
        return False
    return bool(found) or not page["IsTruncated"]


def uploads_of(client: "S3Client", bucket: str, names: Sequence[str]) -> Iterator[Upload]:
    """Unfinished uploads are few, and in no order that could be relied on: all are looked at."""
    directory, wanted = _common_directory(names), frozenset(names)
    for prefix in names if directory is None else [directory]:
        yield from (found for found in uploads(client, bucket, prefix) if found.name in wanted)


def _exactly(client: "S3Client", bucket: str, name: str) -> Iterator[Version]:
    """Listing prefixes also finds longer names."""
    return (found for found in versions(client, bucket, name) if found.name == name)


def _page(
    client: "S3Client", bucket: str, prefix: str, marker: str, size: int
) -> "ListObjectVersionsOutputTypeDef | None":
    """None where the store knows no versions."""
    try:
        return client.list_object_versions(
            Bucket=bucket, Prefix=prefix, KeyMarker=marker, MaxKeys=size
        )
    except ClientError as error:
        if code_of(error) != "NotImplemented":
            raise
        return None


def _found(page: "ListObjectVersionsOutputTypeDef") -> Iterator[Version]:
    """Versions and markers stand in two lists, each in order."""
    stored = [
        Version(found["Key"], found["VersionId"], is_marker=False, at=_age(found))
        for found in page.get("Versions", [])
    ]
    markers = [
        Version(found["Key"], found["VersionId"], is_marker=True, at=_age(found))
        for found in page.get("DeleteMarkers", [])
    ]
    return merge(stored, markers, key=attrgetter("name"))


def _age(listed: Mapping[str, Any]) -> datetime:
    at = listed.get("LastModified", YOUNG)
    assert isinstance(at, datetime)
    return at


def _unversioned(client: "S3Client", bucket: str, prefix: str) -> Iterator[Version]:
    """For stores that know no versions."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for stored in page.get("Contents", []):
            yield Version(stored["Key"], None, is_marker=False, at=_age(stored))


def _is_orderly(found: Sequence[Version], directory: str, marker: str) -> bool:
    names = [marker, *(version.name for version in found)]
    flat = all("/" not in name.removeprefix(directory) for name in names)
    return flat and all(before <= after for before, after in pairwise(names))


def _just_before(name: str) -> str:
    """A marker below `name` and above whatever is much smaller; it need not exist.

    Below the digit 0 is the slash, which would lead into another directory.
    """
    below = "-" if name[-1] == "0" else chr(ord(name[-1]) - 1)
    return f"{name[:-1]}{below}~"


def _common_directory(names: Sequence[str]) -> str | None:
    """With its slash; None when there is not one, or when it would not pay."""
    directories = {name.rpartition("/")[0] for name in names}
    if len(names) < 2 or len(directories) != 1 or "" in directories:
        return None
    return f"{directories.pop()}/"
