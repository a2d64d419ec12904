"""Owns deletion in a bucket: every version, marker and unfinished upload, and the proof of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from storage import s3_bucket
from storage.objects import TOGETHER, Absence, Shredded
from storage.s3_errors import code_of
from storage.s3_listing import YOUNG, Upload, Version, is_seen_empty, uploads_of, versions_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import DeleteTypeDef, ObjectIdentifierTypeDef

MOST = 1000
"""So many versions does DeleteObjects take, and of so many uploads one page is made."""

Shred = Callable[["S3Client", str, Sequence[str], bool], Shredded]
"""Of a client, in a bucket, these names, past a governance lock or not."""


def shred_all(
    client: "S3Client", bucket: str, names: Sequence[str], bypass_governance: bool = False
) -> Shredded:
    """At most `TOGETHER` names, sorted, each once. Only what is named exactly so is touched.

    An unknown key is reported as deleted, and a refusal may be of one version of many: the proof
    is the last listing, never the answer to the deletion. Uploads are looked for before it, since
    one that is finished meanwhile is a version, and so is seen in one of the two.
    """
    assert len(names) <= TOGETHER
    versions: Counter[str] = Counter()
    markers: Counter[str] = Counter()
    refusals: dict[str, set[str]] = {}
    listed = versions_of(client, bucket, names)
    while batch := list(islice(listed, MOST)):
        versions.update(found.name for found in batch if not found.is_marker)
        markers.update(found.name for found in batch if found.is_marker)
        for name, code in _delete(client, bucket, batch, bypass_governance):
            refusals.setdefault(name, set()).add(code)
    uploads = _abort_all(client, bucket, uploads_of(client, bucket, names))
    left = _left(client, bucket, names, bool(uploads), refusals)
    removed = {n: Absence(versions[n], markers[n], uploads[n]) for n in names if n not in left}
    return Shredded(removed, left)


def shred_known(
    client: "S3Client", bucket: str, names: Sequence[str], bypass_governance: bool = False
) -> Shredded:
    """As `shred_all`, for names that were written: deleted first, and only then looked for.

    Where the bucket keeps versions a deletion by name would only add markers, and so it is where
    the bucket does not say: there every version is looked for first. Of what is deleted unseen the
    store confirms one version, also of a name that it holds no more. The proof is as there.
    """
    if len(names) < 2 or s3_bucket.may_keep_versions(client, bucket):
        return shred_all(client, bucket, names, bypass_governance)
    unseen = [Version(name, None, is_marker=False, at=YOUNG) for name in names]
    refused = {name for name, _code in _delete(client, bucket, unseen, bypass_governance)}
    uploads = _abort_all(client, bucket, uploads_of(client, bucket, names))
    removed = {name: Absence(int(name not in refused), 0, uploads[name]) for name in names}
    if not uploads and _are_gone(client, bucket, names):
        return Shredded(removed, {})
    rest = shred_all(client, bucket, names, bypass_governance)
    return Shredded({name: removed[name] + more for name, more in rest.gone.items()}, rest.left)


def _are_gone(client: "S3Client", bucket: str, names: Sequence[str]) -> bool:
    """By one short page, or where others lie between them by as many as it takes."""
    if is_seen_empty(client, bucket, names):
        return True
    return next(versions_of(client, bucket, names), None) is None


def _delete(
    client: "S3Client", bucket: str, versions: Sequence[Version], bypass_governance: bool
) -> list[tuple[str, str]]:
    """Name and code of each refusal."""
    request: DeleteTypeDef = {"Objects": [_identifier(v) for v in versions], "Quiet": True}
    if bypass_governance:  # a bucket without lock may refuse the mere header
        answer = client.delete_objects(
            Bucket=bucket, Delete=request, BypassGovernanceRetention=True
        )
    else:
        answer = client.delete_objects(Bucket=bucket, Delete=request)
    return [(error.get("Key", ""), error.get("Code", "")) for error in answer.get("Errors", [])]


def _abort_all(client: "S3Client", bucket: str, uploads: Iterable[Upload]) -> Counter[str]:
    aborted: Counter[str] = Counter()
    while batch := list(islice(uploads, MOST)):
        for found in batch:
            _abort(client, bucket, found)
        aborted.update(found.name for found in batch)
    return aborted


def _abort(client: "S3Client", bucket: str, found: Upload) -> None:
    try:
        client.abort_multipart_upload(Bucket=bucket, Key=found.name, UploadId=found.upload)
    except ClientError as error:
        if code_of(error) != "NoSuchUpload":  # finished or aborted meanwhile: the listing decides
            raise


def _left(
    client: "S3Client",
    bucket: str,
    names: Sequence[str],
    were_uploads: bool,
    refusals: dict[str, set[str]],
) -> dict[str, str]:
    """Where there were no uploads, the listing that found none has proven that already."""
    uploads = Counter(found.name for found in _listed_again(client, bucket, names, were_uploads))
    if not refusals and not uploads and is_seen_empty(client, bucket, names):
        return {}
    versions = Counter(found.name for found in versions_of(client, bucket, names))
    return {
        name: f"{versions[name]} versions and {uploads[name]} uploads left"
        f" ({', '.join(sorted(refusals.get(name, ()))) or 'no refusal was reported'})"
        for name in names
        if versions[name] or uploads[name]
    }


def _listed_again(
    client: "S3Client", bucket: str, names: Sequence[str], were_uploads: bool
) -> Iterator[Upload]:
    return uploads_of(client, bucket, names) if were_uploads else iter(())


def _identifier(found: Version) -> "ObjectIdentifierTypeDef":
    if found.version is None:
        return {"Key": found.name}
    return {"Key": found.name, "VersionId": found.version}
