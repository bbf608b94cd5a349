"""Journals in an S3 bucket, by obstore. Creating with `If-None-Match: *` is what makes appending safe.

obstore logs nothing and repeats a write at most twice, which a part that names its writer allows.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    InvalidPathError,
    NotSupportedError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from reconciler.errors import Problem, StateError
from reconciler.store.backend import SERVER_HINT, Opening
from reconciler.store.objects.bucket import (
    ANSWER_SECONDS,
    ATTEMPTS,
    CONNECT_SECONDS,
    PROBE,
    PROOF,
    bucket_and_prefix,
    check_create_only,
    endpoint,
)
from reconciler.store.objects.contract import Unanswered
from reconciler.store.objects.journals import ObjectJournals

if TYPE_CHECKING:
    from obstore.store import S3Config

ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
KEYS = {
    "access_key_id": "AWS_ACCESS_KEY_ID",
    "secret_access_key": "AWS_SECRET_ACCESS_KEY",
    "session_token": "AWS_SESSION_TOKEN",
}
# Each says where else credentials are. A machine's own role is asked only when it is named: elsewhere nobody answers.
OTHERS = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_METADATA_ENDPOINT",
)
_DEFINITE = (PermissionDeniedError, UnauthenticatedError, InvalidPathError, NotSupportedError, FileNotFoundError)


class S3:
    def __init__(self, url: str, store: S3Store) -> None:
        self.url = url
        self._store = store

    def check(self) -> None:
        check_create_only(self)

    def create(self, key: str, body: bytes) -> bool:
        with self._explained(key, Unanswered):
            try:
                obstore.put(self._store, key, body, mode="create", use_multipart=False)
            except AlreadyExistsError:
                return False
        return True

    def replace(self, key: str, body: bytes) -> None:
        with self._explained(key):
            obstore.put(self._store, key, body, use_multipart=False)

    def get(self, key: str) -> bytes | None:
        with self._explained(key), contextlib.suppress(FileNotFoundError):
            return bytes(obstore.get(self._store, key).bytes())
        return None

    def names(self, folder: str, after: str = "", most: int = 0) -> list[str]:
        with self._explained(folder):
            offset = f"{folder}/{after}" if after else None
            pages = obstore.list(self._store, folder, offset=offset, chunk_size=1000)
            found = (each["path"].rpartition("/")[2] for page in pages for each in page)
            return sorted(islice(found, most or None))

    def folders(self) -> list[str]:
        with self._explained(""):
            found = list(obstore.list_with_delimiter(self._store)["common_prefixes"])
        # obstore reads any page as an empty listing, a proxy's, too. Such a one would answer to every name.
        if not found and self.get(PROBE) not in (None, PROOF):
            raise StateError(Problem("state-unusable", f"{self.url}: what answers is no store", hint=SERVER_HINT))
        return found

    def remove(self, key: str) -> None:
        with self._explained(key), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, key)

    def close(self) -> None:
        pass

    @contextlib.contextmanager
    def _explained(self, key: str, unknown: type[StateError] = StateError) -> Iterator[None]:
        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            what = f"{self.url}/{key}: {_told(error)}"
            if "501 Not Implemented" in what:
                raise StateError(Problem("state-not-safe", what)) from None
            kind = StateError if isinstance(error, _DEFINITE) else unknown
            raise kind(Problem("state-unusable", what, hint=SERVER_HINT)) from None


def _told(error: Exception) -> str:
    """The last of what went wrong, and the store's code for it; never the rest of its answer, which quotes requests."""
    text = str(error).partition("\n\nDebug source")[0]
    code = re.search(r"<Code>([A-Za-z0-9.]{1,64})</Code>", text)
    last = text.partition("<")[0].partition("\n")[0].rpartition(" - ")[2].rstrip(" :")
    return f"{last} ({code[1]})" if code else last


def open_backend(url: str, place: Opening) -> ObjectJournals:
    bucket, prefix = bucket_and_prefix(url)
    server, plain = endpoint(place.environ, ENDPOINTS)
    store = S3Store(
        bucket,
        prefix=prefix or None,
        config=_config(place.environ, server),
        client_options={
            "allow_http": plain,
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            "timeout": timedelta(seconds=ANSWER_SECONDS),
        },
        retry_config={"max_retries": ATTEMPTS - 1, "retry_timeout": timedelta(seconds=ANSWER_SECONDS)},
    )
    return ObjectJournals(S3(f"s3://{bucket}/{prefix}".rstrip("/"), store))


def _config(environ: Mapping[str, str], server: str) -> S3Config:
    """What is not said here obstore takes from the environment, where the other kinds of credentials are."""
    config: S3Config = {"conditional_put": "etag", "disable_bulk_delete": True}
    if server:
        config["aws_endpoint_url_s3"] = server
    if region := environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION"):
        config["region"] = region
    if environ.get("AWS_ACCESS_KEY_ID"):
        keys = {key: environ[name] for key, name in KEYS.items() if environ.get(name)}
        config.update(keys)  # type: ignore[typeddict-item]
    elif not any(environ.get(name) for name in OTHERS):
        what = f"no credentials for S3: neither AWS_ACCESS_KEY_ID nor any of {', '.join(OTHERS)} is set"
        raise StateError(Problem("bucket-credentials", what))
    return config
