"""Each kind of place for journals, on a server of this machine that is reached by a line of any length."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from tests.stage.servers import oss, postgres, s3, terraform

Words = Mapping[str, str]


class Shelf(NamedTuple):
    """upstream: where its server is, "" where there is none. state: of the line's port, the URL and the variables.

    objects: how many are kept there.
    """

    upstream: str
    state: Callable[[int], tuple[str, Words]]
    objects: Callable[[], int]


@contextmanager
def _sqlite(scratch: Path) -> Iterator[Shelf]:
    yield Shelf("", lambda port: (f"sqlite:{scratch}/state.db", {}), lambda: 1)


@contextmanager
def _dir(scratch: Path) -> Iterator[Shelf]:
    folder = scratch / "journals"
    yield Shelf("", lambda port: (f"dir:{folder}", {}), lambda: sum(1 for _ in folder.rglob("*.json")))


@contextmanager
def _postgres(scratch: Path) -> Iterator[Shelf]:
    with postgres.database() as name:

        def rows() -> int:
            with postgres.admin(name) as db:
                (count,) = db.execute("SELECT count(*) FROM reconciler_entries").fetchone() or (0,)
                return int(count)

        url = "postgres://postgres@127.0.0.1:{}/{}?sslmode=disable&gssencmode=disable"
        yield Shelf(f"{postgres.server()}/.s.PGSQL.5432", lambda port: (url.format(port, name), {}), rows)


@contextmanager
def _s3(scratch: Path) -> Iterator[Shelf]:
    """moto, which answers one request after the other."""
    with s3.serving() as (url, bucket):

        def objects() -> int:
            keys, on = 0, "?list-type=2"
            while on:
                with urllib.request.urlopen(f"{url}/{bucket}{on}") as answer:
                    page = answer.read().decode()
                keys += page.count("<Key>")
                token = page.partition("<NextContinuationToken>")[2].partition("<")[0]
                on = token and f"?list-type=2&continuation-token={quote(token)}"
            return keys

        yield Shelf(
            str(urlsplit(url).port),
            lambda port: (f"s3://{bucket}/team", {**s3.KEYS, "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}"}),
            objects,
        )


@contextmanager
def _oss(scratch: Path) -> Iterator[Shelf]:
    bucket = oss.Bucket(page_size=1000)
    with oss.serving(bucket) as url:
        yield Shelf(
            str(urlsplit(url).port),
            lambda port: ("oss://bucket/team", {**oss.KEYS, "OSS_ENDPOINT": f"http://127.0.0.1:{port}"}),
            lambda: len(bucket.objects),
        )


@contextmanager
def _http(scratch: Path) -> Iterator[Shelf]:
    with terraform.serving() as (world, url):

        def state(port: int) -> tuple[str, Words]:
            near = f"http://127.0.0.1:{port}{urlsplit(url).path}"
            return f"{near}/{{space}}", terraform.environment(near)

        yield Shelf(str(urlsplit(url).port), state, lambda: len(world.documents))


SHELVES: dict[str, Callable[[Path], AbstractContextManager[Shelf]]] = {
    "sqlite": _sqlite,
    "dir": _dir,
    "postgres": _postgres,
    "s3": _s3,
    "oss": _oss,
    "http": _http,
}
