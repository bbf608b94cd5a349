"""Journals in an S3 bucket, with obstore. Creating with `If-None-Match: *` makes appending safe.

obstore does not log, and does not retry here; AskedAgain retries, which is safe because a part names its writer.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
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
from reconciler.store.objects.aws_profile import NAMES, Profile, profile, provider
from reconciler.store.objects.bucket import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    PROBE,
    PROOF,
    bucket_and_prefix,
    check_create_only,
    check_variables,
    endpoint,
)
from reconciler.store.objects.journals import ObjectJournals
from reconciler.store.side_by_side import interruptibly
from reconciler.store.trouble import retries

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Config, S3Credential, S3CredentialProvider

# Used by convention for stores without regions.
ANY_REGION = "us-east-1"
ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
OF_PROFILE = "the profile's endpoint_url"
# What obstore raises, which is no Exception, for a value that it cannot put into a header.
PANIC = "PanicException"
# Read by obstore and other programs, but not by `aws`.
ELSEWHERE = "AWS_ENDPOINT"
# Each names another source of credentials. The machine's role is only asked if it is named: elsewhere nothing answers.
OTHERS = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_METADATA_ENDPOINT",
)
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
    server, plain = _server(environ, at)
    config, where = _config(environ, server, at), f"s3://{bucket}/{prefix}".rstrip("/")
    provider = _provider(environ, at)
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


def _server(environ: Mapping[str, str], profile: Profile | None) -> tuple[str, bool]:
    """As endpoint(). A variable that was set for another program must not lead to another store, where no state is."""
    said = {**environ, OF_PROFILE: profile.endpoint if profile else ""}
    found = endpoint(said, (*ENDPOINTS, OF_PROFILE))
    if environ.get(ELSEWHERE) and not found[0]:
        hint = f"Name the store of the state in {ENDPOINTS[0]}, also for AWS itself, or unset {ELSEWHERE}."
        raise StateError(Problem("bucket-endpoint", f"{ELSEWHERE} is set, which `aws` does not read", hint=hint))
    return found


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


def _config(environ: Mapping[str, str], server: str, profile: Profile | None) -> S3Config:
    """obstore reads everything else from the environment, including other kinds of credentials. Its own variables
    change neither whether requests are signed nor which bucket they are for."""
    config: S3Config = {
        "conditional_put": "etag",
        "disable_bulk_delete": True,
        "skip_signature": False,
        "virtual_hosted_style_request": False,
    }
    if server:
        config["aws_endpoint_url_s3"] = server
    config["region"] = _region(environ, server, profile)
    return config


def _region(environ: Mapping[str, str], server: str, profile: Profile | None) -> str:
    said = next((environ[name] for name in REGIONS if environ.get(name)), profile.region if profile else "")
    if said or server:
        return said or ANY_REGION
    what = f"no region for S3: neither {' nor '.join(REGIONS)} is set, and no profile says one"
    raise StateError(Problem("bucket-region", what, hint="Set AWS_REGION, such as eu-central-1."))


def _provider(environ: Mapping[str, str], profile: Profile | None) -> S3CredentialProvider | None:
    """The usual order: keys in the environment, a named profile, other sources in the environment, the default
    profile."""
    elsewhere = any(environ.get(name) for name in OTHERS)
    named = any(environ.get(name) for name in NAMES)
    if environ.get(KEYS[0]):
        keys = _keys(environ)
        return lambda: keys
    if elsewhere and not named:
        return None
    if profile and profile.has_credentials:
        return provider(profile, environ)
    what = (
        f"no credentials for S3: neither AWS_ACCESS_KEY_ID nor any of {', '.join(OTHERS)} is set, "
        "and no profile of ~/.aws has any"
    )
    raise StateError(Problem("bucket-credentials", what))


def _keys(environ: Mapping[str, str]) -> S3Credential:
    """Read here, because obstore would take AWS_TOKEN, which may hold a pipeline's own token, for a part of them."""
    id, secret, token = (environ.get(name, "") for name in KEYS)
    if not secret:
        raise StateError(Problem("bucket-credentials", f"{KEYS[0]} is set, and {KEYS[1]} is not"))
    return {"access_key_id": id, "secret_access_key": secret, "token": token or None, "expires_at": None}
