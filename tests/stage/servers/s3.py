"""moto's S3, served on loopback."""

from __future__ import annotations

import threading
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from reconciler.sandbox.http.serving import Ending
from reconciler.sandbox.http.serving import serving as listening

KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "hidden", "AWS_REGION": "eu-central-1"}


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


class _OneAtATime:
    """moto looks whether an object is there and then writes it, with nothing in between to hold others off. S3 does."""

    def __init__(self) -> None:
        self._app = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._lock:
            return list(self._app(environ, start_response))


class _Server(Ending, ThreadedWSGIServer):
    pass


@contextmanager
def serving() -> Iterator[tuple[str, str]]:
    """Yields the endpoint's URL and the name of a bucket of its own."""
    with listening(_Server("127.0.0.1", 0, _OneAtATime(), _Quiet)) as server:
        url, bucket = f"http://127.0.0.1:{server.port}", f"journals-{uuid.uuid4().hex}"
        with urllib.request.urlopen(urllib.request.Request(f"{url}/{bucket}", method="PUT")):
            yield url, bucket
