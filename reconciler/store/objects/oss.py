"""Journals in a bucket of Alibaba Cloud OSS, with its own client: OSS's S3 interface has no create-only writes.

`x-oss-forbid-overwrite` is ignored in a bucket with versioning, so such a bucket is refused. The client does not log or
retry; AskedAgain retries, which is safe because a part names its writer.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any
from xml.etree.ElementTree import ParseError

import alibabacloud_oss_v2 as oss
from alibabacloud_oss_v2.exceptions import BaseError, OperationError, ServiceError
from alibabacloud_oss_v2.transport import RequestsHttpClient

from reconciler.errors import Problem, StateError
from reconciler.net.official_chain import official_chain
from reconciler.store.backend import Opening
from reconciler.store.content_md5 import content_md5
from reconciler.store.objects.answers import (
    Failure,
    check_no_page,
    fields,
    in_words,
    no_answer,
    no_store,
    seconds_asked,
)
from reconciler.store.objects.asked import AskedAgain
from reconciler.store.objects.bucket import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    bucket_and_prefix,
    check_create_only,
    check_variables,
    endpoint,
)
from reconciler.store.objects.journals import AT_ONCE, ObjectJournals
from reconciler.store.trouble import retries

KEYS = (
    ("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN"),
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
)
ENDPOINT = "OSS_ENDPOINT"
REGIONS = ("OSS_REGION", "ALIBABA_CLOUD_REGION_ID", "ALIBABA_CLOUD_REGION")


class Oss:
    """An object store in OSS. prefix: "" or ends with a slash."""

    def __init__(self, url: str, bucket: str, prefix: str, client: Any, http: RequestsHttpClient) -> None:
        self.url = url
        self._bucket, self._prefix = bucket, prefix
        self._client, self._http = client, http

    def check(self) -> None:
        with self._explained("", "oss:GetBucketVersioning"):
            found = self._client.get_bucket_versioning(oss.GetBucketVersioningRequest(bucket=self._bucket))
        if found.version_status:
            what = f"{self.url}: versioning is {found.version_status}, with which OSS ignores x-oss-forbid-overwrite"
            raise StateError(Problem("state-not-safe", what))
        check_create_only(self)

    def create(self, key: str, body: bytes) -> bool:
        with self._explained(key, "oss:PutObject"):
            try:
                self._put(key, body, forbid_overwrite=True)
            except OperationError as error:
                if _failure(error).code != "FileAlreadyExists":
                    raise
                return False
        return True

    def replace(self, key: str, body: bytes) -> None:
        with self._explained(key, "oss:PutObject"):
            self._put(key, body)

    def get(self, key: str) -> bytes | None:
        with self._explained(key, "oss:GetObject"):
            try:
                request = oss.GetObjectRequest(bucket=self._bucket, key=self._prefix + key)
                with self._client.get_object(request).body as body:
                    return check_no_page(bytes(body.read()), f"{self.url}/{key}")
            except OperationError as error:
                if _failure(error).code != "NoSuchKey":
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

    def keys(self, most: int) -> list[str]:
        pages = self._pages(most, prefix=self._prefix or None)
        return [each.key.removeprefix(self._prefix) for page in pages for each in page.contents or ()]

    def remove(self, key: str) -> None:
        with self._explained(key, "oss:DeleteObject"):
            self._client.delete_object(oss.DeleteObjectRequest(bucket=self._bucket, key=self._prefix + key))

    def close(self) -> None:
        self._http.close()

    def _put(self, key: str, body: bytes, **options: Any) -> None:
        """Sends the body's checksum, which this client does not sign: a truncated body is refused."""
        told = {"bucket": self._bucket, "key": self._prefix + key, "content_md5": content_md5(body)}
        request = oss.PutObjectRequest(**told, body=body, **options)
        if not self._client.put_object(request).etag:
            raise OperationError(name="PutObject", error="no ETag")

    def _pages(self, most: int = 0, **options: Any) -> list[Any]:
        """most: stop after so many objects, 0 for all."""
        pages = []
        with self._explained("", "oss:ListObjects"):
            paginator = self._client.list_objects_v2_paginator()
            request = oss.ListObjectsV2Request(bucket=self._bucket, max_keys=most or 1000, **options)
            for page in paginator.iter_page(request):
                pages.append(page)
                if most and sum(len(each.contents or ()) for each in pages) >= most:
                    break
        if any(page.is_truncated is None for page in pages):  # the client reads any other page as an empty listing
            raise no_store(self.url)
        return pages

    @contextlib.contextmanager
    def _explained(self, key: str, action: str) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError, ParseError) as error:  # the client lets some errors of others through
            raise in_words(f"{self.url}/{key}".rstrip("/"), action, _failure(error)) from None


def _failure(error: Exception) -> Failure:
    cause = error.unwrap() if isinstance(error, OperationError) else error
    if isinstance(cause, ServiceError):
        headers = cause.headers or {}
        return Failure(int(cause.status_code), fields=_fields(cause), after=seconds_asked(headers))
    return no_answer(str(cause), type(cause).__name__ if isinstance(cause, Exception) else str(cause))


def _fields(error: ServiceError) -> dict[str, str]:
    """The client's own code for an unreadable answer is not one of the store's."""
    told = fields((error.snapshot or b"").decode(errors="replace"))
    return told if told.get("Code") or error.code == "BadErrorResponse" else {"Code": str(error.code), **told}


def open_backend(url: str, place: Opening) -> ObjectJournals:
    bucket, prefix = bucket_and_prefix(url)
    check_variables(place.environ, *chain.from_iterable(KEYS), *REGIONS, ENDPOINT)
    server, plain = endpoint(place.environ, (ENDPOINT,))
    # Plain HTTP is only allowed to this machine, and no proxy leads there; otherwise the environment's proxy is used.
    http = RequestsHttpClient(
        connect_timeout=CONNECT_SECONDS,
        readwrite_timeout=ANSWER_SECONDS,
        max_connections=2 * AT_ONCE,
        proxy_host={"http": "", "all": ""} if plain else None,
    )
    http.open()
    http.session.auth = _as_signed
    config = oss.Config(
        region=_region(place.environ),
        endpoint=server or None,
        credentials_provider=_credentials(place.environ),
        retry_max_attempts=1,
        http_client=http,
    )
    where = f"oss://{bucket}/{prefix}".rstrip("/")
    there = Oss(where, bucket, f"{prefix}/" if prefix else "", oss.Client(config), http)
    return ObjectJournals(AskedAgain(there, retries(place)))


def _as_signed(request: Any) -> Any:
    """Without this, requests puts a password from ~/.netrc in the place of the signature."""
    return request


def _region(environ: Mapping[str, str]) -> str:
    for name in REGIONS:
        if said := environ.get(name):
            return said.removeprefix("oss-")
    raise StateError(Problem("bucket-region", "no region for OSS: OSS_REGION is not set"))


def _credentials(environ: Mapping[str, str]) -> Any:
    """Keys from the environment, otherwise the official chain, as for the cloud's calls: OIDC, a profile, a role."""
    for names in KEYS:
        id, secret, token = (environ.get(name) for name in names)
        if id and secret:
            return oss.credentials.StaticCredentialsProvider(id, secret, token)
    official, turn = official_chain(), threading.Lock()

    def found() -> Any:
        with turn:  # one renewal, not one for each thread
            key = official.get_credentials()
        return oss.credentials.Credentials(
            key.get_access_key_id(), key.get_access_key_secret(), key.get_security_token()
        )

    _check_found(found)
    return oss.credentials.CredentialsProviderFunc(found)


def _check_found(found: Callable[[], Any]) -> None:
    """Fails now, not in the middle of a run."""
    with contextlib.suppress(Exception):  # the chain raises errors of many libraries
        if found().has_keys():
            return
    what = (
        f"no credentials for OSS: neither {' and '.join(KEYS[0][:2])} nor {' and '.join(KEYS[1][:2])} are set, "
        "and the official chain found none"
    )
    raise StateError(Problem("bucket-credentials", what))
