"""A stub of OSS that answers as its documentation says: create-only writes, and what versioning does to them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from reconciler.sandbox.http.serving import Listener
from reconciler.sandbox.http.serving import serving as listening
from reconciler.store.content_md5 import content_md5
from tests.stage.servers.quiet import Quiet

PAGE = 100
KEYS = {"OSS_ACCESS_KEY_ID": "id", "OSS_ACCESS_KEY_SECRET": "hidden", "OSS_REGION": "cn-hangzhou"}


@dataclass
class Bucket:
    """versioning: as GetBucketVersioning tells it, "" where it never was on, or `denied`. page_size: names in a
    listing at most; OSS has up to 1,000."""

    versioning: str = ""
    page_size: int = PAGE
    objects: dict[str, bytes] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, key: str, body: bytes, forbid_overwrite: bool) -> bool:
        with self.lock:
            if forbid_overwrite and not self.versioning and key in self.objects:
                return False
            self.objects[key] = body
            return True

    def page(self, query: dict[str, str]) -> str:
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        after = query.get("continuation-token") or query.get("start-after", "")
        rows: dict[str, str] = {}
        for key in sorted(self.objects):
            if key.startswith(prefix) and key > after:
                rest = key.removeprefix(prefix)
                folder = prefix + rest.partition(delimiter)[0] + delimiter if delimiter and delimiter in rest else ""
                if folder and folder <= after:
                    continue
                rows.setdefault(folder or key, "CommonPrefixes" if folder else "Contents")
        return _page(list(rows.items()), min(self.page_size, int(query.get("max-keys", "100"))))


def _page(rows: list[tuple[str, str]], most: int) -> str:
    shown = rows[:most]
    token = (
        f"<NextContinuationToken>{quote(_last(shown[-1]))}</NextContinuationToken>" if len(shown) < len(rows) else ""
    )
    listed = "".join(
        f"<{kind}><{name}>{quote(key)}</{name}></{kind}>"
        for key, kind in shown
        for name in ("Prefix" if kind == "CommonPrefixes" else "Key",)
    )
    return (
        f"<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>{str(bool(token)).lower()}</IsTruncated>"
        f"{token}{listed}</ListBucketResult>"
    )


def _last(row: tuple[str, str]) -> str:
    """A listing goes on behind everything that a common prefix stands for."""
    return row[0] + "\U0010ffff" if row[1] == "CommonPrefixes" else row[0]


class _Handler(Quiet):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if len(body) < int(self.headers.get("Content-Length", 0)):
            self.close_connection = True  # The sender died: half an object is none.
        elif self.headers.get("If-None-Match") or self.headers.get("If-Match"):
            self._refuse(501, "NotImplemented")
        elif self.headers.get("content-md5") != content_md5(body):
            self._refuse(400, "InvalidDigest")
        elif self._is_signed():
            created = self.bucket.put(self._key(), body, self.headers.get("x-oss-forbid-overwrite") == "true")
            self._answer(200) if created else self._refuse(409, "FileAlreadyExists")

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query, True).items()}
        if not self._is_signed():
            return
        if "versioning" in query:
            self._tell_versioning()
        elif "list-type" in query:
            self._answer(200, self.bucket.page(query).encode())
        elif self._key() in self.bucket.objects:
            self._answer(200, self.bucket.objects[self._key()])
        else:
            self._refuse(404, "NoSuchKey")

    def do_DELETE(self) -> None:
        if self._is_signed():
            self.bucket.objects.pop(self._key(), None)
            self._answer(204)

    def _tell_versioning(self) -> None:
        status = self.bucket.versioning
        if status == "denied":
            self._refuse(403, "AccessDenied")
            return
        told = f"<Status>{status}</Status>" if status else ""
        self._answer(200, f"<VersioningConfiguration>{told}</VersioningConfiguration>".encode())

    def _is_signed(self) -> bool:
        signed = self.headers.get("Authorization", "").startswith("OSS4-HMAC-SHA256 ")
        if not signed:
            self._refuse(403, "AccessDenied")
        return signed

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).split("/", 2)[2]

    def _refuse(self, status: int, code: str) -> None:
        asked = escape(str(self.headers))
        self._answer(
            status, f"<Error><Code>{code}</Code><Message>{asked}</Message></Error>".encode(), "application/xml"
        )

    def _answer(self, status: int, body: bytes = b"", kind: str = "application/octet-stream") -> None:
        tag = {"ETag": '"0123456789ABCDEF"'} if status == 200 else {}
        self.reply(status, body, {"Content-Type": kind, **tag})


@contextmanager
def serving(bucket: Bucket) -> Iterator[str]:
    """Yields the endpoint's URL; whatever the bucket is called, it is this one."""
    with listening(Listener(type("Handler", (_Handler,), {"bucket": bucket}))) as server:
        yield server.url
