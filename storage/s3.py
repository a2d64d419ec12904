"""Owns objects in an S3 bucket, over boto3."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from heapq import merge
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import get_session
from botocore.utils import parse_timestamp

from storage import s3_bucket, s3_listing, s3_shred
from storage.errors import MissingBucketError, NameTakenError, NotGoneError, WrongLengthError
from storage.objects import (
    MAX_OBJECT_LENGTH,
    TOGETHER,
    Absence,
    Shredded,
    Stored,
    check_name,
)
from storage.s3_errors import code_of, status_of, translated

if TYPE_CHECKING:
    from botocore.session import Session as CoreSession
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef

CONNECT_SECONDS = 3
READ_SECONDS = 20
ATTEMPTS = 3

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class S3Settings:
    """How to reach one bucket; times in seconds.

    `checksum_mode`: "when_supported" adds and checks CRCs, for AWS and most; "when_required" is for
    stores that refuse them. `conditional_put` off is for stores that answer 501 to If-None-Match.
    `bypass_governance` lets deletion pass a governance lock, for which the key needs the right.
    """

    endpoint_url: str | None
    region: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    checksum_mode: Literal["when_supported", "when_required"] = "when_supported"
    conditional_put: bool = True
    bypass_governance: bool = False
    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS
    attempts: int = ATTEMPTS


class S3Objects:
    """Any S3-compatible bucket. Cheap to make: the client is made at first use, once a process."""

    def __init__(self, settings: S3Settings) -> None:
        self._settings = settings
        self._client_of: tuple[int, S3Client] | None = None

    def put(self, name: str, data: bytes) -> None:
        check_name(name)
        with translated("put"):
            try:
                self._put(name, data)
            except ClientError as error:
                if status_of(error) != 412:
                    raise
                self._accept_own(name, data)

    def get(self, name: str, at_most: int = MAX_OBJECT_LENGTH) -> bytes:
        with translated("get"):
            answer = self._client().get_object(Bucket=self._settings.bucket, Key=check_name(name))
            # Not `with answer["Body"]`: that gives the raw stream, past checksums and time-outs.
            with closing(answer["Body"]) as body:
                if answer["ContentLength"] > at_most:
                    raise WrongLengthError(name)
                return body.read()

    def head(self, name: str, length: int) -> tuple[bytes, int]:
        with translated("head"):
            bucket, client = self._settings.bucket, self._client()
            try:
                answer = client.get_object(
                    Bucket=bucket, Key=check_name(name), Range=f"bytes=0-{length - 1}"
                )
            except ClientError as error:
                if status_of(error) != 416:
                    raise
                return b"", 0  # no range lies within an empty object
            with closing(answer["Body"]) as body:
                # A store that knows no ranges sends all of it: read no more than was asked for.
                return body.read(length), _whole_length(answer)

    def shred(self, name: str) -> Absence:
        shredded = self.shred_all([name])
        if name in shredded.left:
            raise NotGoneError(f"{name}: {shredded.left[name]}")
        return shredded.gone[name]

    def shred_all(self, names: Iterable[str]) -> Shredded:
        return self._shredded(names, s3_shred.shred_all)

    def shred_known(self, names: Iterable[str]) -> Shredded:
        return self._shredded(names, s3_shred.shred_known)

    def list_names(self, prefix: str = "") -> list[str]:
        return sorted({stored.name for stored in self.walk(prefix)})

    def walk(self, prefix: str = "") -> Iterator[Stored]:
        with translated("list"):
            versions = s3_listing.versions(self._client(), self._settings.bucket, prefix)
            uploads = s3_listing.uploads(self._client(), self._settings.bucket, prefix)
            by_name = attrgetter("name")
            found: Iterator[s3_listing.Version | s3_listing.Upload]
            found = merge(versions, uploads, key=by_name)
            for name, parts in groupby(found, by_name):
                yield Stored(name, max(part.at for part in parts))

    def now(self) -> datetime | None:
        """A refusal has a date as well, and a clock that is wrong is refused."""
        if _is_local(self._settings.endpoint_url):
            return None
        with translated("now"):
            try:
                answer = self._client().head_bucket(Bucket=self._settings.bucket)
                return _date_of(answer["ResponseMetadata"]["HTTPHeaders"])
            except ClientError as error:
                return _date_of(error.response["ResponseMetadata"]["HTTPHeaders"])

    def check(self) -> None:
        with translated("check"):
            try:
                self._client().head_bucket(Bucket=self._settings.bucket)
            except ClientError as error:
                if code_of(error) != "404":  # an answer to HEAD has no body to say more
                    raise
                raise MissingBucketError(self._settings.bucket) from error

    def ensure_bucket(self) -> None:
        """Makes the bucket when it is missing; leaves its settings to the operator."""
        with translated("ensure bucket"):
            s3_bucket.ensure(self._client(), self._settings.bucket, self._settings.region)

    def probe(self) -> s3_bucket.Capabilities:
        """Writes a canary, reads it back, compares, shreds it; records what the bucket does.

        Raises UnsafeBucketError where the bucket cannot forget or does not give back what it got.
        """
        with translated("probe"):
            bucket, bypass = self._settings.bucket, self._settings.bypass_governance
            found = s3_bucket.inspect(self._client(), bucket, bypass)
            return replace(found, conditional_put=s3_bucket.try_canary(self))

    def _shredded(self, names: Iterable[str], shred: s3_shred.Shred) -> Shredded:
        wanted = sorted({check_name(name) for name in names})
        gone: dict[str, Absence] = {}
        left: dict[str, str] = {}
        bucket, bypass = self._settings.bucket, self._settings.bypass_governance
        with translated("shred"):
            for start in range(0, len(wanted), TOGETHER):
                shredded = shred(self._client(), bucket, wanted[start : start + TOGETHER], bypass)
                gone.update(shredded.gone)
                left.update(shredded.left)
        return Shredded(gone, left)

    def _put(self, name: str, data: bytes) -> None:
        bucket, client = self._settings.bucket, self._client()
        if self._settings.conditional_put:
            client.put_object(Bucket=bucket, Key=name, Body=data, IfNoneMatch="*")
        else:
            client.put_object(Bucket=bucket, Key=name, Body=data)

    def _accept_own(self, name: str, data: bytes) -> None:
        """A retry after a lost acknowledgement finds its own object, which is a success."""
        try:
            if self.get(name, at_most=len(data)) == data:
                return
        except WrongLengthError:
            pass
        raise NameTakenError(name)

    def _client(self) -> "S3Client":
        """One client a process; boto3's clients are safe for threads, its sessions are not.

        Two threads may make one each at first, from sessions of their own; the last one stays.
        After a fork the child makes its own, since it must not share the parent's connections.
        """
        made = self._client_of
        if made is None or made[0] != os.getpid():
            made = (os.getpid(), _connect(self._settings))
            self._client_of = made
        return made[1]


def _whole_length(answer: "GetObjectOutputTypeDef") -> int:
    """From `bytes 0-88/1234`; an answer without it is the whole object."""
    length = answer.get("ContentRange", "").rpartition("/")[2]
    return int(length) if length.isdecimal() else answer["ContentLength"]


def _is_local(endpoint_url: str | None) -> bool:
    return urlsplit(endpoint_url or "").hostname in _LOOPBACK


def _date_of(headers: Mapping[str, str]) -> datetime | None:
    """RFC 9110, section 6.6.1."""
    try:
        at = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _core() -> "CoreSession":
    """Its own way of reading a moment takes most of the time of reading a listing."""
    core = get_session()
    parsers = core.get_component("response_parser_factory")
    parsers.set_parser_defaults(timestamp_parser=_moment)
    return core


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):  # in a header, or as a number
        return parse_timestamp(text)
    return at if at.tzinfo else parse_timestamp(text)


def _connect(settings: S3Settings) -> "S3Client":
    # A proxy of the environment is for the world outside, never for this machine's own store.
    config = Config(
        proxies={} if _is_local(settings.endpoint_url) else None,
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        retries={"mode": "standard", "total_max_attempts": settings.attempts},
        connect_timeout=settings.connect_seconds,
        read_timeout=settings.read_seconds,
        max_pool_connections=32,
        request_checksum_calculation=settings.checksum_mode,
        response_checksum_validation=settings.checksum_mode,
    )
    session = Session(
        botocore_session=_core(),
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        region_name=settings.region,
    )
    return session.client("s3", endpoint_url=settings.endpoint_url, config=config)
