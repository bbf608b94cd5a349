"""Journals in an S3 bucket, with obstore. Creating with `If-None-Match: *` makes appending safe.

obstore does not log, and does not retry here; AskedAgain retries, which is safe because a part names its writer.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeVar
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from reconciler.errors import CloudError, Problem, StateError
from reconciler.net import environment
from reconciler.net.http import Reply, Transport
from reconciler.store.backend import Opening
from reconciler.store.objects.answers import Failure, check_no_page, fields, in_words, no_answer, no_store
from reconciler.store.objects.asked import AskedAgain
from reconciler.store.objects.aws_profile import profile
from reconciler.store.objects.bucket import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    PROBE,
    PROOF,
    bucket_and_prefix,
    check_create_only,
    check_variables,
)
from reconciler.store.objects.journals import ObjectJournals
from reconciler.store.objects.s3_settings import ENDPOINTS, KEYS, REGIONS, config_of, provider_of, server_of
from reconciler.store.side_by_side import interruptibly
from reconciler.store.trouble import retries

if TYPE_CHECKING:
    from obstore.store import ClientConfig

# What obstore raises, which is no Exception, for a value that it cannot put into a header.
PANIC = "PanicException"
_STATUS = re.compile(r"status code: ([0-9]{3})")
Found = TypeVar("Found")


class S3:
    """An object store in S3. server: the bucket's own address, to ask for its region."""

    def __init__(self, url: str, store: S3Store, server: str) -> None:
        self.url = url
        self._store, self._server = store, server

    def check(self) -> None:
        check_create_only(self)

    def create(self, key: str, body: bytes) -> bool:
        try:
            self._ask(
                key, "s3:PutObject", lambda: obstore.put(self._store, key, body, mode="create", use_multipart=False)
            )
        except AlreadyExistsError:
            return False
        return True

    def replace(self, key: str, body: bytes) -> None:
        self._put(key, body, "overwrite")

    def _put(self, key: str, body: bytes, mode: Literal["create", "overwrite"]) -> None:
        put = partial(obstore.put, self._store, key, body, mode=mode, use_multipart=False)
        self._ask(key, "s3:PutObject", put)

    def get(self, key: str) -> bytes | None:
        with contextlib.suppress(FileNotFoundError):
            body = self._ask(key, "s3:GetObject", lambda: bytes(obstore.get(self._store, key).bytes()))
            return check_no_page(body, f"{self.url}/{key}")
        return None

    def names(self, folder: str, after: str = "", most: int = 0) -> list[str]:
        keys = self._keys(folder, f"{folder}/{after}" if after else None, most)
        return [key.rpartition("/")[2] for key in keys]

    def keys(self, most: int) -> list[str]:
        return self._keys(None, None, most)

    def _keys(self, folder: str | None, offset: str | None, most: int) -> list[str]:
        def listed() -> list[str]:
            pages = obstore.list(self._store, folder, offset=offset, chunk_size=1000)
            return sorted(islice((each["path"] for page in pages for each in page), most or None))

        return self._ask(folder or "", "s3:ListBucket", listed)

    def folders(self) -> list[str]:
        found = self._ask(
            "", "s3:ListBucket", lambda: list(obstore.list_with_delimiter(self._store)["common_prefixes"])
        )
        # obstore reads any page as an empty listing, also a proxy's, which would answer to every name.
        if not found and self.get(PROBE) not in (None, PROOF):
            raise no_store(self.url)
        return found

    def remove(self, key: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._ask(key, "s3:DeleteObject", lambda: obstore.delete(self._store, key))

    def close(self) -> None:
        pass

    def _ask(self, key: str, action: str, request: Callable[[], Found]) -> Found:
        """Raises FileNotFoundError and AlreadyExistsError as such, and StateError for everything else."""
        try:
            return interruptibly(request)
        except (BaseError, FileNotFoundError) as error:
            failure = self._failure(error)
            if isinstance(error, FileNotFoundError) and failure.code != "NoSuchBucket":
                raise
            if (
                isinstance(error, AlreadyExistsError) and failure.status != 409
            ):  # a conflict with another write in progress
                raise
            raise in_words(f"{self.url}/{key}".rstrip("/"), action, failure) from None
        except BaseException as error:
            if type(error).__name__ != PANIC:
                raise
            what = f"{self.url}: a key or a token fits into no request: it may end in a line break"
            raise StateError(Problem("bucket-variable", what)) from None

    def _failure(self, error: Exception) -> Failure:
        """obstore does not report the region of a bucket elsewhere; the server tells anybody who asks."""
        if "redirect without LOCATION" in str(error):
            fields = {"Code": "PermanentRedirect", "Region": _region_of(self._server)}
            return Failure(301, fields={name: value for name, value in fields.items() if value})
        return _failure(error)


def _region_of(server: str) -> str:
    with contextlib.suppress(CloudError), closing(Transport(proxies=True, read=CONNECT_SECONDS)) as transport:
        reply = transport.send(server, {}, b"", method="HEAD")
        if isinstance(reply, Reply):
            return reply.headers.get("x-amz-bucket-region", "")
    return ""


def _failure(error: Exception) -> Failure:
    told, _, quoted = str(error).partition("\n\nDebug source")
    status = _STATUS.search(told)
    if status:
        return Failure(int(status[1]), fields=fields(told))
    return no_answer(quoted, told.partition("<")[0].partition("\n")[0].rpartition(" - ")[2].rstrip(" :"))


def open_backend(url: str, place: Opening) -> ObjectJournals:
    bucket, prefix = bucket_and_prefix(url)
    check_variables(place.environ, *KEYS, *REGIONS, *ENDPOINTS)
    environ, at = place.environ, profile(place.environ)
    server, plain = server_of(environ, at)
    config, where = config_of(environ, server, at), f"s3://{bucket}/{prefix}".rstrip("/")
    provider = provider_of(environ, at)
    if provider is None:
        environment.plain_directly()
    try:
        store = S3Store(
            bucket,
            prefix=prefix or None,
            credential_provider=provider,
            config=config,
            client_options=_options(server, plain),
            retry_config={"max_retries": 0},
        )
    except BaseError as error:
        raise _unfit(where, error) from None
    address = f"{server or 'https://s3.' + config['region'] + '.amazonaws.com'}/{bucket}"
    return ObjectJournals(AskedAgain(S3(where, store, address), retries(place)))


def _unfit(where: str, error: Exception) -> StateError:
    """Without the values of variables, which the error quotes."""
    if wrong := environment.faults():
        return StateError(*wrong)
    why = re.sub('".*"', "…", str(error).partition("\n")[0])
    hint = "S3's client reads more variables AWS_… than `aws` does: unset the one that this is about."
    return StateError(Problem("bucket-variable", f"{where}: {why}", hint=hint))


def _options(server: str, plain: bool) -> ClientConfig:
    """Plain HTTP is only allowed to this machine, and no proxy leads there; otherwise the environment's proxy is
    used."""
    options: ClientConfig = {
        "allow_http": plain,
        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
        "timeout": timedelta(seconds=ANSWER_SECONDS),
    }
    if plain:
        options |= {"proxy_url": server, "proxy_excludes": urlsplit(server).hostname or ""}
    return options
