"""Places whose whole content can be copied and put back as it was, as whoever restores a bucket or a disk does it.

Under the program, at the place's own door: files, objects, documents, rows. `cut` takes the newest write away.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from tests.stage.servers import oss, postgres, s3, terraform

Copy = Any


@dataclass(frozen=True)
class Restorable:
    """url: as `--state` takes it. copy: all that is there. put: only this is there from now on; None for nothing.

    cut: the newest write is gone; None where a place is one document.
    """

    url: str
    copy: Callable[[], Copy]
    put: Callable[[Copy], None]
    cut: Callable[[], None] | None = None
    environ: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def _sqlite(scratch: Path) -> Iterator[Restorable]:
    folder = scratch / "state"

    def cut() -> None:
        with closing(sqlite3.connect(folder / "state.db")) as db, db:
            db.execute("DELETE FROM entries WHERE serial = (SELECT max(serial) FROM entries)")

    yield _folder(folder, f"sqlite:{folder}/state.db", cut)


@contextmanager
def _dir(scratch: Path) -> Iterator[Restorable]:
    folder = scratch / "state"

    def cut() -> None:
        max(path for path in folder.rglob("[0-9]*.json")).unlink()

    yield _folder(folder, f"dir:{folder}/journals", cut)


def _folder(folder: Path, url: str, cut: Callable[[], None]) -> Restorable:
    def copy() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def put(found: dict[Path, bytes] | None) -> None:
        shutil.rmtree(folder)
        folder.mkdir()
        for path, content in (found or {}).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    folder.mkdir(parents=True)
    return Restorable(url, copy, put, cut)


@contextmanager
def _oss(scratch: Path) -> Iterator[Restorable]:
    bucket = oss.Bucket()

    def put(found: dict[str, bytes] | None) -> None:
        bucket.objects = dict(found or {})

    with oss.serving(bucket) as url:
        environ = {**oss.KEYS, "OSS_ENDPOINT": url}
        copy, cut = lambda: dict(bucket.objects), lambda: bucket.objects.pop(_newest(bucket.objects)) and None
        yield Restorable("oss://bucket/team", copy, put, cut, environ)


@contextmanager
def _s3(scratch: Path) -> Iterator[Restorable]:
    with s3.serving() as (url, name):
        bucket: Any = boto3.resource(
            "s3", endpoint_url=url, aws_access_key_id="id", aws_secret_access_key="hidden", region_name="eu-central-1"
        ).Bucket(name)

        def copy() -> dict[str, bytes]:
            return {each.key: each.get()["Body"].read() for each in bucket.objects.all()}

        def put(found: dict[str, bytes] | None) -> None:
            bucket.objects.all().delete()
            for key, content in (found or {}).items():
                bucket.put_object(Key=key, Body=content)

        def cut() -> None:
            bucket.Object(_newest(copy())).delete()

        yield Restorable(f"s3://{name}/team", copy, put, cut, {**s3.KEYS, "AWS_ENDPOINT_URL_S3": url})


def _newest(objects: Mapping[str, bytes]) -> str:
    """Of a journal: an object's name is its first serial, in twelve digits."""
    return max(key for key in objects if key.rpartition("/")[2].partition(".")[0].isdigit())


@contextmanager
def _http(scratch: Path) -> Iterator[Restorable]:
    with terraform.serving() as (world, url):

        def put(found: dict[str, bytes] | None) -> None:
            world.documents = dict(found or {})

        environ = terraform.environment(url)
        yield Restorable(f"{url}/{{space}}", lambda: dict(world.documents), put, None, environ)


@contextmanager
def _postgres(scratch: Path) -> Iterator[Restorable]:
    tables = ("reconciler_entries", "reconciler_snapshots")
    with postgres.database() as name, postgres.admin(name) as db:

        def copy() -> dict[str, list[Any]]:
            return {table: db.execute(f"SELECT * FROM {table}".encode()).fetchall() for table in tables}

        def put(found: dict[str, list[Any]] | None) -> None:
            for table in tables:
                db.execute(f"DELETE FROM {table}".encode())
                for row in (found or {}).get(table, ()):
                    db.execute(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(row))})".encode(), row)

        def cut() -> None:
            newest = b"(SELECT max(serial) FROM reconciler_entries)"
            db.execute(b"DELETE FROM reconciler_entries WHERE serial = " + newest)

        yield Restorable(postgres.url(name), copy, put, cut)


PLACES: dict[str, Callable[[Path], AbstractContextManager[Restorable]]] = {
    "dir": _dir,
    "http": _http,
    "oss": _oss,
    "postgres": _postgres,
    "s3": _s3,
    "sqlite": _sqlite,
}
