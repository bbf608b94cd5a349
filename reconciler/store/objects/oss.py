"""Journals in a bucket of Alibaba Cloud's OSS, by its own client: its S3 interface has no create-only write.

`x-oss-forbid-overwrite` is ignored in a bucket with versioning, so such a bucket is refused. The client logs nothing
and repeats a write at most twice, which a part that names its writer allows.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import ParseError

import alibabacloud_oss_v2 as oss
from alibabacloud_oss_v2.exceptions import BaseError, OperationError, ServiceError
from alibabacloud_oss_v2.transport import RequestsHttpClient

from reconciler.errors import Problem, StateError
from reconciler.store.backend import SERVER_HINT, Opening
from reconciler.store.content_md5 import content_md5
from reconciler.store.objects.bucket import (
    ANSWER_SECONDS,
    ATTEMPTS,
    CONNECT_SECONDS,
    bucket_and_prefix,
    check_create_only,
    endpoint,
)
from reconciler.store.objects.contract import Unanswered
from reconciler.store.objects.journals import AT_ONCE, ObjectJournals

KEYS = (
    ("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN"),
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
)
REGIONS = ("OSS_REGION", "ALIBABA_CLOUD_REGION_ID", "ALIBABA_CLOUD_REGION")


class Oss:
    """prefix: "" or ends with a slash."""

    def __init__(self, url: str, bucket: str, prefix: str, client: Any, http: RequestsHttpClient) -> None:
        self.url = url
        self._bucket, self._prefix = bucket, prefix
        self._client, self._http = client, http

    def check(self) -> None:
        with self._explained(""):
            found = self._client.get_bucket_versioning(oss.GetBucketVersioningRequest(bucket=self._bucket))
        if found.version_status:
            what = f"{self.url}: versioning is {found.version_status}, with which OSS ignores x-oss-forbid-overwrite"
            raise StateError(Problem("state-not-safe", what))
        check_create_only(self)

    def create(self, key: str, body: bytes) -> bool:
        with self._explained(key, Unanswered):
            try:
                self._put(key, body, forbid_overwrite=True)
            except OperationError as error:
                if _service_code(error) != "FileAlreadyExists":
                    raise
                return False
        return True

    def replace(self, key: str, body: bytes) -> None:
        with self._explained(key):
            self._put(key, body)

    def get(self, key: str) -> bytes | None:
        with self._explained(key):
            try:
                request = oss.GetObjectRequest(bucket=self._bucket, key=self._prefix + key)
                with self._client.get_object(request).body as body:
                    return bytes(body.read())
            except OperationError as error:
                if _service_code(error) != "NoSuchKey":
                    raise
        return None

    def names(self, folder: str, after: str = "", most: int = 0) -> list[str]:
        start = self._prefix + folder + "/"
        pages = self._pages(most, prefix=start, start_after=start + after if after else None)
        return sorted(each.key.removeprefix(start) for page in pages for each in page.contents or ())

    def folders(self) -> list[str]:
        pages = self._pages(prefix=self._prefix or None, delimiter="/")
        prefixes = [each.prefix for page in pages for each in page.common_prefixes or ()]
        return [prefix.removeprefix(self._prefix).rstrip("/") for prefix in prefixes]

    def remove(self, key: str) -> None:
        with self._explained(key):
            self._client.delete_object(oss.DeleteObjectRequest(bucket=self._bucket, key=self._prefix + key))

    def close(self) -> None:
        self._http.close()

    def _put(self, key: str, body: bytes, **options: Any) -> None:
        """Says the body's digest, which the signature of this client leaves out: what arrives cut is refused."""
        told = {"bucket": self._bucket, "key": self._prefix + key, "content_md5": content_md5(body)}
        request = oss.PutObjectRequest(**told, body=body, **options)
        if not self._client.put_object(request).etag:
            raise OperationError(name="PutObject", error="no ETag")

    def _pages(self, most: int = 0, **options: Any) -> list[Any]:
        """most: objects after which it is enough, 0 for all."""
        with self._explained(""):
            paginator = self._client.list_objects_v2_paginator()
            request = oss.ListObjectsV2Request(bucket=self._bucket, max_keys=most or 1000, **options)
            pages = []
            for page in paginator.iter_page(request):
                pages.append(page)
                if most and sum(len(each.contents or ()) for each in pages) >= most:
                    break
            if any(page.is_truncated is None for page in pages):  # any other page is read as an empty one
                raise OperationError(name="ListObjectsV2", error="no listing")
            return pages

    @contextlib.contextmanager
    def _explained(self, key: str, unknown: type[StateError] = StateError) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError, ParseError) as error:  # not all that can go wrong is an error of the client's own
            what = f"{self.url}/{key}: {_told(error)}"
            kind = StateError if 400 <= _status(error) < 500 else unknown
            raise kind(Problem("state-unusable", what, hint=SERVER_HINT)) from None


def _cause(error: Exception) -> Any:
    return error.unwrap() if isinstance(error, OperationError) else error


def _service_code(error: Exception) -> str:
    cause = _cause(error)
    return str(cause.code) if isinstance(cause, ServiceError) else ""


def _status(error: Exception) -> int:
    cause = _cause(error)
    return int(cause.status_code) if isinstance(cause, ServiceError) else 0


def _told(error: Exception) -> str:
    """Status and code; never the whole answer, which quotes the request."""
    code = _service_code(error)
    return f"the store answered {_status(error)} {code}" if code else f"no answer ({type(_cause(error)).__name__})"


def open_backend(url: str, place: Opening) -> ObjectJournals:
    bucket, prefix = bucket_and_prefix(url)
    server, _ = endpoint(place.environ, ("OSS_ENDPOINT",))
    http = RequestsHttpClient(
        connect_timeout=CONNECT_SECONDS, readwrite_timeout=ANSWER_SECONDS, max_connections=2 * AT_ONCE
    )
    config = oss.Config(
        region=_region(place.environ),
        endpoint=server or None,
        credentials_provider=_credentials(place.environ),
        retry_max_attempts=ATTEMPTS,
        http_client=http,
    )
    where = f"oss://{bucket}/{prefix}".rstrip("/")
    return ObjectJournals(Oss(where, bucket, f"{prefix}/" if prefix else "", oss.Client(config), http))


def _region(environ: Mapping[str, str]) -> str:
    for name in REGIONS:
        if said := environ.get(name):
            return said.removeprefix("oss-")
    raise StateError(Problem("bucket-region", "no region for OSS: OSS_REGION is not set"))


def _credentials(environ: Mapping[str, str]) -> Any:
    for names in KEYS:
        id, secret, token = (environ.get(name) for name in names)
        if id and secret:
            return oss.credentials.StaticCredentialsProvider(id, secret, token)
    what = f"no credentials for OSS: neither {' and '.join(KEYS[0][:2])} nor {' and '.join(KEYS[1][:2])} are set"
    raise StateError(Problem("bucket-credentials", what))
