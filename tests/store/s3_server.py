"""moto's S3, served on loopback."""

from __future__ import annotations

import threading
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

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


@contextmanager
def serving() -> Iterator[tuple[str, str]]:
    """Yields the endpoint's URL and the name of a bucket of its own."""
    server = make_server("127.0.0.1", 0, _OneAtATime(), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    url, bucket = f"http://127.0.0.1:{server.port}", f"journals-{uuid.uuid4().hex}"
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{url}/{bucket}", method="PUT")):
            yield url, bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
